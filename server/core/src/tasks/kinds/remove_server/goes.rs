//! What goes with a guest: its disks, and what else in the cluster names it. For the plan, and for the log.

use drover_types::removal::{Reference, RemovedDisk};
use futures::future::try_join_all;
use pve_client::{Error, GuestConfig, GuestKind, GuestStatus, Result, Volume};

use crate::clusters::Cluster;

/// What is there of a guest that is to go.
pub(crate) struct Goes<'a> {
    pub cluster: &'a Cluster,
    pub kind: GuestKind,
    pub node: &'a str,
    pub vmid: u32,
    /// Its pool, as far as it is known.
    pub pool: Option<&'a str>,
}

impl Goes<'_> {
    /// The disks that its configuration names and that belong to it. Proxmox leaves those of others alone.
    pub(crate) fn disks(&self, config: &GuestConfig) -> Vec<RemovedDisk> {
        let disks = config.disks().into_iter().chain(config.unused_disks());
        disks
            .filter(|disk| !disk.is_cloud_init())
            .filter_map(|disk| {
                let volume = disk.volume?;
                owned(&volume.name, self.vmid).then(|| RemovedDisk {
                    interface: Some(disk.key),
                    volume: volume.to_string(),
                    size_bytes: disk.size,
                })
            })
            .collect()
    }

    /// All volumes with its id on the storages that its node sees. Asks each of them.
    pub(crate) async fn volumes(&self) -> Result<Vec<Volume>> {
        let client = &self.cluster.client;
        let storages = client.node_storages(self.node).await?;
        let holds = |content: &[String]| content.iter().any(|one| one == "images" || one == "rootdir");
        let mut asked = Vec::new();
        for storage in &storages {
            if storage.active && holds(&storage.content) {
                asked.push(client.storage_content(self.node, &storage.storage, None, Some(self.vmid)));
            }
        }
        let found = try_join_all(asked).await?;
        Ok(found.into_iter().flatten().filter(is_disk).collect())
    }

    /// What else names it. What Drover's token may not read is left out, with a line in Drover's own log.
    pub(crate) async fn references(&self, status: &GuestStatus) -> Result<Vec<Reference>> {
        let client = &self.cluster.client;
        let rules = client.guest_firewall_rules(self.kind, self.node, self.vmid).await;
        let rules = unless_denied(rules, "firewall rules")?;
        let backups = unless_denied(client.backup_jobs().await, "backup jobs")?;
        let replications = unless_denied(client.replication_jobs().await, "replication jobs")?;
        let mut found = Vec::new();
        if status.ha.as_ref().is_some_and(|ha| ha.managed) {
            found.push(Reference::HighAvailability);
        }
        for job in replications
            .into_iter()
            .filter(|job| job.guest == Some(self.vmid))
        {
            found.push(Reference::Replication {
                job: job.id,
                target: job.target.unwrap_or_default(),
            });
        }
        for job in backups.into_iter().filter(|job| job.names(self.vmid)) {
            found.push(Reference::BackupJob { job: job.id });
        }
        if !rules.is_empty() {
            let count = u32::try_from(rules.len()).unwrap_or(u32::MAX);
            found.push(Reference::FirewallRules { count });
        }
        if let Some(pool) = self.pool {
            found.push(Reference::Pool {
                pool: pool.to_owned(),
            });
        }
        Ok(found)
    }
}

/// Whether a volume holds a guest's data, and is no backup or image of a disc.
pub(crate) fn is_disk(volume: &Volume) -> bool {
    matches!(volume.content.as_deref(), Some("images" | "rootdir"))
}

/// Whether a volume's name says that it belongs to this guest (`parse_volname` of Proxmox's storage plugins).
fn owned(name: &str, vmid: u32) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    ["vm", "base", "subvol", "basevol"]
        .iter()
        .any(|prefix| file.starts_with(&format!("{prefix}-{vmid}-")))
}

fn unless_denied<T>(answer: Result<Vec<T>>, what: &str) -> Result<Vec<T>> {
    match answer {
        Err(error @ Error::Forbidden { .. }) => {
            tracing::warn!(%error, what, "what names a server can't be read and is not reported");
            Ok(Vec::new())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volumes_name_tells_whose_it_is() {
        for name in [
            "vm-100-disk-0",
            "100/vm-100-disk-0.qcow2",
            "base-100-disk-1",
            "subvol-100-disk-0",
            "9000/base-9000-disk-0.qcow2/100/vm-100-disk-0.qcow2",
        ] {
            assert!(owned(name, 100), "{name}");
        }
        assert!(!owned("vm-1000-disk-0", 100));
        assert!(!owned("iso/debian.iso", 100));
    }
}
