//! Small labels for state: a badge in a frame, a dot before a text.

use leptos::prelude::*;

use crate::{Icon, IconName, Tone};

/// A short word in a tinted frame.
#[component]
pub fn Badge(
    /// The word.
    children: Children,
    /// What its colour means.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// A picture before the word.
    #[prop(optional, into)]
    icon: Signal<Option<IconName>>,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=move || tone.get().as_str()>
            {move || icon.get().map(|name| view! { <Icon name=name /> })}
            <span class="badge__text">{children()}</span>
        </span>
    }
}

/// A dot in the colour of a state, always with the state's name beside it.
#[component]
pub fn StatusDot(
    /// The state's name.
    #[prop(into)]
    label: Signal<String>,
    /// What the dot's colour means.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Whether something is under way: the dot pulses.
    #[prop(optional, into)]
    pulse: Signal<bool>,
) -> impl IntoView {
    view! {
        <span
            class="status-dot"
            data-tone=move || tone.get().as_str()
            data-pulse=move || pulse.get().then_some("true")
        >
            <span class="status-dot__mark" aria-hidden="true"></span>
            <span class="status-dot__text">{move || label.get()}</span>
        </span>
    }
}
