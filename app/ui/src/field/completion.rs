//! Completes what is typed into a control: a list under it, chosen from by keys or by a press. Never takes a key
//! that types.

use std::ops::Range;

use leptos::{ev::KeyboardEvent, html, prelude::*};

use crate::Bound;

/// What could take the place of what is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The part of the text that it takes the place of, in bytes.
    pub at: Range<usize>,
    /// What is put there, and shown in the list.
    pub text: String,
    /// A few words beside it.
    pub detail: Option<String>,
    /// Whether what follows it is completed next.
    pub goes_on: bool,
}

impl Completion {
    /// The text with the completion in it, and the caret behind that.
    fn applied(&self, text: &str) -> Option<(String, usize)> {
        let (before, behind) = (text.get(..self.at.start)?, text.get(self.at.end..)?);
        Some((
            format!("{before}{}{behind}", self.text),
            before.len() + self.text.len(),
        ))
    }
}

/// What is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typing {
    /// The whole text.
    pub text: String,
    /// Where the caret is, in bytes.
    pub caret: usize,
    /// Whether somebody asked for completions, without having typed anything here.
    pub asked: bool,
}

/// What the list of completions is doing.
#[derive(Clone, Copy)]
pub(super) struct Completer {
    input: NodeRef<html::Input>,
    value: Bound<String>,
    /// `None` while the list is closed.
    typing: RwSignal<Option<Typing>>,
    shown: Memo<Vec<Completion>>,
    /// The place of the one that Enter would take; none until an arrow chose it.
    active: RwSignal<Option<usize>>,
}

impl Completer {
    pub(super) fn new(
        input: NodeRef<html::Input>,
        value: Bound<String>,
        complete: Callback<Typing, Vec<Completion>>,
    ) -> Self {
        let typing = RwSignal::new(None::<Typing>);
        Self {
            input,
            value,
            typing,
            shown: Memo::new(move |_| {
                let typing = typing.get();
                typing.map(|typing| complete.run(typing)).unwrap_or_default()
            }),
            active: RwSignal::new(None),
        }
    }

    /// Whether there is something to choose from; tracked.
    pub(super) fn is_open(self) -> bool {
        self.shown.with(|shown| !shown.is_empty())
    }

    /// The id of the completion that Enter would take; tracked.
    pub(super) fn active_id(self, list: &str) -> Option<String> {
        let active = self.active.get()?;
        self.shown
            .with(|shown| active < shown.len())
            .then(|| option_id(list, active))
    }

    /// Something was typed.
    pub(super) fn typed(self) {
        self.look(false);
    }

    pub(super) fn close(self) {
        // The control may have left the page, and its list with it.
        self.typing.try_set(None);
        self.active.try_set(None);
    }

    fn look(self, asked: bool) {
        let Some(input) = self.input.get_untracked() else {
            return;
        };
        let text = input.value();
        // No caret where the browser tells none: then it is at the end.
        let units = input.selection_start().ok().flatten();
        let caret = units.map_or(text.len(), |units| bytes(&text, units));
        self.active.set(None);
        self.typing.set(Some(Typing { text, caret, asked }));
    }

    fn take(self, index: usize) {
        let (Some(completion), Some(typing)) = (
            self.shown.with_untracked(|shown| shown.get(index).cloned()),
            self.typing.get_untracked(),
        ) else {
            return;
        };
        let Some((text, caret)) = completion.applied(&typing.text) else {
            return;
        };
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&text);
            let units = units(&text[..caret]);
            // A control that has left the page has no caret, which is no fault.
            drop(input.set_selection_range(units, units));
        }
        self.value.set(text.clone());
        self.active.set(None);
        self.typing.set(completion.goes_on.then_some(Typing {
            text,
            caret,
            asked: false,
        }));
    }

    /// Does what a key asks the list for; whether it did.
    pub(super) fn obey(self, event: &KeyboardEvent) -> bool {
        let with_other = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        // While syllables are put together, keys belong to that.
        if event.is_composing() || with_other {
            return false;
        }
        let count = self.shown.with_untracked(Vec::len);
        let active = self.active.get_untracked().filter(|active| *active < count);
        match (event.key().as_str(), count) {
            ("ArrowDown", 0) => self.look(true),
            ("ArrowLeft" | "ArrowRight" | "Home" | "End", _) => {
                self.close();
                return false;
            }
            (_, 0) => return false,
            ("ArrowDown", _) => self.active.set(Some(active.map_or(0, |at| (at + 1) % count))),
            ("ArrowUp", _) => {
                let at = active.and_then(|at| at.checked_sub(1)).unwrap_or(count - 1);
                self.active.set(Some(at));
            }
            ("Escape", _) => self.close(),
            ("Tab", _) => self.take(active.unwrap_or(0)),
            ("Enter", _) => match active {
                Some(active) => self.take(active),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}

/// The byte at which `units` of UTF-16, in which browsers count, have passed.
fn bytes(text: &str, units: u32) -> usize {
    let mut left = usize::try_from(units).unwrap_or(usize::MAX);
    for (at, c) in text.char_indices() {
        if left < c.len_utf16() {
            return at;
        }
        left -= c.len_utf16();
    }
    text.len()
}

/// How long a text is in UTF-16.
fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

fn option_id(list: &str, index: usize) -> String {
    format!("{list}-{index}")
}

/// The list.
#[component]
pub(super) fn CompletionList(id: String, label: Signal<String>, completer: Completer) -> impl IntoView {
    let Completer { shown, active, .. } = completer;
    let list = NodeRef::<html::Ul>::new();
    Effect::new(move |_| {
        let Some(list) = list.get() else { return };
        let is_shown = list.matches(":popover-open").unwrap_or(false);
        let has_some = completer.is_open();
        // While somebody types it stays open: an empty one is not seen, and opening is slow.
        let is_over = completer.typing.with(Option::is_none);
        let changed = match is_shown {
            false if has_some => list.show_popover(),
            true if is_over => list.hide_popover(),
            _ => Ok(()),
        };
        if let Err(error) = changed {
            leptos::logging::error!("completions can't be shown or hidden: {error:?}");
        }
    });
    let list_id = id.clone();
    let option = move |(index, completion): (usize, Completion)| {
        let is_active = move || active.get() == Some(index);
        view! {
            <li
                id=option_id(&list_id, index)
                class="combobox__option"
                role="option"
                aria-selected=move || is_active().to_string()
                data-active=move || is_active().then_some("true")
                on:pointermove=move |_| active.set(Some(index))
                on:click=move |_| completer.take(index)
            >
                <span>{completion.text}</span>
                {completion.detail.map(|text| view! { <span class="combobox__detail">{text}</span> })}
            </li>
        }
    };
    // A press in the list must not take the focus from the control.
    view! {
        <ul
            node_ref=list
            id=id
            class="combobox__list"
            role="listbox"
            popover="manual"
            aria-label=move || label.get()
            on:mousedown=move |event| event.prevent_default()
        >
            <For each=move || shown.get().into_iter().enumerate() key=|(index, completion)| (*index, completion.text.clone(), completion.detail.clone()) children=option />
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_is_counted_as_the_browser_does() {
        let text = "웹𝕏 a";
        assert_eq!(bytes(text, 0), 0);
        assert_eq!(bytes(text, 1), 3);
        assert_eq!(bytes(text, 3), 7);
        assert_eq!(bytes(text, 99), text.len());
        assert_eq!(units(&text[..7]), 3);
    }

    #[test]
    fn a_completion_takes_the_place_of_what_was_typed() {
        let completion = Completion {
            at: 4..6,
            text: "node:".to_owned(),
            ..Completion::default()
        };
        assert_eq!(
            completion.applied("web no cpu>80"),
            Some(("web node: cpu>80".to_owned(), 9))
        );
        assert_eq!(completion.applied("웹"), None);
    }
}
