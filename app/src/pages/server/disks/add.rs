//! The question what disk to add.
#![expect(
    clippy::large_types_passed_by_value,
    reason = "a bundle of signals, passed once for each dialog"
)]

use drover_types::{
    configuration::{DiskBus, DiskEdit},
    guest::GuestKind,
    storage::DiskKind,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::send::Sender;
use crate::texts::{say, text, use_i18n};

/// The fields that say by themselves what is wrong with them.
const FIELDS: &[&str] = &["number", "path", "size_gb", "storage"];

/// The dialog.
#[component]
pub fn AddDisk(sender: Sender) -> impl IntoView {
    let i18n = use_i18n();
    let bus = RwSignal::new(DiskBus::Scsi.as_str().to_owned());
    let storage = RwSignal::new(String::new());
    let kind = RwSignal::new("hdd".to_owned());
    let size = RwSignal::new(Some(10));
    let path = RwSignal::new(String::new());
    let is_container = sender
        .editor
        .guest
        .with_untracked(|guest| guest.kind == GuestKind::Lxc);
    let kinds = Signal::derive(move || {
        vec![
            SelectOption::new("hdd", say!(i18n, server.disk_hdd)),
            SelectOption::new("ssd", say!(i18n, server.disk_ssd)),
        ]
    });
    let send = move |()| {
        let is_fast = kind.with_untracked(|kind| kind == "ssd");
        sender.send(DiskEdit::Add {
            bus: bus.with_untracked(|bus| DiskBus::parse(bus)).unwrap_or_default(),
            number: None,
            storage: Some(storage.get_untracked()).filter(|name| !name.is_empty()),
            kind: if is_fast { DiskKind::Ssd } else { DiskKind::Hdd },
            size_gb: size
                .get_untracked()
                .and_then(|size| u64::try_from(size).ok())
                .unwrap_or(0),
            path: is_container.then(|| path.get_untracked().trim().to_owned()),
        });
    };
    let storages = sender.storages(None);
    view! {
        <ConfirmDialog
            open=sender.open
            title=text!(i18n, server.disk_add_title)
            confirm_label=text!(i18n, server.disk_add)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=send
            variant=ButtonVariant::Primary
            busy=sender.busy
            error=sender.failure(FIELDS)
        >
            <NumberInput
                label=text!(i18n, server.disk_size)
                value=size
                unit="GiB"
                min=Some(1)
                required=true
                error=sender.problem("size_gb")
            />
            <Select
                label=text!(i18n, server.disk_storage)
                value=storage
                options=storages
                placeholder=Signal::derive(move || Some(say!(i18n, server.disk_default_storage)))
                error=sender.problem("storage")
            />
            {move || {
                storage
                    .with(String::is_empty)
                    .then(|| view! { <Select label=text!(i18n, server.disk_kind) value=kind options=kinds /> })
            }}
            {if is_container {
                view! {
                    <TextInput
                        label=text!(i18n, server.disk_path)
                        value=path
                        placeholder=Signal::stored(Some("/srv/data".to_owned()))
                        required=true
                        error=sender.problem("path")
                    />
                }
                    .into_any()
            } else {
                view! { <Bus sender=sender bus=bus /> }.into_any()
            }}
        </ConfirmDialog>
    }
}

/// Which bus, and the place there that is free.
#[component]
fn Bus(sender: Sender, bus: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let place = Signal::derive(move || {
        let bus = DiskBus::parse(&bus.get()).unwrap_or_default();
        sender.editor.configuration.with(|configuration| {
            let configuration = configuration.as_ref()?;
            let is_used = |device: &str| {
                let drive = configuration.cloud_init_drive.iter();
                configuration
                    .disks
                    .iter()
                    .chain(drive)
                    .any(|disk| disk.interface == device)
                    || configuration.bootable.iter().any(|other| other == device)
            };
            let device = bus.device(bus.first_free(is_used)?);
            Some(say!(i18n, server.disk_place, device = device))
        })
    });
    let buses: Vec<_> = DiskBus::ALL
        .iter()
        .map(|bus| {
            let label = match bus {
                DiskBus::Scsi => "SCSI",
                DiskBus::Virtio => "VirtIO Block",
                DiskBus::Sata => "SATA",
                DiskBus::Ide => "IDE",
            };
            SelectOption::new(bus.as_str(), label)
        })
        .collect();
    view! {
        <Select
            label=text!(i18n, server.disk_bus)
            value=bus
            options=buses
            hint=place
            error=sender.problem("number")
        />
    }
}
