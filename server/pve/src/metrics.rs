//! Counts and times every try at a call, by path template so that ids don't become labels.

use metrics::{counter, histogram};
use tokio::time::Instant;

use crate::request::Call;

/// A try under way.
pub(crate) struct Attempt {
    method: &'static str,
    endpoint: &'static str,
    began: Instant,
    ended: bool,
}

impl Attempt {
    pub(crate) fn begin(call: &Call) -> Self {
        let method = match call.method.as_str() {
            "GET" => "GET",
            "POST" => "POST",
            "PUT" => "PUT",
            _ => "DELETE",
        };
        Self {
            method,
            endpoint: call.template,
            began: Instant::now(),
            ended: false,
        }
    }

    /// Ends it with the HTTP status, or with a word for why there is none.
    pub(crate) fn ended(&mut self, status: &str) {
        self.ended = true;
        let (endpoint, method) = (self.endpoint, self.method);
        counter!("pve_requests_total", "endpoint" => endpoint, "method" => method, "status" => status.to_owned())
            .increment(1);
        histogram!("pve_request_seconds", "endpoint" => endpoint, "method" => method)
            .record(self.began.elapsed().as_secs_f64());
    }
}

impl Drop for Attempt {
    /// A caller that gives up drops the call in the middle; it counts too.
    fn drop(&mut self) {
        if !self.ended {
            self.ended("dropped");
        }
    }
}
