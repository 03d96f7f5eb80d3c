//! What the rule in the form would have done within the last day.

use chrono::{DateTime, Utc};
use drover_types::{
    error::ApiError,
    monitoring::{Metric, PreviewFiring, RuleInput, RulePreview},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::fields::RuleFields;
use crate::{
    rpc,
    session::use_session,
    shared::{ErrorCallout, FormError, LevelBadge, TimeAgo, local, subject_address, use_utc_offset},
    texts::{say, text, use_i18n, use_lang},
};

/// The format of a time.
const TIME: &str = "%m-%d %H:%M";

/// What was asked, and what came of it.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    input: RuleInput,
    result: Result<RulePreview, ApiError>,
}

/// A button, and the answer while the form still says what it was asked for.
#[component]
pub(super) fn Preview(fields: RuleFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let busy = RwSignal::new(false);
    let answer = RwSignal::new(None::<Answer>);
    let look = move || {
        let input = untrack(|| fields.read());
        if error.found(input.check().err().unwrap_or_default()) {
            return;
        }
        error.clear();
        busy.set(true);
        spawn_local(async move {
            let result = session.heeded(rpc::monitoring::preview_alert_rule(input.clone()).await);
            if busy.try_set(false).is_none() {
                answer.set(Some(Answer { input, result }));
            }
        });
    };
    let shown = Memo::new(move |_| {
        let input = fields.read();
        answer.get().filter(|answer| answer.input == input)
    });
    view! {
        <section class="monitoring__preview" aria-label=text!(i18n, monitoring.preview)>
            <Button icon=IconName::History busy=busy on_click=move |_| look()>
                {text!(i18n, monitoring.preview)}
            </Button>
            <div role="status">
                {move || {
                    let Answer { input, result } = shown.get()?;
                    Some(
                        match result {
                            Ok(preview) => view! { <Told metric=input.metric preview=preview /> }.into_any(),
                            Err(error) => {
                                view! { <ErrorCallout error=error on_retry=move |()| look() /> }.into_any()
                            }
                        },
                    )
                }}
            </div>
        </section>
    }
}

#[component]
fn Told(metric: Metric, preview: RulePreview) -> impl IntoView {
    let i18n = use_i18n();
    let RulePreview {
        since,
        subjects,
        fired,
        firings,
    } = preview;
    let Some(since) = since else {
        return view! { <p>{text!(i18n, monitoring.preview_nothing_known)}</p> }.into_any();
    };
    let more = u64::from(fired).saturating_sub(firings.len() as u64);
    view! {
        <p class="monitoring__fired">
            <strong>{text!(i18n, monitoring.would_have_fired, count = u64::from(fired))}</strong>
        </p>
        <p class="monitoring__hint">
            {text!(i18n, monitoring.preview_subjects, count = u64::from(subjects))}
            " "
            {text!(i18n, monitoring.preview_since)}
            " "
            <TimeAgo at=Signal::stored(since) />
        </p>
        <ul class="monitoring__firings">
            {firings.into_iter().map(|firing| view! { <Firing metric=metric firing=firing /> }).collect_view()}
        </ul>
        {(more > 0)
            .then(|| view! { <p class="monitoring__hint">{text!(i18n, monitoring.preview_more, count = more)}</p> })}
    }
    .into_any()
}

#[component]
fn Firing(metric: Metric, firing: PreviewFiring) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let offset = use_utc_offset();
    let time = move |at: DateTime<Utc>| local(at, offset.get(), TIME);
    let (from, to) = (firing.from, firing.to);
    let span = move || match to {
        Some(to) => format!("{} – {}", time(from), time(to)),
        None => say!(i18n, monitoring.still_stands, from = time(from)),
    };
    let value = firing.value;
    view! {
        <li>
            <LevelBadge level=Signal::stored(firing.level) />
            <a href=subject_address(&firing.subject)>{firing.subject.said()}</a>
            <span>{move || metric.figure(value, lang.get())}</span>
            <span>{span}</span>
        </li>
    }
}
