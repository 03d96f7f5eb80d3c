//! The part of the page, for whoever may see backups.

use drover_types::{
    error::{ApiError, ErrorCode},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    asked::{Asked, Asker},
    back_up::BackUpDialog,
    list::Archives,
    notes::NotesDialog,
    prune::PruneDialog,
    reader::Reader,
    restore::RestoreDialog,
    restore_new::RestoreNewDialog,
};
use crate::{
    pages::server::at_work::AtWork,
    session::use_session,
    shared::{ErrorCallout, PermissionNeeded},
    texts::{text, use_i18n},
};

/// What there is of backups, and what is done with them.
#[component]
pub fn Backups(reader: Reader) -> impl IntoView {
    let session = use_session();
    let may = Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::BackupManagement)));
    move || {
        if may.get() == Some(false) {
            view! { <PermissionNeeded permission=Permission::BackupManagement /> }.into_any()
        } else {
            view! { <Known reader=reader /> }.into_any()
        }
    }
}

#[component]
fn Known(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    reader.follow();
    let is_there = Memo::new(move |_| reader.found.with(Option::is_some));
    move || {
        if is_there.get() {
            return view! { <Content reader=reader /> }.into_any();
        }
        match reader.unread.get() {
            // A server that is being made has none yet; its task tells the rest.
            Some(error) if error.code == ErrorCode::ResourceNotFound => {
                view! { <Callout tone=Tone::Info>{text!(i18n, server_backups.none_known)}</Callout> }
                    .into_any()
            }
            Some(error) => view! { <Unread error=error reader=reader /> }.into_any(),
            None => view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=6 /> }
                .into_any(),
        }
    }
}

#[component]
fn Content(reader: Reader) -> impl IntoView {
    let asker = Asker::new(reader);
    view! {
        <div class="server-backups">
            {move || reader.unread.get().map(|error| view! { <Unread error=error reader=reader /> })}
            <AtWork task=reader.task />
            <Archives asker=asker />
        </div>
        {move || match asker.asked.get() {
            None => ().into_any(),
            Some(Asked::BackUp) => view! { <BackUpDialog asker=asker /> }.into_any(),
            Some(Asked::Restore(archive)) => view! { <RestoreDialog asker=asker archive=archive /> }.into_any(),
            Some(Asked::RestoreNew(archive)) => view! { <RestoreNewDialog asker=asker archive=archive /> }.into_any(),
            Some(Asked::Notes(archive)) => view! { <NotesDialog asker=asker archive=archive /> }.into_any(),
            Some(Asked::Prune) => view! { <PruneDialog asker=asker /> }.into_any(),
        }}
    }
}

#[component]
fn Unread(error: ApiError, reader: Reader) -> impl IntoView {
    view! { <ErrorCallout error=error on_retry=move |()| reader.load() /> }
}
