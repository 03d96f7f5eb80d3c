//! Storages and their content.

use crate::client::Client;
use crate::decode;
use crate::error::Result;
use crate::request::Call;
use crate::upid::Upid;
use crate::wire::{RrdPoint, StorageConfig, StorageStatus, Timeframe, Volume};

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

    /// One of them; none where the node does not have it. Its figures are those of this moment.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn node_storage(&self, node: &str, storage: &str) -> Result<Option<StorageStatus>> {
        let call = Call::get("/nodes/{node}/storage", &[&node]).param("storage", storage);
        let all: Vec<StorageStatus> = self.list(call).await?;
        Ok(all.into_iter().find(|one| one.storage == storage))
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

    /// A storage's figures over time as a node sees it, averaged per step.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn storage_rrddata(
        &self,
        node: &str,
        storage: &str,
        timeframe: Timeframe,
    ) -> Result<Vec<RrdPoint>> {
        let call = Call::get("/nodes/{node}/storage/{storage}/rrddata", &[&node, &storage]);
        self.list(call.param("timeframe", timeframe).param("cf", "AVERAGE"))
            .await
    }

    /// Deletes a volume, such as `local-lvm:vm-100-disk-0`, whoever uses it; Proxmox refuses one that others are
    /// linked clones of. `None` where it was done before the answer.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn delete_volume(&self, node: &str, storage: &str, volume: &str) -> Result<Option<Upid>> {
        let call = Call::delete(
            "/nodes/{node}/storage/{storage}/content/{volume}",
            &[&node, &storage, &volume],
        );
        decode::maybe(&call.name(), &self.send(&call).await?)
    }

    /// The notes on a backup in full; a listing has their first line only (`PVE::API2::Storage::Content`).
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is no such volume.
    pub async fn volume_notes(&self, node: &str, storage: &str, volume: &str) -> Result<Option<String>> {
        #[derive(serde::Deserialize)]
        struct Attributes {
            #[serde(default)]
            notes: Option<String>,
        }
        let call = Call::get(
            "/nodes/{node}/storage/{storage}/content/{volume}",
            &[&node, &storage, &volume],
        );
        let read: Attributes = self.one(call).await?;
        Ok(read.notes)
    }

    /// Sets notes on a backup, an empty text for none, and whether it is protected from pruning and deletion.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); a refusal where the storage can't keep notes or protect.
    pub async fn set_volume(
        &self,
        node: &str,
        storage: &str,
        volume: &str,
        notes: Option<&str>,
        protected: Option<bool>,
    ) -> Result<()> {
        let call = Call::put(
            "/nodes/{node}/storage/{storage}/content/{volume}",
            &[&node, &storage, &volume],
        );
        self.done(
            call.opt("notes", notes)
                .opt_flag("protected", protected)
                .repeatable(),
        )
        .await
    }
}
