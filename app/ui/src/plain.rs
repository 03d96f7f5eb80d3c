//! What stands in the cells of long tables: the looks of components without their signals. A table makes
//! thousands of cells while it is scrolled; call these in a closure that reads what they show, and leptos
//! changes only what differs.

use leptos::prelude::*;

use crate::{IconName, Tone};

/// A picture, as `Icon`.
pub fn icon(name: IconName) -> impl IntoView + use<> {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}

/// A short word in a tinted frame, as `Badge`.
pub fn badge(text: String, tone: Tone) -> impl IntoView + use<> {
    view! {
        <span class="badge" data-tone=tone.as_str()>
            <span class="badge__text">{text}</span>
        </span>
    }
}

/// A dot in the colour of a state with its name, as `StatusDot`.
pub fn status_dot(label: String, tone: Tone, pulse: bool) -> impl IntoView + use<> {
    view! {
        <span class="status-dot" data-tone=tone.as_str() data-pulse=pulse.then_some("true")>
            <span class="status-dot__mark" aria-hidden="true"></span>
            <span class="status-dot__text">{label}</span>
        </span>
    }
}

/// How much of something is used, from 0 to 100, as `Meter`. The text beside the bar says it to everybody, so
/// the bar needs no words of its own.
pub fn meter(percent: u8) -> impl IntoView + use<> {
    let tone = match percent {
        95.. => Tone::Danger,
        80.. => Tone::Warning,
        _ => Tone::Neutral,
    };
    view! {
        <span class="meter" data-tone=tone.as_str()>
            <svg class="meter__bar" width="100%" height="6" aria-hidden="true" focusable="false">
                <rect class="meter__fill" height="100%" width=format!("{percent}%")></rect>
            </svg>
            <span class="meter__text">{format!("{percent} %")}</span>
        </span>
    }
}

/// A picture that says in words what it means, when pointed at and to screen readers.
pub fn mark(name: IconName, words: String, tone: Tone) -> impl IntoView + use<> {
    view! {
        <span class="tooltip" data-tip=words.clone() data-tone=tone.as_str() role="img" aria-label=words>
            {icon(name)}
        </span>
    }
}

/// A button with three dots that opens the `MenuList` of the id `list`. Say on a press what it is about.
pub fn menu_button(list: &'static str, label: String) -> impl IntoView + use<> {
    view! {
        <button
            type="button"
            class="button"
            data-shape="icon"
            data-variant="ghost"
            data-size="small"
            aria-haspopup="menu"
            popovertarget=list
            aria-label=label
        >
            {icon(IconName::More)}
        </button>
    }
}
