//! What the top bar tells at a glance: how the clusters are, what is under way, what is unread.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::frame::use_frame;
use crate::{
    notices::use_notices,
    running::use_running,
    shared::use_health,
    texts::{say, use_i18n},
};

/// The clusters' health in a dot and a few words.
#[component]
pub(super) fn ClusterStatus() -> impl IntoView {
    let health = use_health();
    view! {
        <span class="topbar__status" role="status">
            <StatusDot
                label=Signal::derive(move || health.with(|health| health.label.clone()))
                tone=Signal::derive(move || health.with(|health| health.tone))
            />
        </span>
    }
}

/// Opens the drawer with the tasks that are under way, and counts them.
#[component]
pub(super) fn TasksButton() -> impl IntoView {
    let i18n = use_i18n();
    let frame = use_frame();
    let running = use_running();
    let label = Signal::derive(move || match running.count() {
        0 => say!(i18n, layout.tasks_none),
        count => say!(i18n, layout.tasks_running, count = count as u64),
    });
    view! {
        <span class="topbar__item">
            <IconButton
                icon=IconName::Activity
                label=label
                pressed=Signal::derive(move || Some(frame.tasks.get()))
                on_click=move |_| frame.toggle_tasks()
            />
            <Count value=Signal::derive(move || running.count()) />
        </span>
    }
}

/// Opens the drawer with the notifications, and counts the unread ones.
#[component]
pub(super) fn Bell() -> impl IntoView {
    let i18n = use_i18n();
    let frame = use_frame();
    let notices = use_notices();
    let label = Signal::derive(move || match notices.unread() {
        0 => say!(i18n, layout.notifications),
        count => say!(i18n, layout.notifications_unread, count = u64::from(count)),
    });
    view! {
        <span class="topbar__item">
            <IconButton
                icon=IconName::Bell
                label=label
                pressed=Signal::derive(move || Some(frame.notifications.get()))
                on_click=move |_| frame.toggle_notifications()
            />
            <Count value=Signal::derive(move || usize::try_from(notices.unread()).unwrap_or(usize::MAX)) />
        </span>
    }
}

/// A number on an icon; the button's name says it in words.
#[component]
fn Count(value: Signal<usize>) -> impl IntoView {
    let shown = Memo::new(move |_| match value.get() {
        0 => None,
        count @ 1..=99 => Some(count.to_string()),
        _ => Some("99+".to_owned()),
    });
    move || {
        shown
            .get()
            .map(|text| view! { <span class="topbar__count" aria-hidden="true">{text}</span> })
    }
}
