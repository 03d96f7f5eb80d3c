//! The API's names of the fields, by which problems find their place in the form.

pub const NAME: &str = "name";
/// How many servers there are; the API has no such field.
pub const COUNT: &str = "count";
/// The list of servers of a request for many.
pub const SERVERS: &str = "servers";
pub const CLUSTER: &str = "cluster";
pub const TEMPLATE: &str = "template_vm_id";
pub const NODE: &str = "node";
pub const CORES: &str = "cpu";
pub const MEMORY: &str = "memory";
pub const USERNAME: &str = "vm_username";
pub const PASSWORD: &str = "vm_password";
pub const SSH_KEYS: &str = "ssh_keys";
pub const TAGS: &str = "tags";
pub const DESCRIPTION: &str = "description";
pub const FIREWALL_GROUPS: &str = "firewall_groups";

pub const ROLES: &str = "roles";

/// Parts of a disk.
pub const INTERFACE: &str = "interface";
pub const SIZE: &str = "size";
pub const STORAGE: &str = "datastore_id";

/// Parts of a NIC.
pub const BRIDGE: &str = "bridge";
pub const ADDRESS: &str = "ip_address";
pub const PREFIX: &str = "subnet";
pub const GATEWAY: &str = "gateway";

/// A part of the disk at `n`.
pub fn disk(n: usize, part: &str) -> String {
    format!("disks[{n}].{part}")
}

/// Which role it is that stands at `n`.
pub fn role(n: usize) -> String {
    format!("{ROLES}[{n}].role")
}

/// A variable of the role at `n`.
pub fn variable(n: usize, name: &str) -> String {
    format!("{ROLES}[{n}].variables.{name}")
}

/// A part of the NIC at `n`.
pub fn nic(n: usize, part: &str) -> String {
    format!("network_devices[{n}].{part}")
}
