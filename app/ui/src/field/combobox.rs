//! One of many values, found by typing.

use leptos::{
    ev::{Event, KeyboardEvent},
    html,
    prelude::*,
};

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
    let input = NodeRef::<html::Input>::new();
    let list = NodeRef::<html::Ul>::new();
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    let open = RwSignal::new(false);
    // What was typed since the list opened; `None` while all values are shown.
    let typed = RwSignal::new(None::<String>);
    let active = RwSignal::new(0_usize);

    let name = Memo::new(move |_| {
        value.with(|value| {
            options
                .with(|options| {
                    options
                        .iter()
                        .find(|option| option.value == *value)
                        .map(|option| option.label.clone())
                })
                .unwrap_or_else(|| value.clone())
        })
    });
    let shown = Memo::new(move |_| options.with(|options| found(options, &typed.get().unwrap_or_default())));
    let restore = move || {
        typed.set(None);
        open.set(false);
        if let Some(input) = input.get_untracked() {
            input.set_value(&name.get_untracked());
        }
    };
    Effect::new(move |_| {
        let name = name.get();
        if let Some(input) = input.get()
            && typed.with_untracked(Option::is_none)
            && input.value() != name
        {
            input.set_value(&name);
        }
    });
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
    let show = move || {
        if disabled.with_untracked(Option::is_some) || open.get_untracked() {
            return;
        }
        let now = value.get_untracked();
        active.set(
            shown
                .with_untracked(|shown| shown.iter().position(|option| option.value == now))
                .unwrap_or(0),
        );
        open.set(true);
    };
    let choose = move |option: ComboboxOption| {
        value.set(option.value);
        restore();
    };
    let leave = move || {
        let text = typed.get_untracked();
        // Emptying the field is a choice too.
        if let Some(text) = text.filter(|text| allow_other || text.is_empty()) {
            value.set(text.trim().to_owned());
        }
        restore();
    };
    let on_input = move |event: Event| {
        typed.set(Some(event_target_value(&event)));
        active.set(0);
        open.set(true);
    };
    let on_key = move |event: KeyboardEvent| {
        let last = shown.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" if open.get_untracked() => active.update(|index| *index = (*index + 1).min(last)),
            "ArrowUp" if open.get_untracked() => active.update(|index| *index = index.saturating_sub(1)),
            "ArrowDown" | "ArrowUp" => show(),
            "Enter" if open.get_untracked() => {
                let option = shown.with_untracked(|shown| shown.get(active.get_untracked()).cloned());
                match option {
                    Some(option) => choose(option),
                    None => leave(),
                }
            }
            "Escape" if open.get_untracked() => restore(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let option_id = {
        let list_id = list_id.clone();
        move |index: usize| format!("{list_id}-{index}")
    };
    let active_descendant = {
        let option_id = option_id.clone();
        move || {
            (open.get() && shown.with(|shown| active.get() < shown.len())).then(|| option_id(active.get()))
        }
    };
    let option_view = move |(index, option): (usize, ComboboxOption)| {
        let own = option.value.clone();
        let chosen = option.clone();
        view! {
            <li
                id=option_id(index)
                class="combobox__option"
                role="option"
                aria-selected=move || value.with(|value| *value == own).to_string()
                data-active=move || (active.get() == index).then_some("true")
                on:pointermove=move |_| active.set(index)
                on:click=move |_| choose(chosen.clone())
            >
                <span>{option.label}</span>
                {option.detail.map(|text| view! { <span class="combobox__detail">{text}</span> })}
            </li>
        }
    };
    view! {
        <Field ids=ids.clone() label=label hint=hint error=error required=required hide_label=hide_label>
            <div class="combobox">
                <input
                    node_ref=input
                    class="input"
                    id=ids.control()
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    value=name.get_untracked()
                    placeholder=move || placeholder.get()
                    required=move || required.get()
                    disabled=move || disabled.with(Option::is_some)
                    aria-autocomplete="list"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=list_id.clone()
                    aria-activedescendant=active_descendant
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by.get()
                    on:input=on_input
                    on:keydown=on_key
                    on:click=move |_| show()
                    on:blur=move |_| leave()
                />
                <Icon name=IconName::ChevronsUpDown />
                <ul
                    node_ref=list
                    id=list_id
                    class="combobox__list"
                    role="listbox"
                    popover="manual"
                    aria-label=move || label.get()
                    // The field keeps the focus.
                    on:mousedown=move |event| event.prevent_default()
                >
                    {move || open.get().then(|| shown.get().into_iter().enumerate().map(&option_view).collect_view())}
                    {move || {
                        (open.get() && shown.with(Vec::is_empty))
                            .then(|| {
                                view! {
                                    <li class="combobox__empty" role="option" aria-disabled="true" aria-selected="false">
                                        {move || empty_label.get()}
                                    </li>
                                }
                            })
                    }}
                </ul>
            </div>
        </Field>
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
