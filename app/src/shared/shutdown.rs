//! How long a server may take to shut down, and what then: chosen in the question before it.

use drover_types::action::{ActionOptions, LONGEST_SHUTDOWN};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::later::Part;
use crate::texts::{say, text, use_i18n};

/// What is chosen. Outlives the page that asked.
#[derive(Clone)]
pub(super) struct ShutdownChoice {
    minutes: ArcRwSignal<Option<i64>>,
    force: ArcRwSignal<bool>,
}

impl ShutdownChoice {
    /// As Drover does it where nothing is chosen.
    pub(super) fn new() -> Self {
        Self {
            minutes: ArcRwSignal::new(Some(3)),
            force: ArcRwSignal::new(false),
        }
    }

    /// For the action.
    pub(super) fn options(&self) -> ActionOptions {
        let minutes = self
            .minutes
            .get_untracked()
            .and_then(|minutes| u32::try_from(minutes).ok());
        ActionOptions {
            timeout_seconds: minutes.map(|minutes| minutes.saturating_mul(60)),
            force_stop: self.force.get_untracked(),
        }
    }
}

/// The fields, as they are loaded.
#[lazy]
pub(super) fn shutdown_fields() -> Part<ShutdownChoice> {
    |choice| view! { <ShutdownFields choice=choice /> }.into_any()
}

#[component]
fn ShutdownFields(choice: ShutdownChoice) -> impl IntoView {
    let i18n = use_i18n();
    let minutes: RwSignal<Option<i64>> = choice.minutes.into();
    let force: RwSignal<bool> = choice.force.into();
    let longest = i64::from(LONGEST_SHUTDOWN) / 60;
    view! {
        <NumberInput
            label=text!(i18n, servers.shutdown_after)
            value=minutes
            unit=Signal::derive(move || Some(say!(i18n, servers.minutes)))
            min=Some(1)
            max=Some(longest)
        />
        <Checkbox label=text!(i18n, servers.shutdown_force) value=force />
    }
}
