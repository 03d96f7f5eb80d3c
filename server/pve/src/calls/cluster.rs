//! What concerns the whole cluster.

use serde::Deserialize;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::request::Call;
use crate::wire::{ClusterMember, ClusterStatus, Resource, ResourceType, TaskEntry, Version, lenient};

#[derive(Deserialize)]
struct Vmid(#[serde(deserialize_with = "lenient::required_int")] u32);

impl Client {
    /// Which Proxmox VE answers.
    ///
    /// # Errors
    /// See [`Error`], as for all calls.
    pub async fn version(&self) -> Result<Version> {
        self.one(Call::get("/version", &[])).await
    }

    /// Everything in the cluster, or all of one type, as far as the credentials may see it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn cluster_resources(&self, kind: Option<ResourceType>) -> Result<Vec<Resource>> {
        self.list(Call::get("/cluster/resources", &[]).opt("type", kind))
            .await
    }

    /// The cluster's name, quorum and members.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn cluster_status(&self) -> Result<ClusterStatus> {
        let members: Vec<ClusterMember> = self.list(Call::get("/cluster/status", &[])).await?;
        Ok(members.into_iter().collect())
    }

    /// The lowest free guest id. Nothing reserves it: who clones to it first has it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn next_vmid(&self) -> Result<u32> {
        let Vmid(vmid) = self.one(Call::get("/cluster/nextid", &[])).await?;
        Ok(vmid)
    }

    /// Whether no guest of the cluster has this id.
    ///
    /// # Errors
    /// See [`Error`]; an id out of range is [`Error::Invalid`].
    pub async fn vmid_is_free(&self, vmid: u32) -> Result<bool> {
        let answer: Result<Vmid> = self
            .one(Call::get("/cluster/nextid", &[]).param("vmid", vmid))
            .await;
        match answer {
            Ok(_) => Ok(true),
            Err(error) if matches!(error, Error::Invalid { .. }) && error.is_vmid_taken() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The latest tasks of all nodes.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn cluster_tasks(&self) -> Result<Vec<TaskEntry>> {
        self.list(Call::get("/cluster/tasks", &[])).await
    }
}
