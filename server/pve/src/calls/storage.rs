//! Storages and their content.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{StorageConfig, StorageStatus, Volume};

impl Client {
    /// The storages that the cluster is configured with.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn storages(&self) -> Result<Vec<StorageConfig>> {
        self.list(Call::get("/storage", &[])).await
    }

    /// The storages that a node has, with their figures. Asks every storage, so it may take long.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn node_storages(&self, node: &str) -> Result<Vec<StorageStatus>> {
        self.list(Call::get("/nodes/{node}/storage", &[&node]).slow())
            .await
    }

    /// What is on a storage, or what of one content type or guest is.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn storage_content(
        &self,
        node: &str,
        storage: &str,
        content: Option<&str>,
        vmid: Option<u32>,
    ) -> Result<Vec<Volume>> {
        let call = Call::get("/nodes/{node}/storage/{storage}/content", &[&node, &storage]);
        self.list(call.slow().opt("content", content).opt("vmid", vmid))
            .await
    }
}
