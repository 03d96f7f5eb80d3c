//! What somebody else has made of a job while its form was open, beside what stands in the form.

use drover_types::{backup::JobDraft, error::ApiError};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{facts::facts, fields::JobFields};
use crate::texts::{say, text, use_i18n};

/// The job as it is now, where a change was refused because it is not as it was seen any more.
pub(super) fn current_of(error: &ApiError) -> Option<JobDraft> {
    let current = error.details.get("current")?.clone();
    serde_json::from_value(current).ok()
}

/// Both versions, by the fields that differ.
#[component]
pub(super) fn Theirs(theirs: JobDraft, fields: JobFields) -> impl IntoView {
    let i18n = use_i18n();
    let lines = Memo::new(move |_| {
        let cluster = fields.cluster.get();
        let pairs = facts(&cluster, &theirs)
            .into_iter()
            .zip(facts(&cluster, &fields.read()));
        let other = pairs.filter(|(theirs, yours)| theirs != yours);
        let line = |(theirs, yours): (super::facts::Fact, super::facts::Fact)| {
            say!(
                i18n,
                backups.differs,
                field = theirs.name,
                theirs = shown(theirs.value),
                yours = shown(yours.value)
            )
        };
        other.map(line).collect::<Vec<_>>()
    });
    view! {
        <Callout tone=Tone::Warning title=text!(i18n, common.changed_meanwhile)>
            <ul class="backups__runs">
                {move || lines.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            <p>{text!(i18n, common.save_again)}</p>
        </Callout>
    }
}

fn shown(value: String) -> String {
    if value.is_empty() { "—".to_owned() } else { value }
}
