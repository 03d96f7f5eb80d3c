//! What is asked of rules, and which one the form is about.

use drover_types::{
    error::ApiError,
    monitoring::{AlertRule, RuleInput},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::monitoring::known::Known,
    rpc,
    session::{Session, use_session},
};

/// The rules; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Store {
    pub known: Known,
    /// The rule that the form is about; `None` for a new one.
    pub edited: RwSignal<Option<AlertRule>>,
    /// Whether the form is open.
    pub open: RwSignal<bool>,
    /// Counts refusals: a switch that was refused goes back.
    refused: RwSignal<u32>,
    session: Session,
}

impl Store {
    pub fn new(known: Known) -> Self {
        Self {
            known,
            edited: RwSignal::new(None),
            open: RwSignal::new(false),
            refused: RwSignal::new(0),
            session: use_session(),
        }
    }

    /// Opens the form.
    pub fn edit(self, rule: Option<AlertRule>) {
        self.edited.set(rule);
        self.open.set(true);
    }

    /// Switches a rule on or off; `on_error` is told why it was refused.
    pub fn switch(self, rule: AlertRule, enabled: bool, on_error: impl FnOnce(ApiError) + 'static) {
        let AlertRule { id, revision, rule } = rule;
        let input = RuleInput { enabled, ..rule };
        spawn_local(async move {
            let change = rpc::monitoring::update_alert_rule(id, revision, input);
            if let Err(error) = self.session.heeded(change.await) {
                self.refused.try_update(|count| *count += 1);
                on_error(error);
            }
            self.known.monitoring.load();
        });
    }

    /// What is shown of a switch is read again after a refusal. Tracked.
    pub fn heed_refusals(self) {
        self.refused.track();
    }
}
