//! What stands in the cells of long tables: the looks of components with fewer signals. The elements are made once
//! and stay; what they show comes from closures, each of which changes one text or one attribute. A closure around
//! elements would take off and put on every attribute of theirs whenever it runs.

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

/// A short word in a tinted frame, as `Badge`; nothing while there is no word.
pub fn badge(text: impl Fn() -> Option<String> + Clone + Send + Sync + 'static, tone: Tone) -> impl IntoView {
    let is_hidden = {
        let text = text.clone();
        move || text().is_none()
    };
    view! {
        <span class="badge" data-tone=tone.as_str() hidden=is_hidden>
            <span class="badge__text">{move || text().unwrap_or_default()}</span>
        </span>
    }
}

/// A dot in the colour of a state with its name, as `StatusDot`.
pub fn status_dot(
    label: impl Fn() -> String + Send + Sync + 'static,
    tone: impl Fn() -> Tone + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let pulse = {
        let tone = tone.clone();
        move || (tone() == Tone::Info).then_some("true")
    };
    view! {
        <span class="status-dot" data-tone=move || tone().as_str() data-pulse=pulse>
            <span class="status-dot__mark" aria-hidden="true"></span>
            <span class="status-dot__text">{label}</span>
        </span>
    }
}

/// How much of something is used, from 0 to 100, as `Meter`; nothing where that is not known. The text beside the
/// bar says it to everybody, so the bar needs no words of its own.
pub fn meter(percent: impl Fn() -> Option<u8> + Copy + Send + Sync + 'static) -> impl IntoView {
    let tone = move || match percent() {
        None => "unknown",
        Some(95..) => Tone::Danger.as_str(),
        Some(80..) => Tone::Warning.as_str(),
        Some(_) => Tone::Neutral.as_str(),
    };
    let text = move || {
        percent()
            .map(|percent| format!("{percent} %"))
            .unwrap_or_default()
    };
    view! {
        <span class="meter" data-tone=tone>
            <svg class="meter__bar" width="100%" height="6" aria-hidden="true" focusable="false">
                <rect
                    class="meter__fill"
                    height="100%"
                    width=move || format!("{}%", percent().unwrap_or_default())
                ></rect>
            </svg>
            <span class="meter__text">{text}</span>
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
pub fn menu_button(list: &'static str, label: impl Fn() -> String + Send + Sync + 'static) -> impl IntoView {
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
