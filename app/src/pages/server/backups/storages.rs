//! The storages that the disks of a restored guest can be put on.

use std::collections::BTreeMap;

use drover_types::{guest::GuestKind, storage::IMAGES, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    inventory::use_inventory,
    texts::{say, use_i18n},
};

/// Those of a node, with what is free there; of every node of the cluster while `node` is `None`.
pub fn disk_storages(
    kind: GuestKind,
    cluster: String,
    node: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Signal<Vec<SelectOption>> {
    let i18n = use_i18n();
    let inventory = use_inventory();
    // Proxmox's word for what containers keep.
    let content = match kind {
        GuestKind::Lxc => "rootdir",
        GuestKind::Qemu => IMAGES,
    };
    Signal::derive(move || {
        let node = node();
        let all = inventory.storages();
        let fit = all.iter().filter(|one| {
            one.cluster == cluster
                && node.as_ref().is_none_or(|node| one.node == *node)
                && one.active
                && one.content.iter().any(|held| held == content)
        });
        // One that several nodes have is as large as the most that is free on one of them.
        let mut free: BTreeMap<&str, u64> = BTreeMap::new();
        for one in fit {
            let most = free.entry(&one.name).or_default();
            *most = (*most).max(one.total_bytes.saturating_sub(one.used_bytes));
        }
        let option = |(name, free): (&str, u64)| {
            let (storage, free) = (name.to_owned(), units::size(free));
            let label = say!(i18n, backups.storage_free, storage = storage, free = free);
            SelectOption::new(name, label)
        };
        free.into_iter().map(option).collect()
    })
}
