//! What stands in the cells of long tables: the looks of components, painted (see [`Painter`]).

use leptos::prelude::*;

use crate::{IconName, Tone, paint::Painter};

/// A picture, as `Icon`.
pub fn icon(name: IconName) -> impl IntoView + use<> {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}

/// A short word in a tinted frame, as `Badge`; nothing while there is no word.
pub fn badge<T: Send + Sync + 'static>(
    paint: Painter<T>,
    text: impl Fn(&T) -> Option<String> + Clone + Send + Sync + 'static,
    tone: Tone,
) -> impl IntoView {
    let is_hidden = {
        let text = text.clone();
        move |item: &T| text(item).is_none()
    };
    view! {
        <span class="badge" data-tone=tone.as_str() hidden=paint.flag(is_hidden)>
            <span class="badge__text">{paint.text(move |item| text(item).unwrap_or_default())}</span>
        </span>
    }
}

/// A dot in the colour of a state with its name, as `StatusDot`; nothing while something else stands for it.
pub fn status_dot<T: Send + Sync + 'static>(
    paint: Painter<T>,
    label: impl Fn(&T) -> String + Send + Sync + 'static,
    tone: fn(&T) -> Tone,
    hidden: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let pulse = move |item: &T| (tone(item) == Tone::Info).then_some("true");
    view! {
        <span
            class="status-dot"
            data-tone=paint.attribute(move |item| Some(tone(item).as_str()))
            data-pulse=paint.attribute(pulse)
            hidden=paint.flag(move |_| hidden())
        >
            <span class="status-dot__mark" aria-hidden="true"></span>
            <span class="status-dot__text">{paint.text(label)}</span>
        </span>
    }
}

/// How much of something is used, from 0 to 100, as `Meter`; nothing where that is not known. The text beside the
/// bar says it to everybody, so the bar needs no words of its own.
pub fn meter<T: Send + Sync + 'static>(paint: Painter<T>, percent: fn(&T) -> Option<u8>) -> impl IntoView {
    let tone = move |item: &T| match percent(item) {
        None => "unknown",
        Some(95..) => Tone::Danger.as_str(),
        Some(80..) => Tone::Warning.as_str(),
        Some(_) => Tone::Neutral.as_str(),
    };
    let text = move |item: &T| {
        percent(item)
            .map(|percent| format!("{percent} %"))
            .unwrap_or_default()
    };
    let width = move |item: &T| Some(format!("{}%", percent(item).unwrap_or_default()));
    view! {
        <span class="meter" data-tone=paint.attribute(move |item| Some(tone(item)))>
            <svg class="meter__bar" width="100%" height="6" aria-hidden="true" focusable="false">
                <rect class="meter__fill" height="100%" width=paint.attribute(width)></rect>
            </svg>
            <span class="meter__text">{paint.text(text)}</span>
        </span>
    }
}

/// A picture that says in words what it means, when pointed at and to screen readers; nothing while there are none.
pub fn mark<T: Send + Sync + 'static>(
    paint: Painter<T>,
    name: IconName,
    words: impl Fn(&T) -> Option<String> + Clone + Send + Sync + 'static,
    tone: Tone,
) -> impl IntoView {
    let is_hidden = {
        let words = words.clone();
        move |item: &T| words(item).is_none()
    };
    view! {
        <span
            class="tooltip"
            data-tip=paint.attribute(words.clone())
            data-tone=tone.as_str()
            role="img"
            aria-label=paint.attribute(words)
            hidden=paint.flag(is_hidden)
        >
            {icon(name)}
        </span>
    }
}

/// A button with three dots that opens the `MenuList` of the id `list`. Say on a press what it is about.
pub fn menu_button<T: Send + Sync + 'static>(
    paint: Painter<T>,
    list: &'static str,
    label: impl Fn(&T) -> String + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button"
            data-shape="icon"
            data-variant="ghost"
            data-size="small"
            aria-haspopup="menu"
            popovertarget=list
            aria-label=paint.attribute(move |item| Some(label(item)))
        >
            {icon(IconName::More)}
        </button>
    }
}
