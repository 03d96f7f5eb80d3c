//! For how long rows are kept, and choosing that.

use drover_types::{permission::UserRole, text::Problem};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::use_session,
    shared::use_form_error,
    texts::{say, text, use_i18n, use_lang},
};

/// How long it is now, with the form to change it.
#[component]
pub(super) fn Retention(
    /// For how many days; 0 for ever.
    days: u32,
    /// What happens once it was changed.
    on_changed: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let chosen = RwSignal::new(Some(i64::from(days)));
    let error = use_form_error();
    let kept = Signal::derive(move || {
        if days == 0 {
            say!(i18n, audit.kept_for_ever)
        } else {
            say!(i18n, audit.kept, days = days)
        }
    });
    let refusal = Signal::derive(move || {
        let is_admin = session.with_grants(|grants| grants.role == UserRole::Admin);
        (is_admin != Some(true)).then(|| Problem::AdministratorsOnly.text(lang.get()))
    });
    let begin = move |_| {
        chosen.set(Some(i64::from(days)));
        error.clear();
        open.set(true);
    };
    let saved = text!(i18n, audit.retention_saved);
    let save = move |()| {
        busy.set(true);
        error.clear();
        // What is no number of days is for the server to refuse, by the field.
        let days = chosen.get_untracked().and_then(|days| u32::try_from(days).ok());
        spawn_local(async move {
            let asked = rpc::audit::set_audit_retention(days.unwrap_or(u32::MAX)).await;
            let answer = session.heeded(asked);
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    toasts.show(Toast::success(saved.get_untracked()));
                    on_changed.run(());
                }
                Err(problem) => error.set(problem),
            }
        });
    };
    let is_shorter = Memo::new(move |_| {
        let chosen = chosen.get().unwrap_or_default();
        chosen > 0 && (days == 0 || chosen < i64::from(days))
    });
    let warning = move || {
        is_shorter
            .get()
            .then(|| view! { <Callout tone=Tone::Warning>{text!(i18n, audit.retention_shorter)}</Callout> })
    };
    view! {
        <span>{kept}</span>
        <Button size=ButtonSize::Small variant=ButtonVariant::Ghost disabled=refusal on_click=begin>
            {text!(i18n, audit.retention_change)}
        </Button>
        <ConfirmDialog
            open=open
            title=text!(i18n, audit.retention)
            confirm_label=text!(i18n, audit.retention_save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=busy
            error=error.text()
        >
            <NumberInput
                label=text!(i18n, audit.retention_days)
                value=chosen
                min=Signal::stored(Some(0))
                max=Signal::stored(Some(36_500))
                hint=Signal::derive(move || Some(say!(i18n, audit.retention_hint)))
                error=error.field("days")
            />
            {warning}
        </ConfirmDialog>
    }
}
