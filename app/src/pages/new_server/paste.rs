//! Rows from a spreadsheet, for those who don't paste them right into the table.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::state::Form;
use crate::texts::{say, text, use_i18n};

/// The button and its dialog.
#[component]
pub fn PasteButton(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let is_empty = Signal::derive(move || {
        let is_empty = typed.with(|typed| typed.trim().is_empty());
        is_empty.then(|| say!(i18n, new_server.paste_empty))
    });
    let take = move |_| {
        let text = typed.get_untracked();
        let count = form
            .draft
            .try_update(|draft| draft.paste(&text, None))
            .unwrap_or(0);
        open.set(false);
        let said = untrack(|| say!(i18n, new_server.pasted, count = count as u64));
        toasts.show(Toast::success(said));
        typed.set(String::new());
    };
    view! {
        <Button icon=IconName::Copy size=ButtonSize::Small variant=ButtonVariant::Ghost on_click=move |_| open.set(true)>
            {text!(i18n, new_server.paste)}
        </Button>
        <Dialog
            open=open
            title=text!(i18n, new_server.paste_title)
            close_label=text!(i18n, common.close)
            size=DialogSize::Medium
            actions=move || {
                view! {
                    <Button on_click=move |_| open.set(false)>{text!(i18n, common.cancel)}</Button>
                    <Button variant=ButtonVariant::Primary disabled=is_empty on_click=take>
                        {text!(i18n, new_server.paste_take)}
                    </Button>
                }
            }
        >
            <p class="form-page__hint">{text!(i18n, new_server.paste_hint)}</p>
            <TextArea
                label=text!(i18n, new_server.paste_rows)
                value=typed
                rows=10
                monospace=true
                placeholder="web-01	10.0.0.11	pve1	4	8"
            />
        </Dialog>
    }
}
