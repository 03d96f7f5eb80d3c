//! The card: the disks in a table, and the dialog that is open.

use drover_types::{
    configuration::ServerConfiguration, permission::Permission, server::ServerDisk, text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    super::edit::Editor,
    add::AddDisk,
    grow::GrowDisk,
    relocate::MoveDisk,
    remove::RemoveDisk,
    row::Row,
    send::{Asked, Sender},
    task::LastTask,
};
use crate::texts::{text, use_i18n, use_lang};

/// The permissions of which one is enough.
const PERMISSIONS: &[Permission] = &[Permission::ManageServer, Permission::ManageStorage];

/// A disk with what it is to the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// The disk.
    pub disk: ServerDisk,
    /// What it is to the server.
    pub part: Part,
}

/// What a disk is to its server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Holds data.
    Data,
    /// The server is started from it.
    Boot,
    /// Holds cloud-init's data.
    CloudInit,
    /// Is not plugged in.
    Unused,
}

fn listed(configuration: &ServerConfiguration) -> Vec<Listed> {
    let of = |part: Part| {
        move |disk: &ServerDisk| Listed {
            disk: disk.clone(),
            part,
        }
    };
    let plugged = configuration.disks.iter().map(|disk| {
        let is_boot = configuration.boot_disk.as_ref() == Some(&disk.interface);
        of(if is_boot { Part::Boot } else { Part::Data })(disk)
    });
    plugged
        .chain(configuration.cloud_init_drive.iter().map(of(Part::CloudInit)))
        .chain(configuration.unused.iter().map(of(Part::Unused)))
        .collect()
}

/// The card.
#[component]
pub fn Disks(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let sender = Sender::new(editor);
    let disks = Memo::new(move |_| {
        editor
            .configuration
            .with(|configuration| configuration.as_ref().map(listed).unwrap_or_default())
    });
    let common = editor.refusal_for(PERMISSIONS);
    let is_template = Memo::new(move |_| editor.guest.with(|guest| guest.template));
    let refusal = Signal::derive(move || {
        let of_template = || {
            is_template
                .get()
                .then(|| Problem::GuestIsTemplate.text(lang.get()))
        };
        common.get().or_else(of_template)
    });
    let actions = move || {
        view! {
            <Button
                size=ButtonSize::Small
                icon=IconName::Plus
                disabled=refusal
                on_click=move |_| sender.ask(Asked::Add)
            >
                {text!(i18n, server.disk_add)}
            </Button>
        }
    };
    view! {
        <Card title=text!(i18n, server.disks) actions=actions flush=true>
            <LastTask task=sender.task />
            {move || {
                let disks = disks.get();
                if disks.is_empty() {
                    return view! { <p class="server-disks__none">{text!(i18n, server.no_disks)}</p> }.into_any();
                }
                let rows: Vec<_> = disks
                    .into_iter()
                    .map(|disk| view! { <Row listed=disk sender=sender refusal=refusal /> })
                    .collect();
                view! {
                    <div class="server-disks" tabindex="0" role="region" aria-label=text!(i18n, server.disks)>
                        <table>
                            <thead>
                                <tr>
                                    <th scope="col">{text!(i18n, server.disk_device)}</th>
                                    <th scope="col">{text!(i18n, server.disk_size)}</th>
                                    <th scope="col">{text!(i18n, server.disk_storage)}</th>
                                    <th scope="col">{text!(i18n, server.disk_volume)}</th>
                                    <th scope="col">
                                        <VisuallyHidden>{text!(i18n, server.actions)}</VisuallyHidden>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                    .into_any()
            }}
        </Card>
        {move || match sender.asked.get() {
            None => ().into_any(),
            Some(Asked::Add) => view! { <AddDisk sender=sender /> }.into_any(),
            Some(Asked::Grow(disk)) => view! { <GrowDisk sender=sender disk=disk /> }.into_any(),
            Some(Asked::Move(disk)) => view! { <MoveDisk sender=sender disk=disk /> }.into_any(),
            Some(Asked::Detach(disk)) => view! { <RemoveDisk sender=sender disk=disk deletes=false /> }.into_any(),
            Some(Asked::Delete(disk)) => view! { <RemoveDisk sender=sender disk=disk deletes=true /> }.into_any(),
        }}
    }
}
