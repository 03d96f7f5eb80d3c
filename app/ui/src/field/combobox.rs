//! One of many values, found by typing.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::frame::{Field, FieldIds, hint_or_reason};
use crate::{Bound, Icon, IconName};

/// How many values the list shows at once; typing finds the others.
const SHOWN: usize = 50;

/// One value of a [`Combobox`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComboboxOption {
    /// The value.
    pub value: String,
    /// Its name.
    pub label: String,
    /// A few words beside the name, found by typing too.
    pub detail: Option<String>,
}

impl ComboboxOption {
    /// A value and its name.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            detail: None,
        }
    }

    /// The same value with a few words beside its name.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }

    fn matches(&self, words: &[String]) -> bool {
        let text = format!("{} {}", self.label, self.detail.as_deref().unwrap_or_default()).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// The values that contain every word of `text`.
fn found(options: &[ComboboxOption], text: &str) -> Vec<ComboboxOption> {
    let words: Vec<String> = text
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    options
        .iter()
        .filter(|option| option.matches(&words))
        .take(SHOWN)
        .cloned()
        .collect()
}

/// What a combobox is doing.
#[derive(Clone, Copy)]
struct State {
    input: NodeRef<html::Input>,
    value: Bound<String>,
    allow_other: bool,
    open: RwSignal<bool>,
    /// What was typed since the list opened; `None` while all values are shown.
    typed: RwSignal<Option<String>>,
    /// The place of the value that Enter would choose.
    active: RwSignal<usize>,
    /// The name of the value.
    name: Memo<String>,
    /// The values that match what was typed.
    shown: Memo<Vec<ComboboxOption>>,
}

impl State {
    fn new(value: Bound<String>, options: Signal<Vec<ComboboxOption>>, allow_other: bool) -> Self {
        let typed = RwSignal::new(None::<String>);
        let name_of = move |value: &String| {
            options.with(|options| {
                options
                    .iter()
                    .find(|option| option.value == *value)
                    .map(|it| it.label.clone())
            })
        };
        Self {
            input: NodeRef::new(),
            value,
            allow_other,
            open: RwSignal::new(false),
            typed,
            active: RwSignal::new(0),
            name: Memo::new(move |_| value.with(|value| name_of(value).unwrap_or_else(|| value.clone()))),
            shown: Memo::new(move |_| {
                options.with(|options| found(options, &typed.get().unwrap_or_default()))
            }),
        }
    }

    /// Shows the value's name in the field while nobody types.
    fn follow_value(self) {
        Effect::new(move |_| {
            let name = self.name.get();
            if let Some(input) = self.input.get()
                && self.typed.with_untracked(Option::is_none)
                && input.value() != name
            {
                input.set_value(&name);
            }
        });
    }

    fn show(self) {
        if !self.open.get_untracked() {
            let now = self.value.get_untracked();
            let place = self
                .shown
                .with_untracked(|shown| shown.iter().position(|option| option.value == now));
            self.active.set(place.unwrap_or(0));
            self.open.set(true);
        }
    }

    fn search(self, text: String) {
        self.typed.set(Some(text));
        self.active.set(0);
        self.open.set(true);
    }

    /// Closes the list and shows the value as it is.
    fn restore(self) {
        self.typed.set(None);
        self.open.set(false);
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&self.name.get_untracked());
        }
    }

    fn choose(self, option: ComboboxOption) {
        self.value.set(option.value);
        self.restore();
    }

    /// Takes over what was typed where it counts. Emptying the field is a choice too.
    fn leave(self) {
        if let Some(text) = self
            .typed
            .get_untracked()
            .filter(|text| self.allow_other || text.is_empty())
        {
            self.value.set(text.trim().to_owned());
        }
        self.restore();
    }

    fn obey(self, event: &KeyboardEvent) {
        let is_open = self.open.get_untracked();
        let count = self.shown.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if is_open => self
                .active
                .update(|index| *index = (*index + 1).min(count.saturating_sub(1))),
            "ArrowUp" if is_open => self.active.update(|index| *index = index.saturating_sub(1)),
            "ArrowDown" | "ArrowUp" => self.show(),
            "Enter" if is_open => {
                let active = self.active.get_untracked();
                match self.shown.with_untracked(|shown| shown.get(active).cloned()) {
                    Some(option) => self.choose(option),
                    None => self.leave(),
                }
            }
            "Escape" if is_open => self.restore(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// One of many values, found by typing. `↓` opens the list, `Enter` chooses, `Escape` goes back to what was.
#[component]
pub fn Combobox(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The value.
    #[prop(into)]
    value: Bound<String>,
    /// The values to choose from.
    #[prop(into)]
    options: Signal<Vec<ComboboxOption>>,
    /// What the list says where no value matches.
    #[prop(into)]
    empty_label: Signal<String>,
    /// Whether a text that is no value of the list counts as one.
    #[prop(optional)]
    allow_other: bool,
    /// What stands there while the value is empty.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// A sentence that helps to choose.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the value.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether one has to be chosen.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Whether only screen readers get the label.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    let ids = FieldIds::default();
    let list_id = format!("{}-list", ids.control());
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    let state = State::new(value, options, allow_other);
    let State {
        open, shown, active, ..
    } = state;
    state.follow_value();
    let active_descendant = {
        let list_id = list_id.clone();
        move || {
            let is_there = open.get() && shown.with(|shown| active.get() < shown.len());
            is_there.then(|| option_id(&list_id, active.get()))
        }
    };
    view! {
        <Field ids=ids.clone() label=label hint=hint error=error required=required hide_label=hide_label>
            <div class="combobox">
                <input
                    node_ref=state.input
                    class="input"
                    id=ids.control()
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    value=state.name.get_untracked()
                    placeholder=move || placeholder.get()
                    required=move || required.get()
                    disabled=move || disabled.with(Option::is_some)
                    aria-autocomplete="list"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=list_id.clone()
                    aria-activedescendant=active_descendant
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by.get()
                    on:input=move |event| state.search(event_target_value(&event))
                    on:keydown=move |event| state.obey(&event)
                    on:click=move |_| state.show()
                    on:blur=move |_| state.leave()
                />
                <Icon name=IconName::ChevronsUpDown />
                <List id=list_id label=label state=state empty_label=empty_label />
            </div>
        </Field>
    }
}

fn option_id(list: &str, index: usize) -> String {
    format!("{list}-{index}")
}

#[component]
fn List(id: String, label: Signal<String>, state: State, empty_label: Signal<String>) -> impl IntoView {
    let State {
        value,
        open,
        shown,
        active,
        ..
    } = state;
    let list = NodeRef::<html::Ul>::new();
    Effect::new(move |_| {
        let Some(list) = list.get() else { return };
        let is_shown = list.matches(":popover-open").unwrap_or(false);
        let changed = match (open.get(), is_shown) {
            (true, false) => list.show_popover(),
            (false, true) => list.hide_popover(),
            _ => Ok(()),
        };
        if let Err(error) = changed {
            leptos::logging::error!("a list can't be shown or hidden: {error:?}");
        }
    });
    let list_id = id.clone();
    let option_view = move |(index, option): (usize, ComboboxOption)| {
        let own = option.value.clone();
        let chosen = option.clone();
        view! {
            <li
                id=option_id(&list_id, index)
                class="combobox__option"
                role="option"
                aria-selected=move || value.with(|value| *value == own).to_string()
                data-active=move || (active.get() == index).then_some("true")
                on:pointermove=move |_| active.set(index)
                on:click=move |_| state.choose(chosen.clone())
            >
                <span>{option.label}</span>
                {option.detail.map(|text| view! { <span class="combobox__detail">{text}</span> })}
            </li>
        }
    };
    let nothing = move || {
        (open.get() && shown.with(Vec::is_empty)).then(|| {
            view! {
                <li class="combobox__empty" role="option" aria-disabled="true" aria-selected="false">
                    {move || empty_label.get()}
                </li>
            }
        })
    };
    // A press in the list must not take the focus from the field.
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
            {move || open.get().then(|| shown.get().into_iter().enumerate().map(&option_view).collect_view())}
            {nothing}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_match_name_or_detail() {
        let options = [
            ComboboxOption::new("1", "debian-13").detail("pve1, 4 GiB"),
            ComboboxOption::new("2", "Debian-12").detail("pve2, 4 GiB"),
            ComboboxOption::new("3", "rocky-10"),
        ];
        let names =
            |text: &str| -> Vec<String> { found(&options, text).into_iter().map(|it| it.value).collect() };
        assert_eq!(names(""), ["1", "2", "3"]);
        assert_eq!(names("DEBIAN"), ["1", "2"]);
        assert_eq!(names("debian pve2"), ["2"]);
        assert_eq!(names("suse"), Vec::<String>::new());
    }
}
