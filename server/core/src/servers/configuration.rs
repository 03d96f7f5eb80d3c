//! A server's configuration and what of it waits for the next start, asked of its node.

use drover_types::configuration::{CloudInit, NicConfiguration, PendingChange, ServerConfiguration};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::server::ServerDisk;
use drover_types::text::Problem;
use pve_client::{ConfigView, Disk, GuestConfig, IpConfig, Nic, PendingValue, Properties};

use super::cloud_init;
use super::description::without_comments;
use super::detail::disks;
use super::service::{Servers, upstream};
use crate::context::OpContext;
use crate::error::{Error, Result};

impl Servers {
    /// The configuration of a server as it runs now.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], or the cluster's.
    pub async fn configuration(&self, ctx: &OpContext, id: &GuestId) -> Result<ServerConfiguration> {
        ctx.require(Permission::ViewAll)?;
        let row = self.get(ctx, id).await?;
        // Three answers at once are much to keep on the stack.
        Box::pin(self.read_configuration(&row)).await
    }

    /// The configuration of the guest of this row.
    pub(super) async fn read_configuration(&self, row: &GuestRow) -> Result<ServerConfiguration> {
        let id = &row.id;
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: id.to_string(),
            })
        };
        let cluster = self.cluster(Some(&id.cluster)).map_err(|_| gone())?;
        let (client, node, vmid) = (&cluster.client, row.node.as_str(), id.vmid);
        let failed = |error: pve_client::Error| {
            if error.is_not_found() {
                gone()
            } else {
                upstream(cluster)(error)
            }
        };
        let view = ConfigView::Current;
        let (config, pending) = match row.kind {
            GuestKind::Qemu => {
                let asked = (
                    client.qemu_config(node, vmid, view),
                    client.qemu_pending(node, vmid),
                    cloud_init::on_drive(client, row),
                );
                let (config, mut pending, drive) =
                    tokio::try_join!(asked.0, asked.1, asked.2).map_err(failed)?;
                pending.extend(cloud_init::waiting(&config, drive));
                (config, pending)
            }
            // What waits in a container stands in its configuration's other view.
            GuestKind::Lxc => {
                let now = client.lxc_config(node, vmid, view);
                let then = client.lxc_config(node, vmid, ConfigView::Pending);
                let (now, then) = tokio::try_join!(now, then).map_err(failed)?;
                let pending = differences(&now, &then);
                (now, pending)
            }
        };
        // Lists learn at once what was just changed, such as whether it may be deleted.
        self.0.inventory.note_config(id, &config);
        Ok(configuration(row, &config, pending))
    }
}

/// What `then` has otherwise than `now`, in the shape in which a virtual machine's changes come.
fn differences(now: &GuestConfig, then: &GuestConfig) -> Vec<PendingValue> {
    let keys = now.values().keys().chain(then.values().keys());
    let keys: std::collections::BTreeSet<_> = keys.filter(|key| *key != "digest").collect();
    keys.into_iter()
        .map(|key| PendingValue {
            key: key.clone(),
            value: now.get(key).map(str::to_owned),
            pending: then
                .get(key)
                .filter(|then| now.get(key) != Some(then))
                .map(str::to_owned),
            delete: then.get(key).is_none(),
        })
        .collect()
}

fn configuration(row: &GuestRow, config: &GuestConfig, pending: Vec<PendingValue>) -> ServerConfiguration {
    let ips = config.ip_configs();
    let text = |key: &str| config.get(key).unwrap_or_default().to_owned();
    ServerConfiguration {
        id: row.id.clone(),
        kind: row.kind,
        name: config.name().unwrap_or(&row.name).to_owned(),
        node: row.node.clone(),
        status: row.status,
        cores: config.cores().unwrap_or(row.cores),
        sockets: config.sockets().unwrap_or(1),
        cpu_type: cpu_type(config).unwrap_or_default(),
        memory_mb: config.memory().unwrap_or(512),
        balloon_mb: config.get("balloon").and_then(|text| text.parse().ok()),
        disks: disks(config),
        unused: config
            .unused_disks()
            .into_iter()
            .filter_map(server_disk)
            .collect(),
        boot_disk: boot_disk(config),
        cloud_init_drive: config
            .disks()
            .into_iter()
            .find(Disk::is_cloud_init)
            .and_then(server_disk),
        boot_order: config.boot_order().into_iter().map(str::to_owned).collect(),
        bootable: bootable(config),
        nics: config
            .nics()
            .iter()
            .map(|nic| nic_configuration(nic, ips.iter().find(|ip| ip.index == nic.index)))
            .collect(),
        cloud_init: CloudInit {
            user: text("ciuser"),
            // Proxmox tells stars instead of the password.
            has_password: config.get("cipassword").is_some(),
            ssh_keys: config.ssh_keys(),
            nameserver: text("nameserver"),
            search_domain: text("searchdomain"),
        },
        description: without_comments(config.description().unwrap_or_default()),
        tags: config.tags(),
        on_boot: config.get("onboot") == Some("1"),
        protected: config.is_protected(),
        lock: config.lock().map(str::to_owned),
        digest: config.digest().unwrap_or_default().to_owned(),
        pending: pending
            .into_iter()
            .filter(|one| one.delete || one.pending.is_some())
            .map(|one| PendingChange {
                key: one.key,
                now: one.value,
                then: one.pending.filter(|_| !one.delete),
            })
            .collect(),
    }
}

/// The CPU type without its flags.
fn cpu_type(config: &GuestConfig) -> Option<String> {
    let cpu = Properties::parse(config.get("cpu")?, "cputype").ok()?;
    cpu.get("cputype").map(str::to_owned)
}

/// The disk that a server does not start without; a container's is its root.
pub(super) fn boot_disk(config: &GuestConfig) -> Option<String> {
    match config.get("rootfs") {
        Some(_) => Some("rootfs".to_owned()),
        None => config.boot_disk().map(|disk| disk.key),
    }
}

/// What a virtual machine can be started from: its drives and NICs.
pub(super) fn bootable(config: &GuestConfig) -> Vec<String> {
    if config.get("rootfs").is_some() {
        return Vec::new();
    }
    let drives = config.disks().into_iter();
    let drives = drives.filter(|disk| !matches!(disk.bus(), "efidisk" | "tpmstate"));
    drives
        .map(|disk| disk.key)
        .chain(config.nics().iter().map(Nic::key))
        .collect()
}

fn server_disk(disk: Disk) -> Option<ServerDisk> {
    let volume = disk.volume?;
    Some(ServerDisk {
        interface: disk.key,
        volume: volume.to_string(),
        storage: volume.storage,
        size_bytes: disk.size,
    })
}

fn nic_configuration(nic: &Nic, ip: Option<&IpConfig>) -> NicConfiguration {
    // A container's addresses stand in its NIC itself.
    let own = |key: &str| nic.other.get(key).map(str::to_owned);
    let none = IpConfig::default();
    let ip = ip.unwrap_or(&none);
    let either = |of: &Option<String>, key: &str| of.clone().or_else(|| own(key)).unwrap_or_default();
    NicConfiguration {
        interface: nic.key(),
        model: nic.model.clone().unwrap_or_default(),
        mac: nic.mac.clone().unwrap_or_default(),
        bridge: nic.bridge.clone().unwrap_or_default(),
        vlan: nic.tag,
        firewall: nic.firewall,
        rate: nic.other.get("rate").and_then(|rate| rate.parse().ok()),
        link_down: nic.link_down,
        ip: either(&ip.ip, "ip"),
        gateway: either(&ip.gw, "gw"),
        ip6: either(&ip.ip6, "ip6"),
        gateway6: either(&ip.gw6, "gw6"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_waits() {
        let read = |value: serde_json::Value| -> GuestConfig { serde_json::from_value(value).unwrap() };
        let now = read(json!({"memory": 512, "hostname": "ct", "swap": 128, "digest": "a"}));
        let then = read(json!({"memory": 1024, "hostname": "ct", "cores": 2, "digest": "b"}));
        let waiting: Vec<_> = differences(&now, &then)
            .into_iter()
            .filter(|one| one.delete || one.pending.is_some())
            .map(|one| (one.key, one.value, one.pending))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            waiting,
            [
                ("cores".to_owned(), None, text("2")),
                ("memory".to_owned(), text("512"), text("1024")),
                ("swap".to_owned(), text("128"), None),
            ]
        );
    }
}
