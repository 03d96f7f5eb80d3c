//! When the server starts and from what, and what keeps it from being removed.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    super::edit::{Editor, Field},
    boot_order::BootOrder,
};
use crate::texts::{say, text, use_i18n};

/// The card.
#[component]
pub fn Start(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Card title=text!(i18n, server.start)>
            <div class="server-edit__card">
                {move || (!editor.is_container()).then(|| view! { <BootOrder editor=editor /> })}
                <Checkbox
                    label=Signal::derive(move || Field::OnBoot.label())
                    value=editor.flag(Field::OnBoot)
                    error=editor.problem(Field::OnBoot)
                />
                <Checkbox
                    label=Signal::derive(move || Field::Protection.label())
                    hint=Signal::derive(move || Some(say!(i18n, server.protected_hint)))
                    value=editor.flag(Field::Protection)
                    error=editor.problem(Field::Protection)
                />
            </div>
        </Card>
    }
}
