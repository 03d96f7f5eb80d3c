//! A stream of server-sent events, read as a browser reads it.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Response, StatusCode};
use futures::StreamExt;
use serde_json::Value;
use tokio::time::timeout;

/// Longer than anything that a test waits for takes, on a machine that is busy compiling.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct EventStream {
    pub status: StatusCode,
    pub headers: HeaderMap,
    body: BodyDataStream,
    text: String,
    /// The last id that was sent.
    pub last_id: Option<String>,
}

impl EventStream {
    pub fn new(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.into_data_stream(),
            text: String::new(),
            last_id: None,
        }
    }

    /// The next event, which must have no name; `None` at the end.
    pub async fn next(&mut self) -> Option<Value> {
        timeout(PATIENCE, self.read())
            .await
            .expect("an event comes, or the end")
    }

    /// The next event for which `wanted` holds.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        timeout(PATIENCE, async {
            loop {
                let event = self.read().await.expect("the stream goes on");
                if wanted(&event) {
                    return event;
                }
            }
        })
        .await
        .expect("what is waited for comes")
    }

    async fn read(&mut self) -> Option<Value> {
        loop {
            while let Some((block, rest)) = self
                .text
                .split_once("\n\n")
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
            {
                self.text = rest;
                if let Some(event) = self.event(&block) {
                    return Some(event);
                }
            }
            let chunk = self.body.next().await?.expect("the stream is not broken off");
            self.text.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    fn event(&mut self, block: &str) -> Option<Value> {
        let mut data = None;
        for line in block.lines() {
            assert!(!line.starts_with("event:"), "{line}");
            if let Some(id) = line.strip_prefix("id:") {
                self.last_id = Some(id.trim().to_owned());
            }
            data = line.strip_prefix("data:").or(data);
        }
        data.map(|json| serde_json::from_str(json).expect("JSON"))
    }
}
