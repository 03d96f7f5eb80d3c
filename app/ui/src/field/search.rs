//! The control above a list that narrows it down.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
};

use super::{
    completion::{Completer, Completion, CompletionList, Typing},
    sync::sync_input,
};
use crate::{Bound, ButtonSize, Icon, IconButton, IconName, Kbd, use_id};

/// A text that narrows a list down. Escape empties it. Where it completes what is typed, arrows choose, Enter
/// and Tab take, and Escape closes the list first.
#[component]
pub fn SearchInput(
    /// What it searches, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    #[prop(into)]
    value: Bound<String>,
    /// What the button that empties it does.
    #[prop(into)]
    clear_label: Signal<String>,
    /// An example of a text.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// The key that focuses it, shown at its end.
    #[prop(optional, into)]
    shortcut: Signal<Option<String>>,
    /// What is wrong with the text, read out; whoever has a place for it shows it there.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What happens on Enter.
    #[prop(optional, into)]
    on_submit: Option<Callback<String>>,
    /// What could stand at the caret. Asked on every keystroke, so it has to be quick.
    #[prop(optional, into)]
    complete: Option<Callback<Typing, Vec<Completion>>>,
    /// What the list of them is called, for screen readers.
    #[prop(optional, into)]
    completions_label: Signal<String>,
    /// The control, for whoever has to focus it.
    #[prop(optional)]
    input_ref: NodeRef<html::Input>,
) -> impl IntoView {
    sync_input(input_ref, value);
    let is_empty = Memo::new(move |_| value.with(String::is_empty));
    let error_id = use_id("search-error");
    let described_by = error_id.clone();
    let list_id = use_id("completions");
    let completer = complete.map(|complete| Completer::new(input_ref, value, complete));
    let clear = move || {
        value.set(String::new());
        if let Some(input) = input_ref.get_untracked() {
            // A control that has left the page can't take the focus, which is no fault.
            drop(input.focus());
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if completer.is_some_and(|completer| completer.obey(&event)) {
            event.prevent_default();
            event.stop_propagation();
        } else if event.key() == "Escape" && !value.get_untracked().is_empty() {
            event.prevent_default();
            event.stop_propagation();
            clear();
        }
    };
    let on_input = move |event| {
        value.set(event_target_value(&event));
        if let Some(completer) = completer {
            completer.typed();
        }
    };
    let close = move || {
        if let Some(completer) = completer {
            completer.close();
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        close();
        if let Some(on_submit) = on_submit {
            on_submit.run(value.get_untracked());
        }
    };
    let active_descendant = {
        let list_id = list_id.clone();
        move || completer?.active_id(&list_id)
    };
    view! {
        <form class="search" on:submit=submit>
            <Icon name=IconName::Search />
            <input
                node_ref=input_ref
                class="search__input"
                type="text"
                role=if completer.is_some() { "combobox" } else { "searchbox" }
                inputmode="search"
                enterkeyhint="search"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                value=value.get_untracked()
                placeholder=move || placeholder.get()
                aria-label=move || label.get()
                aria-autocomplete=completer.map(|_| "list")
                aria-expanded=move || completer.map(|completer| completer.is_open().to_string())
                aria-controls=completer.map(|_| list_id.clone())
                aria-activedescendant=active_descendant
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || error.with(Option::is_some).then(|| described_by.clone())
                on:input=on_input
                on:keydown=on_key
                on:click=move |_| close()
                on:blur=move |_| close()
            />
            <span id=error_id hidden>
                {move || error.get()}
            </span>
            // Both stay: putting one in costs more than all else that the first letter does here.
            <span class="search__end">
                <span hidden=move || !is_empty.get()>
                    {move || shortcut.get().map(|key| view! { <Kbd>{key}</Kbd> })}
                </span>
                <span hidden=move || is_empty.get()>
                    <IconButton
                        icon=IconName::X
                        label=clear_label
                        size=ButtonSize::Small
                        on_click=move |_| clear()
                    />
                </span>
            </span>
            {completer.map(|completer| view! { <CompletionList id=list_id label=completions_label completer=completer /> })}
        </form>
    }
}
