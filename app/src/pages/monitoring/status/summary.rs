//! How many servers are how; each number leads to those.

use drover_types::monitoring::{Health, HealthCounts};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    shared::health_tone,
    texts::{say, text, use_i18n, use_lang},
};

/// The numbers, the worst first.
#[component]
pub(super) fn Summary(counts: Memo<HealthCounts>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let stat = move |health: Health| {
        let count = Memo::new(move |_| counts.with(|counts| counts.of(health)));
        let note = move || {
            let is_problem = health.is_problem() && count.get() > 0;
            is_problem.then(|| say!(i18n, monitoring.needs_a_look))
        };
        let tone = move || {
            if count.get() > 0 {
                health_tone(health)
            } else {
                Tone::Neutral
            }
        };
        view! {
            <Stat
                label=Signal::derive(move || health.name(lang.get()).to_owned())
                value=Signal::derive(move || count.get().to_string())
                unit=text_of_total(counts)
                note=Signal::derive(note)
                tone=Signal::derive(tone)
                href=Signal::stored(Some(paths::monitoring("", health.as_str(), "")))
            />
        }
    };
    view! {
        <section class="monitoring__summary" aria-label=text!(i18n, monitoring.summary)>
            {Health::ALL.iter().copied().map(stat).collect_view()}
        </section>
    }
}

fn text_of_total(counts: Memo<HealthCounts>) -> Signal<Option<String>> {
    let i18n = use_i18n();
    Signal::derive(move || {
        Some(say!(
            i18n,
            monitoring.of_servers,
            total = counts.with(|counts| counts.total)
        ))
    })
}
