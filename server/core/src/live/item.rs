//! One item of a stream.

use std::sync::Arc;

use drover_types::event::LiveEvent;

use crate::inventory::Published;

/// An event for one browser.
#[derive(Debug, Clone)]
pub struct LiveItem {
    /// From where a reader that reconnects goes on: everything up to here has been given to it. `None` where the
    /// place of the item before still holds.
    pub id: Option<i64>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    /// The same for everybody, so that it is written as JSON once.
    Shared(Arc<Published>),
    Own(Arc<LiveEvent>),
}

impl LiveItem {
    pub(super) fn own(id: Option<i64>, event: LiveEvent) -> Self {
        Self {
            id,
            body: Body::Own(Arc::new(event)),
        }
    }

    pub(super) const fn shared(published: Arc<Published>) -> Self {
        Self {
            id: None,
            body: Body::Shared(published),
        }
    }

    /// The event.
    pub fn event(&self) -> &LiveEvent {
        match &self.body {
            Body::Shared(published) => published.event(),
            Body::Own(event) => event,
        }
    }

    /// The event in JSON.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn json(&self) -> serde_json::Result<Arc<str>> {
        match &self.body {
            Body::Shared(published) => published.json(),
            Body::Own(event) => serde_json::to_string(&**event).map(Arc::from),
        }
    }
}
