//! The whole at a glance, computed from the picture: on the server for a first paint and the API, in the browser
//! with every delta.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cluster::{ClusterHealth, NodeRow, StorageRow};
use crate::guest::{GuestRow, GuestStatus};
use crate::inventory::Snapshot;
use crate::units::percent;

/// Everything at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    /// Every cluster; [`ClusterHealth::is_stale`] tells whether what is shown of it may be out of date.
    pub clusters: Vec<ClusterHealth>,
    /// How many guests there are.
    pub guests: GuestCounts,
    /// Processors.
    pub cpu: CpuUse,
    /// Memory.
    pub memory: SpaceUse,
    /// Storage; a shared one counts once.
    pub storage: SpaceUse,
    /// Every node.
    pub nodes: Vec<NodeRow>,
}

/// Numbers of guests. Templates count as templates only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GuestCounts {
    /// All.
    pub total: u32,
    /// Those that run.
    pub running: u32,
    /// Those that are off.
    pub stopped: u32,
    /// Those that are halted in memory or on disk.
    pub paused: u32,
    /// Those whose node does not tell.
    pub unknown: u32,
    /// Those that a task is at work on.
    pub changing: u32,
    /// Templates.
    pub templates: u32,
}

/// Processors of the nodes that answer, and what guests have of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CpuUse {
    /// Processors of the nodes.
    pub cores: u32,
    /// Their load in percent.
    pub used_percent: u8,
    /// Cores of all guests.
    pub allocated: u32,
    /// Cores of the guests that run.
    pub allocated_running: u32,
}

/// Room, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpaceUse {
    /// All there is.
    pub total_bytes: u64,
    /// In use.
    pub used_bytes: u64,
    /// Promised to guests; of storage the boot disks alone, which is all that Proxmox tells of every guest at once.
    pub allocated_bytes: u64,
    /// Promised to the guests that run.
    pub allocated_running_bytes: u64,
}

impl Overview {
    /// The overview of a picture.
    pub fn of(picture: &impl AsRef<Snapshot>) -> Self {
        let picture = picture.as_ref();
        let mut overview = Self {
            clusters: picture.clusters.clone(),
            nodes: picture.nodes.clone(),
            ..Self::default()
        };
        overview.add_guests(&picture.guests);
        overview.add_nodes(&picture.nodes);
        overview.add_storages(&picture.storages);
        overview
    }

    fn add_guests(&mut self, guests: &[GuestRow]) {
        for row in guests {
            self.storage.allocated_bytes += row.disk_bytes;
            if row.template {
                self.guests.templates += 1;
                continue;
            }
            self.guests.total += 1;
            let count = match row.status {
                GuestStatus::Running => &mut self.guests.running,
                GuestStatus::Stopped => &mut self.guests.stopped,
                GuestStatus::Paused | GuestStatus::Suspended => &mut self.guests.paused,
                GuestStatus::Unknown => &mut self.guests.unknown,
                GuestStatus::Creating
                | GuestStatus::Starting
                | GuestStatus::Stopping
                | GuestStatus::Rebooting
                | GuestStatus::Deleting => &mut self.guests.changing,
            };
            *count += 1;
            self.cpu.allocated += row.cores;
            self.memory.allocated_bytes += row.memory_bytes;
            // A guest that is being stopped or rebooted still has what it has.
            if row.started_at != 0 {
                self.cpu.allocated_running += row.cores;
                self.memory.allocated_running_bytes += row.memory_bytes;
                self.storage.allocated_running_bytes += row.disk_bytes;
            }
        }
    }

    fn add_nodes(&mut self, nodes: &[NodeRow]) {
        let mut load: u64 = 0;
        for node in nodes.iter().filter(|node| node.online) {
            self.cpu.cores += node.cores;
            load += u64::from(node.cores) * u64::from(node.cpu_percent);
            self.memory.total_bytes += node.memory_bytes;
            self.memory.used_bytes += node.memory_used_bytes;
        }
        self.cpu.used_percent = percent(load, u64::from(self.cpu.cores) * 100);
    }

    fn add_storages(&mut self, storages: &[StorageRow]) {
        let mut seen = BTreeSet::new();
        for storage in storages.iter().filter(|storage| storage.active) {
            if storage.shared && !seen.insert((&storage.cluster, &storage.name)) {
                continue;
            }
            self.storage.total_bytes += storage.total_bytes;
            self.storage.used_bytes += storage.used_bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::GuestId;

    fn guest(vmid: u32, status: GuestStatus, template: bool) -> GuestRow {
        GuestRow {
            status,
            node: "pve1".into(),
            cores: 2,
            memory_bytes: 100,
            disk_bytes: 10,
            started_at: i64::from(status == GuestStatus::Running),
            template,
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        }
    }

    fn storage(node: &str, name: &str, shared: bool, active: bool) -> StorageRow {
        StorageRow {
            cluster: "lab".into(),
            node: node.into(),
            name: name.into(),
            kind: "dir".into(),
            content: Vec::new(),
            shared,
            active,
            total_bytes: 1000,
            used_bytes: 100,
            backup_problem: None,
        }
    }

    fn node(name: &str, online: bool, cpu_percent: u8) -> NodeRow {
        NodeRow {
            cluster: "lab".into(),
            name: name.into(),
            online,
            cores: 4,
            cpu_percent,
            memory_bytes: 1000,
            memory_used_bytes: 400,
            started_at: 1,
        }
    }

    #[test]
    fn a_shared_storage_and_a_template_count_once_and_not_at_all() {
        let guests = [
            guest(100, GuestStatus::Running, false),
            guest(101, GuestStatus::Stopped, false),
            guest(102, GuestStatus::Creating, false),
            guest(103, GuestStatus::Suspended, false),
            guest(9000, GuestStatus::Stopped, true),
        ];
        let nodes = [
            node("pve1", true, 10),
            node("pve2", true, 30),
            node("pve3", false, 90),
        ];
        let storages = [
            storage("pve1", "local", false, true),
            storage("pve2", "local", false, true),
            storage("pve1", "nfs", true, true),
            storage("pve2", "nfs", true, true),
            storage("pve3", "local", false, false),
        ];
        let all = Overview::of(&Snapshot {
            guests: guests.into(),
            nodes: nodes.into(),
            storages: storages.into(),
            ..Snapshot::default()
        });
        let counts = all.guests;
        assert_eq!((counts.total, counts.running, counts.stopped), (4, 1, 1));
        assert_eq!((counts.changing, counts.paused, counts.templates), (1, 1, 1));
        assert_eq!((all.storage.total_bytes, all.storage.used_bytes), (3000, 300));
        assert_eq!((all.cpu.cores, all.cpu.used_percent), (8, 20));
        assert_eq!((all.cpu.allocated, all.cpu.allocated_running), (8, 2));
        assert_eq!(all.memory.total_bytes, 2000);
    }
}
