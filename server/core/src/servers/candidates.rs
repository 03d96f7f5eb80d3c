//! Which node a server is put on: the one that is named, else the configured one, else the one with most free
//! memory, among those that can hold it. Proxmox lets the memory of guests exceed a node's, so one that has too little
//! free comes last, but is not left out.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::error::FieldProblems;
use drover_types::server::CreateServer;
use drover_types::text::Problem;
use drover_types::units::{GIB, MIB};
use pve_client::{GuestConfig, NodeResource, StorageResource};

use super::disks::DiskPlan;
use super::scene::Scene;
use super::survey::{free_memory, free_space, is_online};
use crate::error::Result;

/// What has to find room.
pub(super) struct Demand<'a> {
    pub scene: &'a Scene<'a>,
    pub request: &'a CreateServer,
    pub disks: &'a DiskPlan,
    pub template: &'a GuestConfig,
    pub template_node: &'a str,
    /// Whether whoever asks would reach it on a node.
    pub is_reached_on: &'a (dyn Fn(&str) -> bool + Sync),
}

impl Demand<'_> {
    /// The node, or why there is none.
    pub(super) async fn place(&self, problems: &mut FieldProblems) -> Result<Option<String>> {
        let Some(nodes) = self.possible(problems) else {
            return Ok(None);
        };
        let mut first: Option<FieldProblems> = None;
        for node in nodes {
            let found = self.against(node).await?;
            if found.is_empty() {
                return Ok(Some(node.node.clone()));
            }
            first.get_or_insert(found);
        }
        let none = || FieldProblems::from([("node".to_owned(), Problem::NoNodeFits)]);
        for (field, problem) in first.unwrap_or_else(none) {
            problems.entry(field).or_insert(problem);
        }
        Ok(None)
    }

    /// The nodes that come into question, the best first; `None` where the one that is named does not.
    fn possible(&self, problems: &mut FieldProblems) -> Option<Vec<&NodeResource>> {
        let (request, survey) = (self.request, &self.scene.survey);
        let everywhere = self
            .disks
            .clone_storages
            .iter()
            .all(|name| survey.is_shared(name))
            && self.own_storages().iter().all(|name| survey.is_shared(name));
        let named = request.node.as_deref().filter(|name| !name.is_empty());
        if let Some(name) = named {
            let refusal = match survey.node(name) {
                None => Problem::UnknownChoice {
                    given: name.to_owned(),
                    known: survey.node_names(),
                },
                Some(node) if !is_online(node) => Problem::NodeOffline {
                    node: name.to_owned(),
                },
                Some(_) if name != self.template_node && !everywhere => Problem::TemplateOnOtherNode {
                    node: self.template_node.to_owned(),
                },
                Some(node) => return Some(vec![node]),
            };
            problems.entry("node".to_owned()).or_insert(refusal);
            return None;
        }
        let mut nodes: Vec<&NodeResource> = survey
            .nodes
            .iter()
            .filter(|node| is_online(node) && (everywhere || node.node == self.template_node))
            .collect();
        // Where none would do, it is not the node that has to change.
        if nodes.iter().any(|node| (self.is_reached_on)(&node.node)) {
            nodes.retain(|node| (self.is_reached_on)(&node.node));
        }
        let preferred = self.scene.cluster.defaults.node.as_deref();
        // `false` sorts first: enough free memory, then the configured node, then most free memory.
        nodes.sort_by_key(|node| {
            let free = self.free_memory(node);
            (
                free < self.wanted_memory(),
                Some(node.node.as_str()) != preferred,
                std::cmp::Reverse(free),
            )
        });
        Some(nodes)
    }

    const fn wanted_memory(&self) -> u64 {
        self.request.memory_mb.saturating_mul(MIB)
    }

    /// What of a node's memory nobody has and no creation was promised.
    fn free_memory(&self, node: &NodeResource) -> u64 {
        let taken = self.scene.memory_taken(&node.node).saturating_mul(MIB);
        free_memory(node).saturating_sub(taken)
    }

    /// The storages that the template's volumes are on.
    fn own_storages(&self) -> BTreeSet<String> {
        let disks = self.template.disks();
        disks
            .into_iter()
            .filter_map(|disk| disk.volume.map(|volume| volume.storage))
            .collect()
    }

    /// What stands against a node.
    async fn against(&self, node: &NodeResource) -> Result<FieldProblems> {
        let mut problems = self.storages_against(&node.node);
        if node.maxmem.is_some_and(|memory| memory < self.wanted_memory()) {
            let needed_mb = self.request.memory_mb;
            problems.insert("node".to_owned(), Problem::NotEnoughMemory { needed_mb });
        }
        if problems.is_empty() {
            problems = self.bridges_against(&node.node).await?;
        }
        Ok(problems)
    }

    fn storages_against(&self, node: &str) -> FieldProblems {
        let mut problems = BTreeMap::new();
        for (storage, needed_gb) in self.disks.needed() {
            let chosen = || self.disks.storage_field(self.request, storage);
            let known = self
                .scene
                .survey
                .storage(storage, node)
                .filter(|found| found.available);
            match known {
                None => {
                    let problem = Problem::StorageNotOnNode {
                        storage: storage.to_owned(),
                        node: node.to_owned(),
                    };
                    problems.insert(chosen(), problem);
                }
                Some(found) if !found.content.iter().any(|kind| kind == "images") => {
                    let problem = Problem::StorageWithoutImages {
                        storage: storage.to_owned(),
                    };
                    problems.insert(chosen(), problem);
                }
                Some(found) if self.free_gb(found) < needed_gb => {
                    let free_gb = self.free_gb(found);
                    let problem = Problem::NotEnoughSpace {
                        storage: storage.to_owned(),
                        needed_gb,
                        free_gb,
                    };
                    problems.insert(self.disks.size_field(self.request, storage), problem);
                }
                Some(_) => {}
            }
        }
        problems
    }

    /// GiB that a storage has left for this server.
    fn free_gb(&self, storage: &StorageResource) -> u64 {
        let taken = self.scene.space_taken(&storage.storage, &storage.node);
        (free_space(storage) / GIB).saturating_sub(taken)
    }

    async fn bridges_against(&self, node: &str) -> Result<FieldProblems> {
        let read = self.scene.bridges(node).await?;
        let has = |bridge: &str| read.contains(bridge);
        let own: Vec<Option<String>> = self.template.nics().into_iter().map(|nic| nic.bridge).collect();
        let count = if self.request.nics.is_empty() {
            own.len()
        } else {
            self.request.nics.len()
        };
        let mut problems = FieldProblems::new();
        for n in 0..count {
            let asked = self
                .request
                .nics
                .get(n)
                .map(|nic| nic.bridge.clone())
                .filter(|name| !name.is_empty());
            let bridge = asked
                .or_else(|| own.get(n).or(own.first()).cloned().flatten())
                .unwrap_or_default();
            if !has(&bridge) {
                let problem = Problem::BridgeNotOnNode {
                    bridge,
                    node: node.to_owned(),
                };
                problems.insert(format!("network_devices[{n}].bridge"), problem);
            }
        }
        Ok(problems)
    }
}
