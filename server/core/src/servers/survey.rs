//! What a cluster holds right now, read in one call: the picture of the inventory may be some seconds old.

use pve_client::{GuestKind, GuestResource, NodeResource, NodeState, Resource, StorageResource};

use super::service::upstream;
use crate::clusters::Cluster;
use crate::error::Result;

/// The guests, nodes and storages of a cluster.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub guests: Vec<GuestResource>,
    pub nodes: Vec<NodeResource>,
    pub storages: Vec<StorageResource>,
}

impl Survey {
    /// Reads them.
    pub(super) async fn read(cluster: &Cluster) -> Result<Self> {
        let mut survey = Self::default();
        for resource in cluster
            .client
            .cluster_resources(None)
            .await
            .map_err(upstream(cluster))?
        {
            match resource {
                Resource::Guest(guest) => survey.guests.push(guest),
                Resource::Node(node) => survey.nodes.push(node),
                Resource::Storage(storage) => survey.storages.push(storage),
                _ => {}
            }
        }
        Ok(survey)
    }

    /// The ids that are in use.
    pub(super) fn vmids(&self) -> Vec<u32> {
        self.guests.iter().map(|guest| guest.vmid).collect()
    }

    /// The templates of virtual machines, by name.
    pub(super) fn templates(&self) -> Vec<&GuestResource> {
        let is_one = |guest: &&GuestResource| guest.template && guest.kind == GuestKind::Qemu;
        let mut templates: Vec<_> = self.guests.iter().filter(is_one).collect();
        templates.sort_by(|a, b| (&a.name, a.vmid).cmp(&(&b.name, b.vmid)));
        templates
    }

    /// The node of this name.
    pub(super) fn node(&self, name: &str) -> Option<&NodeResource> {
        self.nodes.iter().find(|node| node.node == name)
    }

    /// The names of all nodes.
    pub(super) fn node_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.nodes.iter().map(|node| node.node.clone()).collect();
        names.sort();
        names
    }

    /// A storage as a node sees it.
    pub(super) fn storage(&self, name: &str, node: &str) -> Option<&StorageResource> {
        self.storages
            .iter()
            .find(|storage| storage.storage == name && storage.node == node)
    }

    /// Whether every node sees the same data on a storage.
    pub(super) fn is_shared(&self, name: &str) -> bool {
        self.storages
            .iter()
            .any(|storage| storage.storage == name && storage.shared)
    }
}

/// Whether a node takes part in its cluster.
pub(super) fn is_online(node: &NodeResource) -> bool {
    node.status == NodeState::Online
}

/// Bytes that a node's memory has left.
pub(super) fn free_memory(node: &NodeResource) -> u64 {
    node.maxmem
        .unwrap_or_default()
        .saturating_sub(node.mem.unwrap_or_default())
}

/// Bytes that a storage has left.
pub(super) fn free_space(storage: &StorageResource) -> u64 {
    storage
        .maxdisk
        .unwrap_or_default()
        .saturating_sub(storage.disk.unwrap_or_default())
}
