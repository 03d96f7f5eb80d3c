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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use metrics::{
        Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, with_local_recorder,
    };

    use super::*;

    #[derive(Default)]
    struct Seen(Mutex<Vec<String>>);

    impl Seen {
        fn note(&self, key: &Key) {
            let labels: Vec<_> = key
                .labels()
                .map(|label| format!("{}={}", label.key(), label.value()))
                .collect();
            self.0
                .lock()
                .unwrap()
                .push(format!("{} {}", key.name(), labels.join(" ")));
        }
    }

    impl Recorder for Seen {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            self.note(key);
            Counter::noop()
        }

        fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::noop()
        }

        fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
            self.note(key);
            Histogram::noop()
        }
    }

    #[test]
    fn labels_hold_the_template_and_each_try_counts_once() {
        let call = Call::put("/nodes/{node}/qemu/{vmid}/config", &[&"pve1", &4711]);
        let seen = Seen::default();
        with_local_recorder(&seen, || {
            Attempt::begin(&call).ended("200");
            drop(Attempt::begin(&call));
        });
        let template = "/nodes/{node}/qemu/{vmid}/config";
        let timed = format!("pve_request_seconds endpoint={template} method=PUT");
        assert_eq!(
            *seen.0.lock().unwrap(),
            [
                format!("pve_requests_total endpoint={template} method=PUT status=200"),
                timed.clone(),
                format!("pve_requests_total endpoint={template} method=PUT status=dropped"),
                timed,
            ]
        );
    }
}
