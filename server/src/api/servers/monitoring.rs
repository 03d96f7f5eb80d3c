//! A server as the monitoring list of the API's second version shows it.

use drover_types::guest::GuestRow;
use drover_types::monitoring::Health;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// A server of the monitoring list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MonitoredServer {
    /// Its first address; empty where none is known.
    ip: String,
    /// Always `22`.
    port: &'static str,
    /// How it is, by the alert rules; `unknown` where nothing is known of it.
    status: Health,
    /// Its name.
    name: String,
    /// What it is there for; empty where that is not on record.
    role: String,
    /// Proxmox's id.
    vmid: u32,
}

impl MonitoredServer {
    /// The row `row`, which is so.
    pub(crate) fn new(row: &GuestRow, status: Health) -> Self {
        Self {
            ip: row.addresses.first().cloned().unwrap_or_default(),
            port: "22",
            status,
            name: row.name.clone(),
            role: words::role(row.role.as_ref()),
            vmid: row.id.vmid,
        }
    }
}
