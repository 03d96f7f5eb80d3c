//! After how many days without a backup a server is overdue.

use drover_types::permission::Permission;
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::known::Known;
use crate::{
    rpc,
    session::use_session,
    shared::{use_form_error, use_refusal_for_all},
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub(super) fn OverdueDays(known: Known, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let days = RwSignal::new(None::<i64>);
    let busy = RwSignal::new(false);
    let error = use_form_error();
    Effect::new(move |_| {
        if open.get() {
            let now = known.overview.with_untracked(|overview| overview.overdue_days);
            days.set(Some(i64::from(now)));
            error.clear();
        }
    });
    let save = move |()| {
        // What is no number of days is refused by the service.
        let wanted = days.get_untracked().and_then(|days| u32::try_from(days).ok());
        let wanted = wanted.unwrap_or_default();
        busy.set(true);
        error.clear();
        spawn_local(async move {
            let answer = session.heeded(rpc::backups::set_overdue_days(wanted).await);
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    known
                        .overview
                        .try_update(|overview| overview.overdue_days = wanted);
                    open.try_set(false);
                }
                Err(problem) => error.set(problem),
            }
        });
    };
    view! {
        <ConfirmDialog
            open=open
            title=text!(i18n, backups.overdue_change)
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=busy
            disabled=use_refusal_for_all(Permission::BackupManagement)
            error=error.text()
        >
            <NumberInput
                label=text!(i18n, backups.overdue_days)
                value=days
                min=Signal::stored(Some(1))
                unit=Signal::derive(move || Some(say!(i18n, backups.days)))
                hint=Signal::derive(move || Some(say!(i18n, backups.overdue_hint)))
                error=error.field("days")
            />
        </ConfirmDialog>
    }
}
