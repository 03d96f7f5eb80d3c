//! A server as the lists show it, with the fields of every version of the API.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_core::Error;
use drover_core::servers::Origin;
use drover_types::guest::{GuestKind, GuestRow, GuestStatus, LastBackup};
use drover_types::ids::GuestId;
use drover_types::lang::Lang;
use drover_types::units::{GIB, MIB};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::request::Request;
use crate::router::Server;

/// What Drover remembers of servers.
pub(super) struct Origins {
    /// Of those that it made.
    made: HashMap<GuestId, Origin>,
    /// The firewall groups that it has given them.
    groups: HashMap<GuestId, Vec<String>>,
}

impl Origins {
    /// Reads it.
    pub(super) async fn read(server: &Server, request: &Request) -> Result<Self, Error> {
        let drover = &server.drover;
        let made = drover.servers.origins(&request.context).await?;
        let assigned = drover.firewall.assigned(&request.context).await?;
        let groups = assigned.into_iter().map(|one| (one.guest, one.groups)).collect();
        Ok(Self { made, groups })
    }

    /// The system that a server was made with; empty where Drover did not make it.
    pub(super) fn os_type(&self, guest: &GuestId) -> &str {
        self.made.get(guest).map_or("", |origin| origin.os_type.as_str())
    }

    /// The firewall groups that Drover has given it.
    pub(super) fn groups(&self, guest: &GuestId) -> Vec<String> {
        self.groups.get(guest).cloned().unwrap_or_default()
    }
}

/// A server of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ServerItem {
    /// Names the server among all clusters; stands wherever a name may stand.
    id: GuestId,
    /// Its name; several servers may share one.
    name: String,
    /// Proxmox's id.
    vmid: u32,
    /// The cluster it is in.
    cluster: String,
    /// The node it is on.
    node: String,
    /// Virtual machine or container.
    kind: GuestKind,
    /// What it is doing.
    status: GuestStatus,
    /// The same, for people.
    status_display: &'static str,
    /// Virtual cores.
    cpu: u32,
    /// Memory in MB.
    memory: u64,
    /// Memory in GB.
    memory_gb: f64,
    /// Size of the boot disk in GB.
    disk: u64,
    /// Load of its cores in percent.
    cpu_percent: u8,
    /// Memory in use in percent.
    memory_percent: u8,
    /// Its addresses, with commas between.
    ip_address: String,
    /// Its addresses.
    ip_addresses: Vec<String>,
    /// What it is there for; empty where that is not on record.
    role: String,
    /// The first of its firewall groups; empty for none.
    firewall_group: String,
    /// The firewall groups that Drover has given it, in their order.
    firewall_groups: Vec<String>,
    /// The system that it was made with; empty where Drover did not make it.
    os_type: String,
    /// Its tags.
    tags: Vec<String>,
    /// Its resource pool.
    pool: Option<String>,
    /// What holds Proxmox's configuration lock.
    lock: Option<String>,
    /// When Drover was asked to make it; null where it did not.
    created_at: Option<DateTime<Utc>>,
    /// Who asked for it, or adopted it; null where nobody did.
    owner: Option<String>,
    /// Whether it is in somebody's care here: made by Drover, or adopted.
    managed: bool,
    /// When its newest backup was made; null where none is known.
    last_backup: Option<DateTime<Utc>>,
    /// Whether that is known: `known`, `never` where no storage holds one, `unknown` where some have not told yet.
    backup_state: &'static str,
    /// When it was last started; null while it is off.
    started_at: Option<DateTime<Utc>>,
    /// Always null: Proxmox does not tell when a configuration changed.
    updated_at: Option<DateTime<Utc>>,
}

impl ServerItem {
    /// The row `row` in `lang`.
    pub(super) fn new(row: &GuestRow, origins: &Origins, lang: Lang) -> Self {
        let origin = origins.made.get(&row.id);
        let groups = origins.groups(&row.id);
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            vmid: row.id.vmid,
            cluster: row.id.cluster.clone(),
            node: row.node.clone(),
            kind: row.kind,
            status: row.status,
            status_display: words::status(row.status, lang),
            cpu: row.cores,
            memory: row.memory_bytes / MIB,
            memory_gb: gigabytes(row.memory_bytes),
            disk: row.disk_bytes / GIB,
            cpu_percent: row.cpu_percent,
            memory_percent: row.memory_percent,
            ip_address: row.addresses.join(", "),
            ip_addresses: row.addresses.clone(),
            role: words::role(row.role.as_ref()),
            firewall_group: groups.first().cloned().unwrap_or_default(),
            firewall_groups: groups,
            os_type: origin.map(|origin| origin.os_type.clone()).unwrap_or_default(),
            tags: row.tags.clone(),
            pool: row.pool.clone(),
            lock: row.lock.clone(),
            created_at: origin.and_then(|origin| origin.created_at),
            owner: origin.and_then(|origin| origin.owner.clone()),
            managed: origin.is_some(),
            last_backup: row
                .last_backup
                .at()
                .and_then(|at| DateTime::from_timestamp(at, 0)),
            backup_state: match row.last_backup {
                LastBackup::Unknown => LastBackup::UNKNOWN,
                LastBackup::Never => LastBackup::NEVER,
                LastBackup::At(_) => "known",
            },
            started_at: (row.started_at != 0)
                .then(|| DateTime::from_timestamp(row.started_at, 0))
                .flatten(),
            updated_at: None,
        }
    }
}

/// A server of the brief list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BriefServer {
    /// Names the server among all clusters.
    id: GuestId,
    /// Its name.
    name: String,
    /// What it is there for; empty where that is not on record.
    role: String,
    /// The first of its firewall groups; empty for none.
    firewall_group: String,
    /// The firewall groups that Drover has given it, in their order.
    firewall_groups: Vec<String>,
    /// The system that it was made with; empty where Drover did not make it.
    os_type: String,
    /// Its addresses.
    ip_addresses: Vec<String>,
}

impl BriefServer {
    /// The row `row`.
    pub(super) fn new(row: &GuestRow, origins: &Origins) -> Self {
        let groups = origins.groups(&row.id);
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            role: words::role(row.role.as_ref()),
            firewall_group: groups.first().cloned().unwrap_or_default(),
            firewall_groups: groups,
            os_type: origins
                .made
                .get(&row.id)
                .map(|origin| origin.os_type.clone())
                .unwrap_or_default(),
            ip_addresses: row.addresses.clone(),
        }
    }
}

/// Bytes in GB with one decimal.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub(super) fn gigabytes(bytes: u64) -> f64 {
    (bytes as f64 / GIB as f64 * 10.0).round() / 10.0
}
