//! What is not saved yet, and the buttons that save it or let it go.

use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{editor::Editor, field::Scope, news::NewsCallout};
use crate::{
    shared::ErrorCallout,
    texts::{say, text, use_i18n},
};

/// A form of one part of the page: its cards, and the bar that saves them.
#[component]
pub fn EditForm(
    /// The form's state.
    editor: Editor,
    /// Which part.
    scope: Scope,
    /// What it is called, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Its controls.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = editor.refusal();
    let toasts = use_toasts();
    let saved = text!(i18n, server.saved);
    let waits = text!(i18n, server.saved_waits);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if editor.busy.get_untracked() || refusal.with_untracked(Option::is_some) {
            return;
        }
        editor.save(scope, move |is_pending| {
            let text = if is_pending { waits } else { saved };
            toasts.show(Toast::success(text.get_untracked()));
        });
    };
    view! {
        <form class="server-edit" novalidate=true aria-label=label on:submit=submit>
            <NewsCallout editor=editor scope=scope />
            <fieldset class="server-edit__fields" disabled=move || editor.is_read_only()>
                {children()}
            </fieldset>
            {move || editor.failure(scope).map(|error| view! { <ErrorCallout error=error /> })}
            <Bar editor=editor scope=scope refusal=refusal />
        </form>
    }
}

#[component]
fn Bar(editor: Editor, scope: Scope, refusal: Signal<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let is_dirty = Memo::new(move |_| !editor.changed(scope).is_empty());
    let summary = move || say!(i18n, server.unsaved, fields = editor.summary(scope));
    move || {
        is_dirty.get().then(|| {
            view! {
                <div class="server-edit__bar" role="group" aria-label=text!(i18n, server.unsaved_changes)>
                    <p class="server-edit__summary">{summary}</p>
                    <Button on_click=move |_| editor.discard(scope)>{text!(i18n, server.discard)}</Button>
                    <Button
                        variant=ButtonVariant::Primary
                        kind=ButtonKind::Submit
                        busy=editor.busy
                        disabled=refusal
                    >
                        {text!(i18n, common.save)}
                    </Button>
                </div>
            }
        })
    }
}
