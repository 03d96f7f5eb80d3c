//! What is noted on a backup.

use drover_types::backup::Archive;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::asked::Asker;
use crate::{
    rpc,
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub fn NotesDialog(asker: Asker, archive: Archive) -> impl IntoView {
    let i18n = use_i18n();
    let notes = RwSignal::new(archive.notes.clone().unwrap_or_default());
    let name = archive.file_name().to_owned();
    let archive = StoredValue::new(archive);
    let save = move |()| {
        let cluster = asker.reader.id().cluster;
        let Archive { node, volume, .. } = archive.get_value();
        let notes = Some(notes.get_untracked().trim().to_owned());
        let edit = rpc::backups::edit_backup(cluster, node, volume, notes, None);
        asker.send(edit, move |after| asker.reader.take(after));
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
            error=asker.error.text()
        >
            <p class="server-backups__file">
                <code>{name.clone()}</code>
            </p>
            <TextArea label=text!(i18n, backups.notes) value=notes error=asker.error.field("notes") />
        </ConfirmDialog>
    }
}
