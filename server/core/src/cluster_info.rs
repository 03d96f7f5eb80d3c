//! What a form or an overview needs to know of the clusters beside the list of servers: nodes, templates,
//! bridges, storages. Reads only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use drover_types::cluster::{BridgeRow, NodeRow, StorageRow, TemplateDisk, TemplateRow};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;
use drover_types::overview::Overview;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use drover_types::units::GIB;
use pve_client::{ConfigView, GuestConfig};
use tokio::time::Instant;

use crate::clusters::{Cluster, Clusters};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::inventory::Inventory;

/// How long a template's configuration is good: templates hardly ever change.
const GOOD: Duration = Duration::from_mins(1);

/// Systems that are recognised by a template's name.
const SYSTEMS: &[&str] = &["ubuntu", "rocky", "centos", "debian"];

/// Tells about clusters. Cheap to clone.
#[derive(Clone)]
pub struct ClusterInfo {
    clusters: Clusters,
    inventory: Inventory,
    configs: Arc<Mutex<HashMap<GuestId, Read>>>,
}

struct Read {
    at: Instant,
    config: Arc<GuestConfig>,
}

impl ClusterInfo {
    /// Answers about these clusters.
    pub fn new(clusters: Clusters, inventory: Inventory) -> Self {
        Self {
            clusters,
            inventory,
            configs: Arc::default(),
        }
    }

    /// Every node.
    ///
    /// # Errors
    /// Where the actor may not see it.
    pub fn nodes(&self, ctx: &OpContext) -> Result<Vec<NodeRow>> {
        Ok(self.inventory.list(ctx)?.nodes.clone())
    }

    /// Every storage, as each node sees it.
    ///
    /// # Errors
    /// Where the actor may not see it.
    pub fn storages(&self, ctx: &OpContext) -> Result<Vec<StorageRow>> {
        Ok(self.inventory.list(ctx)?.storages.clone())
    }

    /// The whole at a glance.
    ///
    /// # Errors
    /// Where the actor may not see it.
    pub fn overview(&self, ctx: &OpContext) -> Result<Overview> {
        Ok(Overview::of(&*self.inventory.list(ctx)?))
    }

    /// The templates of virtual machines of `cluster`, or of the first where none is named, by name.
    ///
    /// # Errors
    /// Where the actor may not see them, there is no such cluster, or it does not answer.
    pub async fn templates(&self, ctx: &OpContext, cluster: Option<&str>) -> Result<Vec<TemplateRow>> {
        ctx.require(Permission::ViewAll)?;
        let cluster = self.clusters.named(cluster)?;
        let picture = self.inventory.snapshot();
        let templates = picture
            .guests
            .iter()
            .filter(|row| row.template && row.kind == GuestKind::Qemu && *row.id.cluster == *cluster.name);
        let read = templates.map(async |row| {
            let config = self.config(cluster, row).await?;
            Ok(template_row(row, &config, &picture))
        });
        // Each fails alone: a template on a node that is down must not hide the others, unless none answers.
        let (rows, mut errors): (Vec<_>, Vec<_>) = futures::future::join_all(read)
            .await
            .into_iter()
            .partition(Result::is_ok);
        let mut rows: Vec<TemplateRow> = rows.into_iter().filter_map(Result::ok).collect();
        if rows.is_empty()
            && let Some(Err(error)) = errors.pop()
        {
            return Err(error);
        }
        rows.sort_by(|a, b| a.name.cmp(&b.name).then(a.vmid.cmp(&b.vmid)));
        Ok(rows)
    }

    /// The bridges of a node that NICs can be plugged into.
    ///
    /// # Errors
    /// Where the actor may not see them, there is no such cluster or node, or it does not answer.
    pub async fn bridges(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        node: &str,
    ) -> Result<Vec<BridgeRow>> {
        ctx.require(Permission::ViewAll)?;
        let cluster = self.clusters.named(cluster)?;
        let picture = self.inventory.snapshot();
        let known = |row: &&NodeRow| *row.cluster == *cluster.name;
        if !picture.nodes.iter().filter(known).any(|row| row.name == node) {
            return Err(Error::field(
                "node",
                Problem::UnknownChoice {
                    given: node.to_owned(),
                    known: picture
                        .nodes
                        .iter()
                        .filter(known)
                        .map(|row| row.name.clone())
                        .collect(),
                },
            ));
        }
        let bridges = cluster
            .client
            .node_bridges(node)
            .await
            .map_err(|source| Error::Proxmox {
                cluster: cluster.name.to_string(),
                source,
            })?;
        let mut rows: Vec<BridgeRow> = bridges
            .into_iter()
            .map(|bridge| BridgeRow {
                cluster: cluster.name.to_string(),
                node: node.to_owned(),
                name: bridge.iface,
                cidr: bridge.cidr.or(bridge.cidr6),
                comment: bridge
                    .comments
                    .map(|text| text.trim().to_owned())
                    .filter(|text| !text.is_empty()),
            })
            .collect();
        rows.sort_by(|a, b| drover_types::filter::natural(&a.name, &b.name));
        Ok(rows)
    }

    async fn config(&self, cluster: &Cluster, row: &GuestRow) -> Result<Arc<GuestConfig>> {
        if let Some(config) = self.known(&row.id) {
            return Ok(config);
        }
        let config = cluster
            .client
            .qemu_config(&row.node, row.id.vmid, ConfigView::Current)
            .await;
        let config = Arc::new(config.map_err(|source| Error::Proxmox {
            cluster: cluster.name.to_string(),
            source,
        })?);
        let read = Read {
            at: Instant::now(),
            config: Arc::clone(&config),
        };
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        configs.retain(|_, read| read.at.elapsed() < GOOD);
        configs.insert(row.id.clone(), read);
        Ok(config)
    }

    fn known(&self, id: &GuestId) -> Option<Arc<GuestConfig>> {
        let configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        let read = configs.get(id).filter(|read| read.at.elapsed() < GOOD)?;
        Some(Arc::clone(&read.config))
    }
}

fn template_row(row: &GuestRow, config: &GuestConfig, picture: &Snapshot) -> TemplateRow {
    let boot = config.boot_disk();
    let mut disks = config.disks();
    // `false` sorts first.
    disks.sort_by_key(|disk| boot.as_ref().is_none_or(|boot| boot.key != disk.key));
    // Proxmox clones to another node only where every volume is on shared storage, the cloud-init drive too
    // (PVE::API2::Qemu, clone_vm).
    let any_node = disks
        .iter()
        .filter_map(|disk| disk.volume.as_ref())
        .all(|volume| {
            picture.storages.iter().any(|storage| {
                storage.shared && storage.name == volume.storage && storage.cluster == row.id.cluster
            })
        });
    let name = row.name.to_ascii_lowercase();
    let system = SYSTEMS.iter().find(|system| name.contains(**system));
    TemplateRow {
        cluster: row.id.cluster.clone(),
        vmid: row.id.vmid,
        name: row.name.clone(),
        node: row.node.clone(),
        os_type: system.copied().unwrap_or_default().to_owned(),
        cores: config.cores().unwrap_or(1) * config.sockets().unwrap_or(1),
        memory_mb: config.memory().unwrap_or(512),
        disks: disks
            .iter()
            .filter(|disk| disk.is_data())
            .filter_map(|disk| {
                Some(TemplateDisk {
                    interface: disk.key.clone(),
                    storage: disk.volume.as_ref()?.storage.clone(),
                    size_gb: disk.size.unwrap_or_default().div_ceil(GIB),
                })
            })
            .collect(),
        any_node,
    }
}
