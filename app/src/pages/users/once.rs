//! A password that was generated: shown once, to be handed on.

use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::{say, text, use_i18n};

/// The dialog; open while there is a password. Closed, it forgets it.
#[component]
pub(super) fn PasswordOnce(
    /// Whose password, and which.
    made: RwSignal<Option<(String, String)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if made.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |was: Option<bool>| {
        let is_open = open.get();
        if was == Some(true) && !is_open {
            made.set(None);
        }
        is_open
    });
    let password = Signal::derive(move || {
        made.with(|made| made.as_ref().map(|made| made.1.clone()).unwrap_or_default())
    });
    let username = move || made.with(|made| made.as_ref().map(|made| made.0.clone()).unwrap_or_default());
    view! {
        <Dialog
            open=open
            title=Signal::derive(move || say!(i18n, users.password_of, username = username()))
            close_label=text!(i18n, users.close)
            actions=move || {
                view! {
                    <Button variant=ButtonVariant::Primary on_click=move |_| open.set(false)>
                        {text!(i18n, users.close)}
                    </Button>
                }
            }
        >
            <p>{text!(i18n, users.password_once)}</p>
            <Code
                text=password
                label=text!(i18n, users.password)
                copy_label=Signal::derive(move || Some(say!(i18n, users.copy)))
                copied_label=text!(i18n, users.copied)
            />
        </Dialog>
    }
}
