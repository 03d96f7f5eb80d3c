//! The question how large a disk shall be. Proxmox makes none smaller.
#![expect(
    clippy::large_types_passed_by_value,
    reason = "a bundle of signals, passed once for each dialog"
)]

use drover_types::{configuration::DiskEdit, server::ServerDisk, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::send::Sender;
use crate::texts::{say, text, use_i18n};

/// The dialog.
#[component]
pub fn GrowDisk(sender: Sender, disk: ServerDisk) -> impl IntoView {
    let i18n = use_i18n();
    let now = disk.size_bytes.map(|bytes| bytes.div_ceil(units::GIB));
    let now = now.and_then(|size| i64::try_from(size).ok()).unwrap_or(0);
    let size = RwSignal::new(Some(now + 1));
    let device = disk.interface.clone();
    let title = Signal::derive(move || say!(i18n, server.disk_grow_title, device = device.clone()));
    let disabled = Signal::derive(move || {
        let is_larger = size.get().is_some_and(|size| size > now);
        (!is_larger).then(|| say!(i18n, server.disk_not_larger, size = now))
    });
    let send = move |()| {
        sender.send(DiskEdit::Grow {
            device: disk.interface.clone(),
            size_gb: size
                .get_untracked()
                .and_then(|size| u64::try_from(size).ok())
                .unwrap_or(0),
        });
    };
    view! {
        <ConfirmDialog
            open=sender.open
            title=title
            confirm_label=text!(i18n, server.disk_grow)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=send
            variant=ButtonVariant::Primary
            disabled=disabled
            busy=sender.busy
            error=sender.failure(&["size_gb"])
        >
            <p>{text!(i18n, server.disk_grow_hint)}</p>
            <NumberInput
                label=text!(i18n, server.disk_new_size)
                value=size
                unit="GiB"
                min=Some(now + 1)
                required=true
                hint=Signal::derive(move || Some(say!(i18n, server.disk_now, size = now)))
                error=sender.problem("size_gb")
            />
        </ConfirmDialog>
    }
}
