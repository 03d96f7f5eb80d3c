//! A server's configuration.

use axum::Json;
use axum::extract::State;
use drover_types::configuration::{PendingChange, ServerConfiguration};
use drover_types::guest::GuestStatus;
use drover_types::permission::Permission;
use drover_types::role::RoleKey;
use drover_types::server::ServerDisk;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::api::input::Segment;
use crate::api::servers::queued::named;
use crate::api::servers::words;
use crate::request::Request;
use crate::router::Server;

/// A server's configuration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigReply {
    /// Always true.
    success: bool,
    /// It.
    data: ServerConfig,
}

/// A configuration.
#[derive(Debug, Serialize, ToSchema)]
struct ServerConfig {
    /// Its name.
    name: String,
    /// Proxmox's id.
    vmid: u32,
    /// The cluster it is in.
    cluster: String,
    /// The node it is on.
    node: String,
    /// What it is doing.
    status: GuestStatus,
    /// Its processors.
    cpu: ConfigCpu,
    /// Its memory.
    memory: ConfigMemory,
    /// Its disks.
    disks: Vec<ConfigDisk>,
    /// Disks that are detached and not deleted.
    unused_disks: Vec<ConfigDisk>,
    /// Its NICs.
    network: Vec<ConfigNic>,
    /// What it is started from, in their order.
    boot_order: Vec<String>,
    /// The disk that it does not start without.
    boot_disk: Option<String>,
    /// The drive with cloud-init's data.
    cloud_init_drive: Option<String>,
    /// What cloud-init is told besides addresses.
    cloud_init: ConfigCloudInit,
    /// What it is there for; empty where that is not on record.
    role: String,
    /// The first of its firewall groups; empty for none.
    firewall_group: String,
    /// The firewall groups that Drover has given it, in their order.
    firewall_groups: Vec<String>,
    /// Its description in Proxmox.
    description: String,
    /// Its tags.
    tags: Vec<String>,
    /// Whether it starts with its node.
    on_boot: bool,
    /// Whether Proxmox refuses to delete it.
    protected: bool,
    /// Proxmox's mark of this configuration.
    digest: String,
    /// What it gets at its next start.
    pending: Vec<PendingChange>,
}

/// Processors.
#[derive(Debug, Serialize, ToSchema)]
struct ConfigCpu {
    /// Cores of each socket.
    cores: u32,
    /// Sockets.
    sockets: u32,
    /// The type; empty where nothing is said.
    r#type: String,
}

/// Memory.
#[derive(Debug, Serialize, ToSchema)]
struct ConfigMemory {
    /// In MiB.
    size_mb: u64,
    /// The least that ballooning leaves in MiB, 0 where it is off; null where nothing is said.
    balloon: Option<u64>,
}

/// A disk.
#[derive(Debug, Serialize, ToSchema)]
struct ConfigDisk {
    /// Where it is plugged in, such as `scsi0`.
    device: String,
    /// The storage it is on.
    storage: String,
    /// Proxmox's name of the volume.
    volume: String,
    /// Its size in bytes, where Proxmox tells.
    size: Option<u64>,
}

/// A NIC.
#[derive(Debug, Serialize, ToSchema)]
struct ConfigNic {
    /// Where it is plugged in, such as `net0`.
    device: String,
    /// The model, such as `virtio`.
    model: String,
    /// The MAC address.
    mac: String,
    /// The bridge.
    bridge: String,
    /// The VLAN.
    vlan: Option<u16>,
    /// Whether Proxmox's firewall filters it.
    firewall: bool,
    /// Its limit in MB/s.
    rate: Option<f64>,
    /// Whether its cable is unplugged.
    link_down: bool,
    /// The address that is configured: CIDR, `dhcp` or empty.
    ip_address: String,
    /// IPv4 gateway, or empty.
    gateway: String,
    /// CIDR, `dhcp`, `auto`, or empty.
    ip6: String,
    /// IPv6 gateway, or empty.
    gateway6: String,
}

/// What cloud-init is told. A password is never told.
#[derive(Debug, Serialize, ToSchema)]
struct ConfigCloudInit {
    /// The user that it makes; empty for the image's own.
    user: String,
    /// Whether that user has a password.
    has_password: bool,
    /// The public keys that it lets in.
    ssh_keys: Vec<String>,
    /// The name servers, with spaces between.
    nameserver: String,
    /// The search domains.
    search_domain: String,
}

impl From<ServerDisk> for ConfigDisk {
    fn from(disk: ServerDisk) -> Self {
        Self {
            device: disk.interface,
            storage: disk.storage,
            volume: disk.volume,
            size: disk.size_bytes,
        }
    }
}

impl ServerConfig {
    fn new(of: ServerConfiguration, role: Option<RoleKey>, groups: Vec<String>) -> Self {
        Self {
            name: of.name,
            vmid: of.id.vmid,
            cluster: of.id.cluster,
            node: of.node,
            status: of.status,
            cpu: ConfigCpu {
                cores: of.cores,
                sockets: of.sockets,
                r#type: of.cpu_type,
            },
            memory: ConfigMemory {
                size_mb: of.memory_mb,
                balloon: of.balloon_mb,
            },
            disks: of.disks.into_iter().map(ConfigDisk::from).collect(),
            unused_disks: of.unused.into_iter().map(ConfigDisk::from).collect(),
            network: of
                .nics
                .into_iter()
                .map(|nic| ConfigNic {
                    device: nic.interface,
                    model: nic.model,
                    mac: nic.mac,
                    bridge: nic.bridge,
                    vlan: nic.vlan,
                    firewall: nic.firewall,
                    rate: nic.rate,
                    link_down: nic.link_down,
                    ip_address: nic.ip,
                    gateway: nic.gateway,
                    ip6: nic.ip6,
                    gateway6: nic.gateway6,
                })
                .collect(),
            boot_order: of.boot_order,
            boot_disk: of.boot_disk,
            cloud_init_drive: of.cloud_init_drive.map(|disk| disk.interface),
            cloud_init: ConfigCloudInit {
                user: of.cloud_init.user,
                has_password: of.cloud_init.has_password,
                ssh_keys: of.cloud_init.ssh_keys,
                nameserver: of.cloud_init.nameserver,
                search_domain: of.cloud_init.search_domain,
            },
            role: words::role(role.as_ref()),
            firewall_group: groups.first().cloned().unwrap_or_default(),
            firewall_groups: groups,
            description: of.description,
            tags: of.tags,
            on_boot: of.on_boot,
            protected: of.protected,
            digest: of.digest,
            pending: of.pending,
        }
    }
}

/// The configuration of a server.
///
/// Asks its node now. What waits for the next start stands under `pending`.
#[utoipa::path(
    get, path = "/api/server/config/{server}", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "The configuration.", body = ConfigReply)),
)]
pub(crate) async fn server_config(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
) -> Result<Json<ConfigReply>, Refusal> {
    let id = named(&server, &request, &[Permission::ViewAll], &name).await?;
    let found = server.drover.servers.configuration(&request.context, &id).await?;
    let role = server.drover.inventory.guest(&id).and_then(|row| row.role);
    let groups = server.drover.firewall.assigned_to(&id).await?;
    Ok(Json(ConfigReply {
        success: true,
        data: ServerConfig::new(found, role, groups),
    }))
}
