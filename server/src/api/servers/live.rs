//! A server as the live answers show it, in Proxmox's own units: the status of all, and its stream.

use drover_types::guest::{GuestRow, GuestStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// A server with its figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LiveServer {
    /// Its name.
    name: String,
    /// What it is doing.
    status: GuestStatus,
    /// Proxmox's id.
    vmid: u32,
    /// The cluster it is in.
    cluster: String,
    /// The node it is on.
    node: String,
    /// Load of its cores, 0 to 1.
    cpu: f64,
    /// Virtual cores.
    vm_cpu: u32,
    /// Memory in use in bytes, as its host sees it.
    memory: u64,
    /// Memory in bytes.
    maxmem: u64,
    /// For how many seconds it has been running.
    uptime: i64,
    /// Always 0: nobody outside the guest knows how full its disk is.
    disk: u64,
    /// Size of the boot disk in bytes.
    maxdisk: u64,
    /// What it is there for; empty where that is not on record.
    role: String,
    /// The first of its firewall groups; empty for none, and in the stream.
    firewall_group: String,
    /// Its addresses.
    ip_addresses: Vec<String>,
    /// The system that it was made with; empty where Drover did not make it. Not in the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    os_type: Option<String>,
}

impl LiveServer {
    /// The row `row` at `now`, in seconds since 1970.
    pub(crate) fn new(row: &GuestRow, os_type: Option<&str>, now: i64) -> Self {
        Self {
            name: row.name.clone(),
            status: row.status,
            vmid: row.id.vmid,
            cluster: row.id.cluster.clone(),
            node: row.node.clone(),
            cpu: f64::from(row.cpu_percent) / 100.0,
            vm_cpu: row.cores,
            memory: row.memory_bytes / 100 * u64::from(row.memory_percent),
            maxmem: row.memory_bytes,
            uptime: if row.started_at == 0 {
                0
            } else {
                (now - row.started_at).max(0)
            },
            disk: 0,
            maxdisk: row.disk_bytes,
            role: words::role(row.role.as_ref()),
            firewall_group: String::new(),
            ip_addresses: row.addresses.clone(),
            os_type: os_type.map(str::to_owned),
        }
    }

    /// With the first of its firewall groups.
    pub(crate) fn in_group(self, group: String) -> Self {
        Self {
            firewall_group: group,
            ..self
        }
    }
}
