//! Name, tags and description.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::super::edit::{Editor, Field};
use crate::texts::{say, text, use_i18n};

/// The card.
#[component]
pub fn Notes(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="detail__wide">
            <Card title=text!(i18n, server.notes)>
                <div class="server-edit__card">
                    <div class="form-page__grid">
                        <TextInput
                            label=Signal::derive(move || Field::Name.label())
                            value=editor.text(Field::Name)
                            required=true
                            autocomplete="off"
                            hint=Signal::derive(move || Some(say!(i18n, server.name_hint)))
                            error=editor.problem(Field::Name)
                        />
                        <TextInput
                            label=Signal::derive(move || Field::Tags.label())
                            value=editor.text(Field::Tags)
                            placeholder="web, prod"
                            autocomplete="off"
                            hint=Signal::derive(move || Some(say!(i18n, server.tags_hint)))
                            error=editor.problem(Field::Tags)
                        />
                    </div>
                    <TextArea
                        label=Signal::derive(move || Field::Description.label())
                        value=editor.text(Field::Description)
                        rows=4
                        error=editor.problem(Field::Description)
                    />
                </div>
            </Card>
        </div>
    }
}
