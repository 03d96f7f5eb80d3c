//! The body as the OpenAPI document describes it. It is read field by field, more leniently than a schema can say.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::input::Object;

/// A server to be made from a template. Numbers may be sent as texts. Fields that are not listed are ignored and
/// named in the answer's `warnings`.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "name": "web-server-03", "cpu": 4, "memory": 8192,
    "disks": [{"size": 100, "interface": "scsi0", "datastore_id": "auto", "disk_type": "ssd"}],
    "network_devices": [
        {"bridge": "vmbr0", "ip_address": "192.168.1.103", "subnet": "24", "gateway": "192.168.1.1"}
    ],
    "template_vm_id": 9000, "vm_username": "rocky"
}))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct CreateServerBody {
    /// A DNS name of at most 63 characters that no other server of the cluster has.
    name: String,
    /// Virtual cores.
    #[schema(default = 2, minimum = 1)]
    cpu: Option<u32>,
    /// Memory in MB.
    #[schema(default = 2048, minimum = 128)]
    memory: Option<u64>,
    /// The disks. One whose interface the template has is grown, any other is added.
    disks: Option<Vec<DiskBody>>,
    /// The NICs in order; without any those of the template, with DHCP.
    network_devices: Option<Vec<NetworkDeviceBody>>,
    /// The first NIC's address again; refused where it differs.
    ip_address: Option<String>,
    /// The cluster; the only one, or the first.
    cluster: Option<String>,
    /// The node; the one with most free memory among those that can hold it.
    node: Option<String>,
    /// The template; else the default of `os_type`, else the only one.
    template_vm_id: Option<u32>,
    /// `ubuntu`, `rocky`, `centos` or `debian`.
    os_type: Option<String>,
    /// The user that cloud-init makes; the template's.
    vm_username: Option<String>,
    /// That user's password. Only its hash is kept, until the server is made.
    #[schema(format = Password)]
    vm_password: Option<String>,
    /// SSH public keys for that user, a line each.
    ssh_keys: Option<String>,
    /// A note shown in Proxmox.
    description: Option<String>,
    /// Tags.
    tags: Option<Vec<String>>,
    /// The role that is installed once it answers; `none` for none.
    role: Option<String>,
    /// Several of them, with their variables.
    roles: Option<Vec<NewServerRole>>,
    /// Whether `node_exporter` is installed too.
    #[schema(default = false)]
    node_exporter: Option<bool>,
    /// The firewall group that it has before it starts; `none` for none.
    firewall_group: Option<String>,
    /// Several of them, in their order, behind `firewall_group`.
    firewall_groups: Option<Vec<String>>,
}

/// A role of a server to be made.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct NewServerRole {
    /// Which one.
    role: String,
    /// Its variables, by name; those that are not named are the role's defaults.
    variables: Option<Object>,
}

/// A disk of a server to be made.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct DiskBody {
    /// Its size in GB.
    #[schema(default = 20, minimum = 1)]
    size: Option<u64>,
    /// Where it is plugged in; `scsi0`, `scsi1` and so on in order.
    interface: Option<String>,
    /// The storage. Left out, `auto` or `local-lvm`: the default for `disk_type`, else the template's.
    datastore_id: Option<String>,
    /// `hdd` or `ssd`.
    #[schema(default = "hdd")]
    disk_type: Option<String>,
    /// Only `auto`: the storage decides.
    file_format: Option<String>,
}

/// A NIC of a server to be made.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct NetworkDeviceBody {
    /// The bridge; the template's.
    bridge: Option<String>,
    /// The address; left out or `dhcp` for DHCP.
    ip_address: Option<String>,
    /// The prefix length.
    #[schema(default = 24)]
    subnet: Option<u8>,
    /// The gateway.
    gateway: Option<String>,
}
