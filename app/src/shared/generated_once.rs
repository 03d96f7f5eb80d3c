//! Secrets that Drover made: shown once, to be kept by whoever asked for them.

use drover_types::role::Generated;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::{say, text, use_i18n};

/// The dialog; open while there are some. Closed, it forgets them.
#[component]
pub fn GeneratedOnce(
    /// The secrets.
    told: RwSignal<Vec<Generated>>,
    /// What is done then.
    #[prop(optional, into)]
    on_closed: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if !told.with(Vec::is_empty) {
            open.set(true);
        }
    });
    Effect::new(move |was: Option<bool>| {
        let is_open = open.get();
        if was == Some(true) && !is_open {
            told.set(Vec::new());
            if let Some(on_closed) = on_closed {
                on_closed.run(());
            }
        }
        is_open
    });
    let secret = move |one: Generated| {
        let what = format!("{} · {} · {}", one.server, one.role, one.variable);
        view! {
            <li class="generated-once__secret">
                <p>{what.clone()}</p>
                <Code
                    text=one.value
                    label=what
                    copy_label=Signal::derive(move || Some(say!(i18n, roles.secret_copy)))
                    copied_label=text!(i18n, roles.secret_copied)
                />
            </li>
        }
    };
    view! {
        <Dialog
            open=open
            title=text!(i18n, roles.secrets_title)
            close_label=text!(i18n, common.close)
            size=DialogSize::Medium
            actions=move || {
                view! {
                    <Button variant=ButtonVariant::Primary on_click=move |_| open.set(false)>
                        {text!(i18n, roles.secrets_noted)}
                    </Button>
                }
            }
        >
            <p>{text!(i18n, roles.secrets_body)}</p>
            <ul class="generated-once" aria-label=text!(i18n, roles.secrets_title)>
                {move || told.get().into_iter().map(secret).collect_view()}
            </ul>
        </Dialog>
    }
}
