//! A delta on its way to whoever looks.

use std::sync::{Arc, OnceLock};

use drover_types::event::LiveEvent;
use drover_types::inventory::Delta;

/// A delta as it is told. Every browser is sent the same text, so that it is written once.
#[derive(Debug)]
pub struct Published {
    event: LiveEvent,
    json: OnceLock<Arc<str>>,
}

impl Published {
    pub(super) fn new(delta: Delta) -> Self {
        Self {
            event: LiveEvent::Inventory(delta),
            json: OnceLock::new(),
        }
    }

    /// The event of the stream.
    pub const fn event(&self) -> &LiveEvent {
        &self.event
    }

    /// The delta.
    pub const fn delta(&self) -> Option<&Delta> {
        match &self.event {
            LiveEvent::Inventory(delta) => Some(delta),
            _ => None,
        }
    }

    /// The event in JSON.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn json(&self) -> serde_json::Result<Arc<str>> {
        if let Some(json) = self.json.get() {
            return Ok(Arc::clone(json));
        }
        let json: Arc<str> = serde_json::to_string(&self.event)?.into();
        Ok(Arc::clone(self.json.get_or_init(|| json)))
    }
}
