//! The form of a job.

use drover_types::backup::{BackupJob, JobDraft};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    fields::JobFields,
    jobs::{Edited, Jobs},
    parts::{JobInputs, clusters_of},
    theirs::{Theirs, current_of},
};
use crate::{
    pages::backups::known::Known,
    rpc,
    session::use_session,
    shared::use_form_error,
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub(super) fn JobForm(jobs: Jobs, known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let fields = JobFields::new();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    // As it was when the form was filled, or as somebody else has made it since.
    let seen = StoredValue::new(None::<JobDraft>);
    let theirs = RwSignal::new(None::<JobDraft>);
    Effect::new(move |_| {
        if jobs.open.get() {
            error.clear();
            theirs.set(None);
            match jobs.edited.get_untracked() {
                Edited::New => {
                    let first = untrack(|| clusters_of(known)).into_iter().next();
                    fields.cluster.set(first.unwrap_or_default());
                    fields.fill(&JobFields::usual());
                    seen.set_value(None);
                }
                Edited::Job(edited) => {
                    let BackupJob { cluster, job, .. } = *edited;
                    fields.cluster.set(cluster);
                    fields.fill(&job);
                    seen.set_value(Some(job));
                }
            }
        }
    });
    let save = move |()| {
        let draft = untrack(|| fields.read());
        if error.found(draft.problems()) {
            return;
        }
        busy.set(true);
        error.clear();
        let (edited, seen_last) = (jobs.edited.get_untracked(), seen.get_value());
        let cluster = fields.cluster.get_untracked();
        spawn_local(async move {
            let answer = match edited {
                Edited::New => rpc::backups::create_backup_job(cluster, draft).await,
                Edited::Job(job) => rpc::backups::change_backup_job(cluster, job.id, draft, seen_last).await,
            };
            busy.try_set(false);
            match session.heeded(answer) {
                Ok(()) => {
                    jobs.open.try_set(false);
                    jobs.changed();
                }
                Err(problem) => {
                    if let Some(current) = current_of(&problem) {
                        seen.try_set_value(Some(current.clone()));
                        theirs.try_set(Some(current));
                        jobs.changed();
                    }
                    error.set(problem);
                }
            }
        });
    };
    let title = Signal::derive(move || match jobs.edited.get() {
        Edited::New => say!(i18n, backups.new_schedule),
        Edited::Job(job) => say!(i18n, backups.edit_title, job = super::card::called(&job)),
    });
    let is_new = Memo::new(move |_| jobs.edited.with(|edited| *edited == Edited::New));
    view! {
        <ConfirmDialog
            open=jobs.open
            title=title
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=busy
            error=error.text()
            size=DialogSize::Medium
        >
            {move || theirs.get().map(|theirs| view! { <Theirs theirs=theirs fields=fields /> })}
            <JobInputs fields=fields known=known is_new=is_new.get_untracked() error=error />
        </ConfirmDialog>
    }
}
