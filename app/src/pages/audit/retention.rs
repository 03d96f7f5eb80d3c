//! For how long rows are kept, and choosing that.

use drover_types::{permission::UserRole, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    rpc,
    session::use_session,
    shared::{FormDialog, use_form_dialog},
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
    let chosen = RwSignal::new(Some(i64::from(days)));
    let form = use_form_dialog(open, move || chosen.set(Some(i64::from(days))));
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
    let saved = text!(i18n, audit.retention_saved);
    let save = move |()| {
        // What is no number of days is for the server to refuse, by the field.
        let days = chosen.get_untracked().and_then(|days| u32::try_from(days).ok());
        let asked = rpc::audit::set_audit_retention(days.unwrap_or(u32::MAX));
        form.send(asked, move |()| {
            toasts.show(Toast::success(saved.get_untracked()));
            on_changed.run(());
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
        <Button size=ButtonSize::Small variant=ButtonVariant::Ghost disabled=refusal on_click=move |_| open.set(true)>
            {text!(i18n, audit.retention_change)}
        </Button>
        <FormDialog
            form=form
            title=text!(i18n, audit.retention)
            on_save=save
            save_label=text!(i18n, audit.retention_save)
        >
            <NumberInput
                label=text!(i18n, audit.retention_days)
                value=chosen
                min=Signal::stored(Some(0))
                max=Signal::stored(Some(36_500))
                hint=Signal::derive(move || Some(say!(i18n, audit.retention_hint)))
                error=form.error.field("days")
            />
            {warning}
        </FormDialog>
    }
}
