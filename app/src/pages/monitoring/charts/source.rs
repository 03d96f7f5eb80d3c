//! Who measured what a chart shows, and why nobody better did.

use drover_types::{monitoring::HistorySource, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::{text, use_i18n, use_lang};

/// The source's name, and the reason where it is not the better one.
#[component]
pub(super) fn Source(source: HistorySource, problem: Option<Problem>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let name = match source {
        HistorySource::Prometheus => text!(i18n, monitoring.by_prometheus),
        HistorySource::Proxmox => text!(i18n, monitoring.by_proxmox),
    };
    view! {
        <p class="monitoring__source">
            <Badge>{name}</Badge>
            {problem.map(|problem| view! { <span>{move || problem.text(lang.get())}</span> })}
        </p>
    }
}
