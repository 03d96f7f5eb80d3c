//! Where backups may be: each storage once, one that its nodes share on one of them only. Pure.

use std::collections::BTreeMap;

use drover_types::backup::Archive;
use drover_types::cluster::StorageRow;
use serde::{Deserialize, Serialize};

/// A storage, or what one node has under its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Its name.
    pub(crate) storage: String,
    /// The node; `None` where all of them see the same.
    pub(crate) node: Option<String>,
}

impl Place {
    /// Where a backup is.
    pub(crate) fn of(archive: &Archive) -> Self {
        Self {
            storage: archive.storage.clone(),
            node: archive.node.clone(),
        }
    }
}

/// Whether a storage may hold backups.
pub(super) fn holds_backups(row: &StorageRow) -> bool {
    row.content.iter().any(|content| content == "backup")
}

/// The places of a cluster's storages, each with the node to be asked; `None` where none can be now.
pub(super) fn places<'r>(rows: impl IntoIterator<Item = &'r StorageRow>) -> BTreeMap<Place, Option<&'r str>> {
    let mut places = BTreeMap::new();
    for row in rows {
        if !holds_backups(row) {
            continue;
        }
        let place = Place {
            storage: row.name.clone(),
            node: (!row.shared).then(|| row.node.clone()),
        };
        let asked: &mut Option<&str> = places.entry(place).or_default();
        if row.active && asked.is_none() {
            *asked = Some(&row.node);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(node: &str, name: &str, shared: bool, active: bool) -> StorageRow {
        StorageRow {
            cluster: "lab".into(),
            node: node.into(),
            name: name.into(),
            kind: "dir".into(),
            content: vec![if name == "lvm" { "images" } else { "backup" }.into()],
            shared,
            active,
            total_bytes: 1,
            used_bytes: 0,
            backup_problem: None,
        }
    }

    #[test]
    fn a_shared_storage_is_asked_once_where_it_is_active() {
        let rows = [
            row("pve1", "local", false, true),
            row("pve1", "lvm", false, true),
            row("pve1", "nfs", true, false),
            row("pve2", "local", false, false),
            row("pve2", "nfs", true, true),
            row("pve3", "nfs", true, true),
        ];
        let of = |storage: &str, node: Option<&str>| Place {
            storage: storage.into(),
            node: node.map(str::to_owned),
        };
        let found: Vec<_> = places(&rows).into_iter().collect();
        assert_eq!(
            found,
            [
                (of("local", Some("pve1")), Some("pve1")),
                (of("local", Some("pve2")), None),
                (of("nfs", None), Some("pve2")),
            ]
        );
    }
}
