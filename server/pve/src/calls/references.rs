//! What else in a cluster names a guest: firewall rules, backup jobs, replication.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{BackupJob, FirewallRule, GuestKind, ReplicationJob};

impl Client {
    /// The rules of a guest's own firewall, in their order.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn guest_firewall_rules(
        &self,
        kind: GuestKind,
        node: &str,
        vmid: u32,
    ) -> Result<Vec<FirewallRule>> {
        let template = match kind {
            GuestKind::Qemu => "/nodes/{node}/qemu/{vmid}/firewall/rules",
            GuestKind::Lxc => "/nodes/{node}/lxc/{vmid}/firewall/rules",
        };
        self.list(Call::get(template, &[&node, &vmid])).await
    }

    /// The cluster's backup jobs.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn backup_jobs(&self) -> Result<Vec<BackupJob>> {
        self.list(Call::get("/cluster/backup", &[])).await
    }

    /// The cluster's replication jobs, as far as the credentials may see their guests.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn replication_jobs(&self) -> Result<Vec<ReplicationJob>> {
        self.list(Call::get("/cluster/replication", &[])).await
    }
}
