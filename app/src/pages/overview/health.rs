//! How many servers are how; each number leads to those.

use drover_types::monitoring::Health;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    monitoring::{Healths, use_healths},
    paths,
    shared::health_tone,
    texts::{say, text, use_i18n, use_lang},
};

/// The numbers, for whoever may see everything; judged in the browser, so there are none before it is live.
#[component]
pub(super) fn HealthCounts() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let healths = use_healths();
    let counts = Memo::new(move |_| healths.with(|healths| healths.as_ref().map(|all: &Healths| all.counts)));
    let stat = move |health: Health| {
        let count = Memo::new(move |_| counts.get().map(|counts| counts.of(health)));
        let value = move || {
            count
                .get()
                .map_or_else(|| "–".to_owned(), |count| count.to_string())
        };
        let tone = move || match count.get() {
            Some(1..) => health_tone(health),
            _ => Tone::Neutral,
        };
        let note = move || {
            let is_problem = health.is_problem() && count.get().is_some_and(|count| count > 0);
            is_problem.then(|| say!(i18n, monitoring.needs_a_look))
        };
        view! {
            <Stat
                label=Signal::derive(move || health.name(lang.get()).to_owned())
                value=Signal::derive(value)
                note=Signal::derive(note)
                tone=Signal::derive(tone)
                href=Signal::stored(Some(paths::monitoring("", health.as_str(), "")))
            />
        }
    };
    view! {
        <Card title=text!(i18n, monitoring.summary)>
            <div class="overview__counts">{Health::ALL.iter().copied().map(stat).collect_view()}</div>
        </Card>
    }
}
