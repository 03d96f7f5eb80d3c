//! An answer that was read to its end.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "{} is no JSON ({error}): {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            )
        })
    }

    /// The JSON of an answer with status 200.
    pub fn ok(&self) -> Value {
        assert_eq!(
            self.status,
            StatusCode::OK,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        self.json()
    }

    /// The error's code, of an answer that has the envelope of errors.
    pub fn code(&self) -> String {
        let body = self.json();
        assert_eq!(body["success"], json!(false), "{body}");
        assert!(body["error"].is_string() && body["details"].is_object(), "{body}");
        body["code"].as_str().expect("a code").to_owned()
    }

    /// The fields in error.
    pub fn fields(&self) -> Vec<String> {
        let body = self.json();
        let fields = body["details"]["fields"]
            .as_object()
            .unwrap_or_else(|| panic!("no fields in {body}"));
        fields.keys().cloned().collect()
    }

    /// Status and body, for a snapshot.
    pub fn told(&self) -> Value {
        json!({"status": self.status.as_u16(), "body": self.json()})
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a text"))
    }
}
