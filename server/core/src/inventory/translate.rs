//! Proxmox's words into rows, once: `/cluster/resources`, and the status of one guest.

use drover_types::cluster::{NodeRow, StorageRow};
use drover_types::guest::{GuestKind, GuestRow, GuestStatus, MemorySource};
use drover_types::ids::GuestId;
use drover_types::units::percent;
use pve_client::{GuestResource, GuestState, NodeResource, NodeState, Resource, StorageResource};

/// What one cluster holds, each list in the order of the picture.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Collected {
    pub(super) guests: Vec<GuestRow>,
    pub(super) nodes: Vec<NodeRow>,
    pub(super) storages: Vec<StorageRow>,
    /// Bytes that guests have received and sent since their start, by id.
    pub(super) counters: Vec<(u32, u64)>,
}

impl Collected {
    /// The rows of `resources`, as they were at `now` (seconds since 1970).
    pub(super) fn of(cluster: &str, resources: Vec<Resource>, now: i64) -> Self {
        let mut collected = Self::default();
        for resource in resources {
            match resource {
                Resource::Guest(guest) => {
                    let bytes = guest.netin.saturating_add(guest.netout);
                    collected.counters.push((guest.vmid, bytes));
                    collected.guests.push(guest_row(cluster, guest, now));
                }
                Resource::Node(node) => collected.nodes.push(node_row(cluster, node, now)),
                Resource::Storage(storage) => collected.storages.push(storage_row(cluster, storage)),
                Resource::Pool(_) | Resource::Sdn(_) | Resource::Other { .. } => {}
            }
        }
        collected.guests.sort_unstable_by_key(|row| row.id.vmid);
        // A guest that is just being migrated may stand on two nodes; the picture has room for one.
        collected.guests.dedup_by_key(|row| row.id.vmid);
        collected.nodes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        collected
            .storages
            .sort_unstable_by(|a, b| (&a.node, &a.name).cmp(&(&b.node, &b.name)));
        collected.forget_silent_nodes();
        collected
    }

    /// What a silent node's guests do nobody knows; Proxmox goes on telling what it heard last.
    fn forget_silent_nodes(&mut self) {
        let silent: Vec<&str> = self
            .nodes
            .iter()
            .filter(|node| !node.online)
            .map(|node| node.name.as_str())
            .collect();
        if silent.is_empty() {
            return;
        }
        for row in &mut self.guests {
            if silent.contains(&row.node.as_str()) {
                row.status = GuestStatus::Unknown;
                row.cpu_percent = 0;
                row.memory_percent = 0;
                row.started_at = 0;
            }
        }
        for row in &mut self.storages {
            if silent.contains(&row.node.as_str()) {
                row.active = false;
            }
        }
    }
}

/// The row of a guest of `/cluster/resources`.
pub(crate) fn guest_row(cluster: &str, guest: GuestResource, now: i64) -> GuestRow {
    let mut tags = guest.tags;
    tags.sort_unstable();
    let status = guest_status(guest.status, None, guest.lock.as_deref());
    let runs = guest.status == GuestState::Running;
    GuestRow {
        name: guest.name.unwrap_or_default(),
        kind: kind(guest.kind),
        status,
        node: guest.node,
        cores: whole(guest.maxcpu),
        memory_bytes: guest.maxmem,
        disk_bytes: guest.maxdisk,
        cpu_percent: if runs { share(guest.cpu) } else { 0 },
        memory_percent: if runs { percent(guest.mem, guest.maxmem) } else { 0 },
        memory_source: source(guest.kind),
        disk_percent: own_disk(guest.kind, runs, guest.disk, guest.maxdisk),
        started_at: if runs { started(guest.uptime, now) } else { 0 },
        tags,
        pool: guest.pool.filter(|pool| !pool.is_empty()),
        template: guest.template,
        lock: guest.lock.filter(|lock| !lock.is_empty()),
        ..GuestRow::unknown(GuestId::new(cluster, guest.vmid))
    }
}

/// The row of a guest that was asked itself. `before` tells what its own status does not.
pub(super) fn status_row(
    id: &GuestId,
    kind: GuestKind,
    node: &str,
    guest: pve_client::GuestStatus,
    before: Option<&GuestRow>,
    now: i64,
) -> GuestRow {
    let mut tags = guest.tags;
    tags.sort_unstable();
    let status = guest_status(guest.status, guest.qmpstatus.as_deref(), guest.lock.as_deref());
    let runs = guest.status == GuestState::Running;
    GuestRow {
        name: guest.name.unwrap_or_default(),
        kind,
        status,
        node: node.to_owned(),
        cores: whole(guest.cpus),
        memory_bytes: guest.maxmem,
        disk_bytes: guest.maxdisk,
        cpu_percent: if runs { share(guest.cpu) } else { 0 },
        memory_percent: if runs { percent(guest.mem, guest.maxmem) } else { 0 },
        started_at: if runs { started(guest.uptime, now) } else { 0 },
        tags,
        pool: before.and_then(|row| row.pool.clone()),
        template: guest.template,
        lock: guest.lock.filter(|lock| !lock.is_empty()),
        ..GuestRow::unknown(id.clone())
    }
}

/// A container's memory is told without the cache that could be reclaimed (`PVE::LXC::CGroup::get_memory_stat`).
const fn source(kind: pve_client::GuestKind) -> MemorySource {
    match kind {
        pve_client::GuestKind::Qemu => MemorySource::Host,
        pve_client::GuestKind::Lxc => MemorySource::Guest,
    }
}

/// How full a container's root is; of a virtual machine Proxmox can't see it.
fn own_disk(kind: pve_client::GuestKind, runs: bool, used: u64, size: u64) -> Option<u8> {
    match kind {
        pve_client::GuestKind::Lxc if runs && used > 0 && size > 0 => Some(percent(used, size)),
        _ => None,
    }
}

const fn kind(kind: pve_client::GuestKind) -> GuestKind {
    match kind {
        pve_client::GuestKind::Qemu => GuestKind::Qemu,
        pve_client::GuestKind::Lxc => GuestKind::Lxc,
    }
}

/// What a guest does, by what Proxmox says of it, what QEMU says itself (`qmpstatus`), and the lock of its
/// configuration. The one place that reads them.
pub(crate) fn guest_status(state: GuestState, qmp: Option<&str>, lock: Option<&str>) -> GuestStatus {
    match (state, qmp) {
        (GuestState::Unknown, _) => GuestStatus::Unknown,
        // Hibernated. The lock goes once its memory has been read back from the disk (`PVE::QemuServer`).
        _ if lock == Some("suspended") => GuestStatus::Suspended,
        // Begun, and halted before its first instruction.
        (GuestState::Running, Some("paused" | "prelaunch")) => GuestStatus::Paused,
        (GuestState::Running, Some("suspended")) => GuestStatus::Suspended,
        (GuestState::Running, _) => GuestStatus::Running,
        (GuestState::Stopped, _) => GuestStatus::Stopped,
    }
}

fn node_row(cluster: &str, node: NodeResource, now: i64) -> NodeRow {
    let online = node.status == NodeState::Online;
    NodeRow {
        cluster: cluster.to_owned(),
        name: node.node,
        online,
        cores: whole(node.maxcpu.unwrap_or_default()),
        cpu_percent: share(node.cpu.unwrap_or_default()),
        memory_bytes: node.maxmem.unwrap_or_default(),
        memory_used_bytes: node.mem.unwrap_or_default(),
        started_at: if online {
            started(node.uptime.unwrap_or_default(), now)
        } else {
            0
        },
    }
}

fn storage_row(cluster: &str, storage: StorageResource) -> StorageRow {
    let mut content = storage.content;
    content.sort_unstable();
    StorageRow {
        cluster: cluster.to_owned(),
        node: storage.node,
        name: storage.storage,
        kind: storage.plugintype.unwrap_or_default(),
        content,
        shared: storage.shared,
        active: storage.available,
        total_bytes: storage.maxdisk.unwrap_or_default(),
        used_bytes: storage.disk.unwrap_or_default(),
        backup_problem: None,
    }
}

/// A share of 1 in percent.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what the type holds"
)]
fn share(of_one: f64) -> u8 {
    (of_one * 100.0).round().clamp(0.0, 100.0) as u8
}

/// A number of processors; a container's limit may be a fraction.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what the type holds"
)]
fn whole(number: f64) -> u32 {
    number.ceil().clamp(0.0, f64::from(u32::MAX)) as u32
}

/// When it was started, if it has been up for `uptime` seconds; 0 where that is not known.
fn started(uptime: u64, now: i64) -> i64 {
    match i64::try_from(uptime) {
        Ok(seconds @ 1..) => (now - seconds).max(1),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxmox_and_qemu_and_the_lock_make_one_status() {
        use GuestState::{Running, Stopped, Unknown};
        for (state, qmp, lock, status) in [
            (Running, None, None, GuestStatus::Running),
            (Running, Some("running"), Some("backup"), GuestStatus::Running),
            (Running, Some("paused"), None, GuestStatus::Paused),
            (Running, Some("prelaunch"), Some("backup"), GuestStatus::Paused),
            (Running, Some("suspended"), None, GuestStatus::Suspended),
            (
                Running,
                Some("running"),
                Some("suspended"),
                GuestStatus::Suspended,
            ),
            (
                Stopped,
                Some("stopped"),
                Some("suspended"),
                GuestStatus::Suspended,
            ),
            (Stopped, Some("stopped"), None, GuestStatus::Stopped),
            (Unknown, None, Some("suspended"), GuestStatus::Unknown),
        ] {
            assert_eq!(
                guest_status(state, qmp, lock),
                status,
                "{state:?} {qmp:?} {lock:?}"
            );
        }
    }
}
