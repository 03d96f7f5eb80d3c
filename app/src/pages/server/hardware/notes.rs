//! Tags and description.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::super::edit::{Editor, Field};
use crate::texts::{say, text, use_i18n};

/// The card.
#[component]
pub fn Notes(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Card title=text!(i18n, server.notes)>
            <div class="server-edit__card">
                <TextInput
                    label=Signal::derive(move || Field::Tags.label())
                    value=editor.text(Field::Tags)
                    placeholder="web, prod"
                    autocomplete="off"
                    hint=Signal::derive(move || Some(say!(i18n, server.tags_hint)))
                    error=editor.problem(Field::Tags)
                />
                <TextArea
                    label=Signal::derive(move || Field::Description.label())
                    value=editor.text(Field::Description)
                    rows=5
                    error=editor.problem(Field::Description)
                />
            </div>
        </Card>
    }
}
