//! What else in a cluster names a guest: backup jobs and replication.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{BackupJob, ReplicationJob};

impl Client {
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
