//! What somebody else has made of a rule while its form was open, beside what stands in the form.

use drover_types::{error::ApiError, monitoring::AlertRule};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    facts::{Fact, facts},
    fields::RuleFields,
};
use crate::texts::{say, text, use_i18n};

/// The rule as it is now, where a change was refused because it is not as it was seen any more.
pub(super) fn current_of(error: &ApiError) -> Option<AlertRule> {
    let current = error.details.get("current")?.clone();
    serde_json::from_value(current).ok()
}

/// Both versions, by the fields that differ.
#[component]
pub(super) fn Theirs(theirs: AlertRule, fields: RuleFields) -> impl IntoView {
    let i18n = use_i18n();
    let lines = Memo::new(move |_| {
        let pairs = facts(&theirs.rule).into_iter().zip(facts(&fields.read()));
        let other = pairs.filter(|(theirs, yours)| theirs != yours);
        let line = |(theirs, yours): (Fact, Fact)| {
            say!(
                i18n,
                backups.differs,
                field = theirs.name,
                theirs = theirs.value,
                yours = yours.value
            )
        };
        other.map(line).collect::<Vec<_>>()
    });
    view! {
        <Callout tone=Tone::Warning title=text!(i18n, common.changed_meanwhile)>
            <ul>
                {move || lines.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            <p>{text!(i18n, common.save_again)}</p>
        </Callout>
    }
}
