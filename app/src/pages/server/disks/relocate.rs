//! The question which storage a disk goes to.
#![expect(
    clippy::large_types_passed_by_value,
    reason = "a bundle of signals, passed once for each dialog"
)]

use drover_types::{configuration::DiskEdit, server::ServerDisk};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::send::Sender;
use crate::texts::{say, text, use_i18n};

/// The dialog.
#[component]
pub fn MoveDisk(sender: Sender, disk: ServerDisk) -> impl IntoView {
    let i18n = use_i18n();
    let storage = RwSignal::new(String::new());
    let deletes = RwSignal::new(true);
    let device = disk.interface.clone();
    let title = Signal::derive(move || say!(i18n, server.disk_move_title, device = device.clone()));
    let storages = sender.storages(Some(disk.storage.clone()));
    let disabled = Signal::derive(move || {
        if storages.with(Vec::is_empty) {
            Some(say!(i18n, server.disk_nowhere))
        } else {
            storage
                .with(String::is_empty)
                .then(|| say!(i18n, server.disk_choose_storage))
        }
    });
    let from = disk.storage.clone();
    let body = Signal::derive(move || say!(i18n, server.disk_move_hint, storage = from.clone()));
    let send = move |()| {
        sender.send(DiskEdit::Move {
            device: disk.interface.clone(),
            storage: storage.get_untracked(),
            delete_source: deletes.get_untracked(),
        });
    };
    view! {
        <ConfirmDialog
            open=sender.open
            title=title
            confirm_label=text!(i18n, server.disk_move)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=send
            variant=ButtonVariant::Primary
            disabled=disabled
            busy=sender.busy
            error=sender.failure(&["storage"])
        >
            <p>{move || body.get()}</p>
            <Select
                label=text!(i18n, server.disk_to)
                value=storage
                options=storages
                placeholder=Signal::derive(move || Some(say!(i18n, server.disk_choose_storage)))
                error=sender.problem("storage")
            />
            <Checkbox
                label=text!(i18n, server.disk_delete_source)
                hint=Signal::derive(move || Some(say!(i18n, server.disk_delete_source_hint)))
                value=deletes
            />
        </ConfirmDialog>
    }
}
