//! What a server's page shows beside its row: configuration, disks, NICs. Asked of Proxmox when it is opened.

use std::time::Duration;

use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::server::{ServerDetail, ServerDisk, ServerNic};
use drover_types::text::Problem;
use pve_client::{AgentInterface, ConfigView, GuestConfig, IpConfig, Nic};

use super::description::without_comments;
use super::service::{Servers, upstream};
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};

/// How long a page waits for the guest agent.
const AGENT: Duration = Duration::from_secs(4);

impl Servers {
    /// A server as its page shows it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], or the cluster's.
    pub async fn detail(&self, ctx: &OpContext, id: &GuestId) -> Result<ServerDetail> {
        let row = self.get(ctx, id).await?;
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: id.to_string(),
            })
        };
        let cluster = self.cluster(Some(&id.cluster)).map_err(|_| gone())?;
        let (client, view) = (&cluster.client, ConfigView::Current);
        let read = match row.kind {
            GuestKind::Qemu => client.qemu_config(&row.node, id.vmid, view).await,
            GuestKind::Lxc => client.lxc_config(&row.node, id.vmid, view).await,
        };
        let config = match read {
            Err(error) if error.is_not_found() => return Err(gone()),
            other => other.map_err(upstream(cluster))?,
        };
        self.0.inventory.note_config(id, &config);
        let interfaces = interfaces(cluster, &row, &config).await;
        Ok(detail(&row, &config, &interfaces))
    }
}

/// What the guest agent says of its NICs; nothing where it does not answer soon.
async fn interfaces(cluster: &Cluster, row: &GuestRow, config: &GuestConfig) -> Vec<AgentInterface> {
    // The row of a guest that was just started may still say otherwise.
    if row.kind != GuestKind::Qemu || row.status == GuestStatus::Stopped || !config.agent_enabled() {
        return Vec::new();
    }
    let asked = cluster.client.agent_interfaces(&row.node, row.id.vmid);
    match tokio::time::timeout(AGENT, asked).await {
        Ok(Ok(interfaces)) => interfaces,
        Ok(Err(error)) => {
            tracing::debug!(guest = %row.id, %error, "the guest agent does not tell addresses");
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}

fn detail(row: &GuestRow, config: &GuestConfig, interfaces: &[AgentInterface]) -> ServerDetail {
    let sockets = config.sockets().unwrap_or(1);
    let ips = config.ip_configs();
    ServerDetail {
        id: row.id.clone(),
        name: row.name.clone(),
        node: row.node.clone(),
        description: without_comments(config.description().unwrap_or_default()),
        cores: config.cores().map_or(row.cores, |cores| cores * sockets),
        memory_mb: config.memory().unwrap_or(512),
        cpu_type: config.get("cpu").unwrap_or_default().to_owned(),
        disks: disks(config),
        nics: config
            .nics()
            .iter()
            .map(|nic| server_nic(nic, ips.iter().find(|ip| ip.index == nic.index), interfaces))
            .collect(),
        on_boot: config.get("onboot") == Some("1"),
        protected: config.is_protected(),
        agent: config.agent_enabled(),
    }
}

pub(super) fn disks(config: &GuestConfig) -> Vec<ServerDisk> {
    let disks = config.disks().into_iter().filter(|disk| !disk.is_cdrom());
    disks
        .filter_map(|disk| {
            let volume = disk.volume?;
            Some(ServerDisk {
                interface: disk.key,
                volume: volume.to_string(),
                storage: volume.storage,
                size_bytes: disk.size,
            })
        })
        .collect()
}

pub(super) fn server_nic(nic: &Nic, ip: Option<&IpConfig>, interfaces: &[AgentInterface]) -> ServerNic {
    let mac = nic.mac.clone().unwrap_or_default();
    let same = |one: &&AgentInterface| {
        one.mac
            .as_deref()
            .is_some_and(|other| other.eq_ignore_ascii_case(&mac))
    };
    let seen = interfaces.iter().find(same);
    let container = nic.other.get("ip").or_else(|| nic.other.get("ip6"));
    let configured = match ip {
        Some(ip) => ip.ip.clone().or_else(|| ip.ip6.clone()).unwrap_or_default(),
        None => container.unwrap_or_default().to_owned(),
    };
    ServerNic {
        interface: nic.key(),
        model: nic.model.clone().unwrap_or_default(),
        bridge: nic.bridge.clone().unwrap_or_default(),
        addresses: seen
            .map(|one| {
                one.addresses
                    .iter()
                    .map(|address| address.address.clone())
                    .collect()
            })
            .unwrap_or_default(),
        configured,
        mac,
    }
}
