//! What a guest is doing.

use drover_types::guest::GuestStatus;
use drover_ui::{StatusDot, Tone};
use leptos::prelude::*;

use crate::texts::{say, use_i18n};

/// What the colour of a status means.
pub const fn status_tone(status: GuestStatus) -> Tone {
    match status {
        GuestStatus::Running => Tone::Success,
        GuestStatus::Stopped | GuestStatus::Suspended => Tone::Neutral,
        GuestStatus::Paused => Tone::Warning,
        GuestStatus::Unknown => Tone::Danger,
        GuestStatus::Creating
        | GuestStatus::Starting
        | GuestStatus::Stopping
        | GuestStatus::Rebooting
        | GuestStatus::Deleting => Tone::Info,
    }
}

/// The name of a status, in the language of now.
pub fn status_name(status: GuestStatus) -> String {
    let i18n = use_i18n();
    match status {
        GuestStatus::Running => say!(i18n, status.running),
        GuestStatus::Stopped => say!(i18n, status.stopped),
        GuestStatus::Paused => say!(i18n, status.paused),
        GuestStatus::Suspended => say!(i18n, status.suspended),
        GuestStatus::Unknown => say!(i18n, status.unknown),
        GuestStatus::Creating => say!(i18n, status.creating),
        GuestStatus::Starting => say!(i18n, status.starting),
        GuestStatus::Stopping => say!(i18n, status.stopping),
        GuestStatus::Rebooting => say!(i18n, status.rebooting),
        GuestStatus::Deleting => say!(i18n, status.deleting),
    }
}

/// A status as a dot and its name.
#[component]
pub fn StatusBadge(
    /// The status.
    #[prop(into)]
    status: Signal<GuestStatus>,
) -> impl IntoView {
    view! {
        <StatusDot
            label=Signal::derive(move || status_name(status.get()))
            tone=Signal::derive(move || status_tone(status.get()))
            pulse=Signal::derive(move || status_tone(status.get()) == Tone::Info)
        />
    }
}
