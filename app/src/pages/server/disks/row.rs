//! One disk in the table, with what can be done to it and why not.
#![expect(
    clippy::large_types_passed_by_value,
    reason = "a bundle of signals, passed once for each dialog"
)]

use drover_types::{guest::GuestKind, text::Problem, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    list::{Listed, Part},
    send::{Asked, Sender},
};
use crate::texts::{say, text, use_i18n, use_lang};

/// The row.
#[component]
pub fn Row(listed: Listed, sender: Sender, refusal: Signal<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let Listed { disk, part } = listed;
    let device = disk.interface.clone();
    let label = Signal::derive(move || say!(i18n, server.disk_actions, device = device.clone()));
    let size = disk.size_bytes.map_or_else(|| "—".to_owned(), units::size);
    let badge = match part {
        Part::Data => None,
        Part::Boot => Some((Tone::Info, text!(i18n, server.disk_boot))),
        Part::CloudInit => Some((Tone::Neutral, text!(i18n, server.disk_cloud_init))),
        Part::Unused => Some((Tone::Warning, text!(i18n, server.disk_unused))),
    };
    let interface = disk.interface.clone();
    let because = move |is_unfit: bool| {
        let interface = interface.clone();
        Signal::derive(move || {
            let unfit = || {
                let interface = interface.clone();
                is_unfit.then(|| Problem::DeviceUnfit { interface }.text(lang.get()))
            };
            refusal.get().or_else(unfit)
        })
    };
    let holds_data = matches!(part, Part::Data | Part::Boot);
    let to_grow = because(!holds_data);
    let is_container = sender
        .editor
        .guest
        .with_untracked(|guest| guest.kind == GuestKind::Lxc);
    // A container can't be without its root file system.
    let is_root = is_container && part == Part::Boot;
    let to_detach = because(!holds_data || is_root);
    let to_delete = because(is_root);
    let to_move = Signal::derive(move || {
        let unfit = || is_container.then(|| Problem::ContainersUnsupported.text(lang.get()));
        to_grow.get().or_else(unfit)
    });
    let disk = StoredValue::new(disk);
    let ask = move |what: fn(drover_types::server::ServerDisk) -> Asked| {
        move |()| sender.ask(what(disk.get_value()))
    };
    let (name, storage, volume) =
        disk.with_value(|disk| (disk.interface.clone(), disk.storage.clone(), disk.volume.clone()));
    view! {
        <tr class="server-disks__row">
            <th scope="row">
                <code>{name}</code>
                {badge.map(|(tone, text)| view! { " " <Badge tone=tone>{text}</Badge> })}
            </th>
            <td>{size}</td>
            <td>{storage}</td>
            <td class="server-disks__volume">{volume}</td>
            <td class="server-disks__menu">
                <Menu label=label icon=IconName::More icon_only=true size=ButtonSize::Small align=MenuAlign::End>
                    <MenuItem
                        label=text!(i18n, server.disk_grow)
                        icon=IconName::Plus
                        disabled=to_grow
                        on_select=ask(Asked::Grow)
                    />
                    <MenuItem
                        label=text!(i18n, server.disk_move)
                        icon=IconName::ArrowRight
                        disabled=to_move
                        on_select=ask(Asked::Move)
                    />
                    <MenuItem
                        label=text!(i18n, server.disk_detach)
                        icon=IconName::X
                        disabled=to_detach
                        on_select=ask(Asked::Detach)
                    />
                    <MenuSeparator />
                    <MenuItem
                        label=text!(i18n, server.disk_delete)
                        icon=IconName::Trash
                        tone=Tone::Danger
                        disabled=to_delete
                        on_select=ask(Asked::Delete)
                    />
                </Menu>
            </td>
        </tr>
    }
}
