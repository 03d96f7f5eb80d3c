//! What is noted on a backup.

use drover_types::backup::Archive;
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::asked::Asker;
use crate::{
    rpc,
    session::use_session,
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub fn NotesDialog(asker: Asker, archive: Archive) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let name = archive.file_name().to_owned();
    let notes = RwSignal::new(String::new());
    // What is noted in full: the list has the first line.
    let noted = RwSignal::new(None::<String>);
    let archive = StoredValue::new(archive);
    let place = move || {
        let Archive { node, volume, .. } = archive.get_value();
        (asker.reader.id().cluster, node, volume)
    };
    Effect::new(move |_| {
        let (cluster, node, volume) = place();
        spawn_local(async move {
            match session.heeded(rpc::backups::backup(cluster, node, volume).await) {
                Ok(read) => {
                    let all = read.notes.unwrap_or_default();
                    notes.try_set(all.clone());
                    noted.try_set(Some(all));
                }
                Err(problem) => asker.error.set(problem),
            }
        });
    });
    let reading = Signal::derive(move || {
        noted
            .with(Option::is_none)
            .then(|| say!(i18n, server_backups.notes_loading))
    });
    let save = move |()| {
        let now = notes.with_untracked(|notes| notes.trim().to_owned());
        if noted.with_untracked(|noted| noted.as_ref() == Some(&now)) {
            asker.open.set(false);
            return;
        }
        let (cluster, node, volume) = place();
        let edit = rpc::backups::edit_backup(cluster, node, volume, Some(now), None);
        asker.send(edit, move |after| {
            let first = after.notes.as_deref().and_then(|notes| notes.lines().next());
            let notes = first.map(str::to_owned);
            asker.reader.take(Archive { notes, ..after });
        });
    };
    view! {
        <ConfirmDialog
            open=asker.open
            title=Signal::derive(move || say!(i18n, server_backups.notes_title))
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=asker.busy
            disabled=reading
            error=asker.error.text()
        >
            <p class="server-backups__file">
                <code>{name.clone()}</code>
            </p>
            {move || {
                if noted.with(Option::is_some) {
                    view! {
                        <TextArea
                            label=text!(i18n, backups.notes)
                            value=notes
                            rows=4
                            error=asker.error.field("notes")
                        />
                    }
                        .into_any()
                } else {
                    view! { <Skeleton label=text!(i18n, server_backups.notes_loading) /> }.into_any()
                }
            }}
        </ConfirmDialog>
    }
}
