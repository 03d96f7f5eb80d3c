//! The part of the page: a card for each job.

use drover_types::{backup::BackupJob, permission::Permission};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    card::JobCard,
    form::JobForm,
    jobs::{Edited, Jobs},
};
use crate::{
    pages::backups::known::Known,
    session::use_session,
    shared::{ErrorCallout, PermissionNeeded},
    texts::{text, use_i18n},
};

/// The jobs, for whoever may manage the backups of every server.
#[component]
pub(in crate::pages::backups) fn Schedules(known: Known) -> impl IntoView {
    let session = use_session();
    let may = Memo::new(move |_| {
        session.with_grants(|grants| grants.allow_for_all(&[Permission::BackupManagement]))
    });
    move || {
        if may.get() == Some(false) {
            view! { <PermissionNeeded permission=Permission::BackupManagement /> }.into_any()
        } else {
            view! { <List known=known /> }.into_any()
        }
    }
}

#[component]
fn List(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let jobs = Jobs::new(known);
    let is_read = Memo::new(move |_| jobs.found.with(Option::is_some));
    let is_empty = Memo::new(move |_| jobs.found.with(|found| found.as_ref().is_some_and(Vec::is_empty)));
    let new = move || {
        view! {
            <Button
                variant=ButtonVariant::Primary
                icon=IconName::Plus
                on_click=move |_| jobs.edit(Edited::New)
            >
                {text!(i18n, backups.new_schedule)}
            </Button>
        }
    };
    view! {
        <div class="toolbar">
            <p class="backup-form__hint">{text!(i18n, backups.schedules_hint)}</p>
            <span class="toolbar__end">{new()}</span>
        </div>
        {move || {
            jobs.error.get().map(|error| view! { <ErrorCallout error=error on_retry=move |()| jobs.load() /> })
        }}
        {move || {
            (!is_read.get() && jobs.error.with(Option::is_none))
                .then(|| {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=3 /> }
                })
        }}
        {move || {
            is_empty
                .get()
                .then(|| {
                    view! {
                        <EmptyState
                            title=text!(i18n, backups.no_schedules)
                            description=text!(i18n, backups.no_schedules_hint)
                            icon=IconName::Calendar
                        />
                    }
                })
        }}
        <div class="backups__jobs">
            <For
                each=move || jobs.found.get().unwrap_or_default()
                key=|job: &BackupJob| (job.cluster.clone(), job.id.clone())
                children=move |job| view! { <JobCard first=job jobs=jobs /> }
            />
        </div>
        <JobForm jobs=jobs known=known />
    }
}
