//! Storages as people know them: one row for what all nodes share, one for each node's own; and which of them new
//! disks go to where nothing else is said.

use serde::{Deserialize, Serialize};

use crate::cluster::StorageRow;

/// The content of storages that disks can be put on.
pub const IMAGES: &str = "images";

/// What a disk is wanted for: which of a cluster's two default storages takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DiskKind {
    /// Capacity.
    #[default]
    Hdd,
    /// Speed.
    Ssd,
}

/// A storage: shared by nodes, or one node's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageSummary {
    /// The cluster it is in.
    pub cluster: String,
    /// Its name. Each node's own ones have the same.
    pub name: String,
    /// Proxmox's plugin type, such as `lvmthin`.
    pub kind: String,
    /// What it may hold, such as `images` and `backup`.
    pub content: Vec<String>,
    /// Whether all nodes see the same data.
    pub shared: bool,
    /// The nodes that have it.
    pub nodes: Vec<String>,
    /// Of those, the ones where it does not answer.
    pub silent: Vec<String>,
    /// Its size in bytes.
    pub total_bytes: u64,
    /// Bytes in use.
    pub used_bytes: u64,
    /// Why it does not tell which backups it holds; see [`StorageRow::backup_problem`].
    pub backup_problem: Option<String>,
}

impl StorageSummary {
    /// Whether it answers somewhere.
    pub fn is_active(&self) -> bool {
        self.silent.len() < self.nodes.len()
    }
}

impl StorageRow {
    /// Whether disks can be put on it.
    pub fn holds_images(&self) -> bool {
        self.content.iter().any(|content| content == IMAGES)
    }
}

/// The storages of these rows, by cluster, name and node.
pub fn summaries(rows: &[StorageRow]) -> Vec<StorageSummary> {
    let mut list: Vec<StorageSummary> = Vec::new();
    for row in rows {
        let same = |other: &&mut StorageSummary| {
            row.shared && other.shared && other.cluster == row.cluster && other.name == row.name
        };
        let silent = (!row.active).then(|| row.node.clone());
        if let Some(shared) = list.iter_mut().find(same) {
            // A node where it does not answer tells no size, or an old one.
            if row.active && !shared.is_active() {
                (shared.total_bytes, shared.used_bytes) = (row.total_bytes, row.used_bytes);
            }
            shared.nodes.push(row.node.clone());
            shared.silent.extend(silent);
            continue;
        }
        list.push(StorageSummary {
            cluster: row.cluster.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            content: row.content.clone(),
            shared: row.shared,
            nodes: vec![row.node.clone()],
            silent: silent.into_iter().collect(),
            total_bytes: row.total_bytes,
            used_bytes: row.used_bytes,
            backup_problem: row.backup_problem.clone(),
        });
    }
    list.sort_by(|a, b| (&a.cluster, &a.name, &a.nodes).cmp(&(&b.cluster, &b.name, &b.nodes)));
    list
}

/// The storage for disks of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DefaultStorage {
    /// What somebody has set.
    pub set: Option<String>,
    /// What the configuration says.
    pub configured: Option<String>,
}

impl DefaultStorage {
    /// The one that is taken: what is set, else what is configured; `None` for the template's own.
    pub fn name(&self) -> Option<&str> {
        self.set.as_deref().or(self.configured.as_deref())
    }
}

/// The storages of a cluster for disks of which only the kind is said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StorageDefaults {
    /// The cluster.
    pub cluster: String,
    /// For capacity.
    pub hdd: DefaultStorage,
    /// For speed.
    pub ssd: DefaultStorage,
}

/// What the storage page begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StorageOverview {
    /// Every storage, as each node sees it.
    pub storages: Vec<StorageRow>,
    /// Of each cluster, in the order of the configuration.
    pub defaults: Vec<StorageDefaults>,
}

/// What asking anew has found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StorageRefresh {
    /// How many storages there are.
    pub count: u32,
    /// Clusters that did not answer; what was known of them stays.
    pub unreachable: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(node: &str, name: &str, shared: bool, active: bool, total: u64) -> StorageRow {
        StorageRow {
            cluster: "lab".into(),
            node: node.into(),
            name: name.into(),
            kind: "dir".into(),
            content: vec![IMAGES.into()],
            shared,
            active,
            total_bytes: total,
            used_bytes: total / 2,
            backup_problem: None,
        }
    }

    #[test]
    fn what_nodes_share_is_one_and_each_nodes_own_another() {
        let list = summaries(&[
            row("pve1", "ceph", true, false, 0),
            row("pve1", "local", false, true, 10),
            row("pve2", "ceph", true, true, 100),
            row("pve2", "local", false, false, 20),
        ]);
        let seen: Vec<_> = list
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.nodes.join(","),
                    one.is_active(),
                    one.total_bytes,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("ceph", "pve1,pve2".to_owned(), true, 100),
                ("local", "pve1".to_owned(), true, 10),
                ("local", "pve2".to_owned(), false, 20),
            ]
        );
        assert_eq!(list[0].silent, ["pve1"]);
    }

    #[test]
    fn what_is_set_goes_before_what_is_configured() {
        let mut storage = DefaultStorage::default();
        assert_eq!(storage.name(), None);
        storage.configured = Some("tank".into());
        assert_eq!(storage.name(), Some("tank"));
        storage.set = Some("ceph".into());
        assert_eq!(storage.name(), Some("ceph"));
    }
}
