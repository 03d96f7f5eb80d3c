//! Replication.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::ReplicationJob;

impl Client {
    /// The cluster's replication jobs, as far as the credentials may see their guests.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn replication_jobs(&self) -> Result<Vec<ReplicationJob>> {
        self.list(Call::get("/cluster/replication", &[])).await
    }
}
