//! The question how the server is to be backed up.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::asked::Asker;
use crate::{
    rpc,
    shared::{BackupFields, BackupForm, TaskInWay, backup_targets},
    texts::{say, text, use_i18n, use_lang},
};

/// The dialog.
#[component]
pub fn BackUpDialog(asker: Asker) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let reader = asker.reader;
    let fields = BackupFields::new();
    let targets = Signal::derive(move || reader.with(|found| backup_targets(&found.targets)));
    let last = untrack(|| reader.with(|found| found.archives.first().map(|one| one.storage.clone())));
    let all = targets.get_untracked();
    let usual = all.iter().find(|one| last.as_ref() == Some(&one.value));
    // Where the last one went; with one storage there is nothing to choose.
    if let Some(storage) = usual.or(all.first().filter(|_| all.len() == 1)) {
        fields.storage.set(storage.value.clone());
    }
    let nowhere = Signal::derive(move || {
        targets
            .with(Vec::is_empty)
            .then(|| say!(i18n, server_backups.no_target))
    });
    let shortage = Memo::new(move |_| {
        let storage = fields.storage.get();
        let problem = reader.with(|found| found.shortage(&storage))?;
        Some(problem.text(lang.get()))
    });
    let back_up = move |()| {
        let how = untrack(|| fields.read());
        if !asker.error.found(how.problems()) {
            asker.begin(rpc::backups::back_up_server(reader.id(), how));
        }
    };
    view! {
        <ConfirmDialog
            open=asker.open
            title=Signal::derive(move || say!(i18n, server_backups.back_up_title, name = reader.name()))
            confirm_label=text!(i18n, backups.back_up)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=back_up
            variant=ButtonVariant::Primary
            busy=asker.busy
            disabled=nowhere
            error=asker.error.text()
            error_actions=move || view! { <TaskInWay error=asker.error /> }
        >
            <BackupForm fields=fields storages=targets error=asker.error shortage=shortage />
        </ConfirmDialog>
    }
}
