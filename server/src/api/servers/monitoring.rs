//! A server as the monitoring list of the API's second version shows it.

use drover_types::guest::{GuestRow, GuestStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// From how many percent on a load is remarkable, and serious.
const CPU: (u8, u8) = (80, 95);
const MEMORY: (u8, u8) = (85, 95);

/// How a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Health {
    Healthy,
    Warning,
    Critical,
}

/// A server of the monitoring list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct MonitoredServer {
    /// Its first address; empty where none is known.
    ip: String,
    /// Always `22`.
    port: &'static str,
    /// How it is: by its state, and the load of its cores and memory.
    status: Health,
    /// Its name.
    name: String,
    /// What it is there for; empty where that is not on record.
    role: String,
    /// Proxmox's id.
    vmid: u32,
}

impl MonitoredServer {
    /// The row `row`.
    pub(super) fn new(row: &GuestRow) -> Self {
        Self {
            ip: row.addresses.first().cloned().unwrap_or_default(),
            port: "22",
            status: health(row),
            name: row.name.clone(),
            role: words::role(row.role.as_ref()),
            vmid: row.id.vmid,
        }
    }
}

fn health(row: &GuestRow) -> Health {
    let over = |(remarkable, serious): (u8, u8), percent: u8| {
        if percent >= serious {
            Health::Critical
        } else if percent >= remarkable {
            Health::Warning
        } else {
            Health::Healthy
        }
    };
    match row.status {
        GuestStatus::Running => match (over(CPU, row.cpu_percent), over(MEMORY, row.memory_percent)) {
            (Health::Critical, _) | (_, Health::Critical) => Health::Critical,
            (Health::Healthy, Health::Healthy) => Health::Healthy,
            _ => Health::Warning,
        },
        GuestStatus::Creating | GuestStatus::Starting | GuestStatus::Stopping | GuestStatus::Rebooting => {
            Health::Warning
        }
        GuestStatus::Stopped
        | GuestStatus::Paused
        | GuestStatus::Suspended
        | GuestStatus::Unknown
        | GuestStatus::Deleting => Health::Critical,
    }
}
