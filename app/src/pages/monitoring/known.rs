//! What the parts of the page share.

use drover_types::monitoring::MonitoringState;
use leptos::prelude::*;

use crate::monitoring::{Monitoring, use_monitoring};

/// Rules, alerts and settings; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// As they are now: what the server sent first, until the browser's own copy is there.
    pub state: Memo<MonitoringState>,
    pub monitoring: Monitoring,
}

impl Known {
    /// Begins with what the server sent, and is kept up to date once the page is live.
    pub fn new(first: Option<MonitoringState>) -> Self {
        let monitoring = use_monitoring();
        let sent = first.clone();
        Effect::new(move |_| monitoring.need(sent.clone()));
        let first = first.unwrap_or_default();
        Self {
            state: Memo::new(move |_| monitoring.with(|state| state.unwrap_or(&first).clone())),
            monitoring,
        }
    }
}
