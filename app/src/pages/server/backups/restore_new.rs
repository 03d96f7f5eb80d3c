//! The form for a new server that is made from a backup.

use std::collections::BTreeSet;

use drover_types::{
    backup::{Archive, RestoreAsNew},
    guest::GuestKind,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{asked::Asker, storages::disk_storages};
use crate::{
    inventory::{Inventory, use_inventory},
    rpc,
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub fn RestoreNewDialog(asker: Asker, archive: Archive) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let cluster = StoredValue::new(asker.reader.id().cluster);
    let is_there = asker.reader.guest.with_untracked(Option::is_some);
    let name = RwSignal::new(if is_there {
        format!("{}-restored", untrack(|| asker.reader.name()))
    } else {
        archive
            .notes
            .clone()
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    });
    let [node, storage] = [(); 2].map(|()| RwSignal::new(String::new()));
    let vmid = RwSignal::new(None::<i64>);
    let start = RwSignal::new(false);
    let kind = archive.kind.unwrap_or(GuestKind::Qemu);
    let archive = StoredValue::new(archive);
    let nodes = Signal::derive(move || {
        let names = cluster.with_value(|cluster| nodes_of(inventory, cluster));
        // What one node has on a storage of its own is restored there.
        let own = archive.with_value(|archive| archive.node.clone());
        let fit = names
            .into_iter()
            .filter(|name| own.as_ref().is_none_or(|own| own == name));
        fit.map(|name| SelectOption::new(name.clone(), name))
            .collect::<Vec<_>>()
    });
    let storages = disk_storages(kind, cluster.get_value(), move || {
        Some(node.get()).filter(|node| !node.is_empty())
    });
    let make = move |()| {
        let filled = |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.is_empty());
        let Archive {
            volume,
            node: source_node,
            ..
        } = archive.get_value();
        let wanted = RestoreAsNew {
            cluster: cluster.get_value(),
            volume,
            source_node,
            name: name.get_untracked().trim().to_owned(),
            node: filled(node),
            // What is no id at all is refused by its own check.
            vmid: vmid
                .get_untracked()
                .map(|vmid| u32::try_from(vmid).unwrap_or_default()),
            storage: filled(storage),
            start: start.get_untracked(),
        };
        if !asker.error.found(wanted.problems()) {
            asker.begin(rpc::backups::restore_as_new(wanted));
        }
    };
    view! {
        <ConfirmDialog
            open=asker.open
            title=text!(i18n, server_backups.restore_new)
            confirm_label=text!(i18n, server_backups.restore_new_now)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=make
            variant=ButtonVariant::Primary
            busy=asker.busy
            error=asker.error.text()
        >
            <p class="backup-form__hint">{text!(i18n, server_backups.restore_new_hint)}</p>
            <TextInput
                label=text!(i18n, server_backups.name)
                value=name
                required=true
                autocomplete="off"
                error=asker.error.field("name")
            />
            <Select
                label=text!(i18n, server_backups.node)
                value=node
                options=nodes
                placeholder=Signal::derive(move || Some(say!(i18n, server_backups.any_node)))
                error=asker.error.field("node")
            />
            <NumberInput
                label=text!(i18n, server_backups.vmid)
                value=vmid
                placeholder=Signal::derive(move || Some(say!(i18n, server_backups.next_vmid)))
                error=asker.error.field("vmid")
            />
            <Select
                label=text!(i18n, server_backups.disk_storage)
                value=storage
                options=storages
                placeholder=Signal::derive(move || Some(say!(i18n, server_backups.where_it_was)))
                error=asker.error.field("storage")
            />
            <Switch label=text!(i18n, server_backups.start) value=start />
        </ConfirmDialog>
    }
}

/// The nodes of a cluster, by name. Tracked.
fn nodes_of(inventory: Inventory, cluster: &str) -> BTreeSet<String> {
    let nodes = inventory.nodes();
    let own = nodes.iter().filter(|node| node.cluster == cluster);
    own.map(|node| node.name.clone()).collect()
}
