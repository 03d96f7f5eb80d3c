//! Saying that one knows of alerts, and putting them away.

use drover_types::monitoring::AlertRow;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    layout::{Question, use_confirm},
    pages::monitoring::known::Known,
    rpc,
    texts::{say, use_i18n},
};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Says that one knows.
    Acknowledge,
    /// Puts away; what lasts is not raised again before it has been over once.
    Clear,
}

/// Asks, and does it to the alerts given. What is cleared can't be brought back, so its question names how many.
pub(super) fn use_deeds(known: Known) -> Callback<(Deed, Vec<AlertRow>)> {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let ask = move |deed: Deed, alerts: Vec<AlertRow>| {
        let count = alerts.len() as u64;
        let name = match &alerts[..] {
            [one] => one.subject.said(),
            _ => String::new(),
        };
        let ids: Vec<i64> = alerts.iter().map(|alert| alert.id).collect();
        let (title, body, button, done) = match (deed, count) {
            (Deed::Acknowledge, 1) => (
                say!(i18n, monitoring.acknowledge_one, name = name),
                say!(i18n, monitoring.acknowledge_body),
                say!(i18n, monitoring.acknowledge),
                say!(i18n, monitoring.acknowledged, count = count),
            ),
            (Deed::Acknowledge, _) => (
                say!(i18n, monitoring.acknowledge_many, count = count),
                say!(i18n, monitoring.acknowledge_body),
                say!(i18n, monitoring.acknowledge),
                say!(i18n, monitoring.acknowledged, count = count),
            ),
            (Deed::Clear, 1) => (
                say!(i18n, monitoring.clear_one, name = name),
                say!(i18n, monitoring.clear_body),
                say!(i18n, monitoring.clear),
                say!(i18n, monitoring.cleared, count = count),
            ),
            (Deed::Clear, _) => (
                say!(i18n, monitoring.clear_many, count = count),
                say!(i18n, monitoring.clear_body),
                say!(i18n, monitoring.clear),
                say!(i18n, monitoring.cleared, count = count),
            ),
        };
        let run = move || {
            let (ids, done) = (ids.clone(), done.clone());
            async move {
                match deed {
                    Deed::Acknowledge => drop(rpc::monitoring::acknowledge_alerts(ids).await?),
                    Deed::Clear => drop(rpc::monitoring::clear_alerts(Some(ids)).await?),
                }
                toasts.show(Toast::success(done));
                known.monitoring.load();
                Ok(())
            }
        };
        let question = Question::new(title, body, button, run);
        confirm.ask(match deed {
            Deed::Acknowledge => question.harmless(),
            Deed::Clear => question,
        });
    };
    Callback::new(move |(deed, alerts): (Deed, Vec<AlertRow>)| {
        owner.with_value(|owner| owner.with(|| untrack(|| ask(deed, alerts))));
    })
}
