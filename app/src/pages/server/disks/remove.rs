//! The question before a disk is detached or deleted. What the server needs takes a tick besides.
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
pub fn RemoveDisk(sender: Sender, disk: ServerDisk, deletes: bool) -> impl IntoView {
    let i18n = use_i18n();
    let force = RwSignal::new(false);
    let (is_boot, is_cloud_init) = sender.editor.configuration.with_untracked(|configuration| {
        let Some(configuration) = configuration else {
            return (false, false);
        };
        (
            configuration.boot_disk.as_ref() == Some(&disk.interface),
            configuration
                .cloud_init_drive
                .as_ref()
                .map(|drive| &drive.interface)
                == Some(&disk.interface),
        )
    });
    let needs_force = is_boot || is_cloud_init;
    let device = disk.interface.clone();
    let title = Signal::derive(move || {
        let device = device.clone();
        if deletes {
            say!(i18n, server.disk_delete_title, device = device)
        } else {
            say!(i18n, server.disk_detach_title, device = device)
        }
    });
    let size = disk.size_bytes.map_or_else(|| "—".to_owned(), units::size);
    let what = format!("{} · {size}", disk.volume);
    let disabled =
        Signal::derive(move || (needs_force && !force.get()).then(|| say!(i18n, server.disk_tick_first)));
    let send = move |()| {
        let (device, force) = (disk.interface.clone(), force.get_untracked());
        sender.send(if deletes {
            DiskEdit::Delete { device, force }
        } else {
            DiskEdit::Detach { device, force }
        });
    };
    let confirm = if deletes {
        text!(i18n, server.disk_delete)
    } else {
        text!(i18n, server.disk_detach)
    };
    let body = if deletes {
        text!(i18n, server.disk_delete_body)
    } else {
        text!(i18n, server.disk_detach_body)
    };
    let warning = if is_boot {
        text!(i18n, server.disk_is_boot)
    } else {
        text!(i18n, server.disk_is_cloud_init)
    };
    view! {
        <ConfirmDialog
            open=sender.open
            title=title
            confirm_label=confirm
            cancel_label=text!(i18n, common.cancel)
            on_confirm=send
            disabled=disabled
            busy=sender.busy
            error=sender.failure(&[])
        >
            <p>{move || body.get()}</p>
            <p>
                <code>{what.clone()}</code>
            </p>
            {needs_force
                .then(|| {
                    view! {
                        <Callout tone=Tone::Warning>{move || warning.get()}</Callout>
                        <Checkbox label=text!(i18n, server.disk_force) value=force />
                    }
                })}
        </ConfirmDialog>
    }
}
