//! The elements of `GET /cluster/resources`: the whole cluster in one answer, so reading it has to be
//! cheap. Elements of every type share one flat object, read in one pass and then told apart by `type`.

use std::fmt;

use serde::Deserialize;

use super::guest::{GuestKind, GuestState};
use super::lenient;
use super::node::NodeState;

/// Which resources to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceType {
    /// Virtual machines and containers.
    Vm,
    /// Storages, once per node.
    Storage,
    /// Nodes.
    Node,
    /// Software-defined networks.
    Sdn,
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vm => "vm",
            Self::Storage => "storage",
            Self::Node => "node",
            Self::Sdn => "sdn",
        })
    }
}

/// One thing of the cluster.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Flat")]
pub enum Resource {
    /// A virtual machine or a container.
    Guest(GuestResource),
    /// A node.
    Node(NodeResource),
    /// A storage on a node.
    Storage(StorageResource),
    /// A resource pool.
    Pool(PoolResource),
    /// A software-defined network on a node.
    Sdn(SdnResource),
    /// A type that this client doesn't know yet.
    Other {
        /// Its id.
        id: String,
        /// Its type.
        kind: String,
    },
}

/// A virtual machine or a container.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestResource {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Its id, unique in the cluster.
    pub vmid: u32,
    /// The node it is on.
    pub node: String,
    /// Its name; none where Proxmox has not heard of it yet.
    pub name: Option<String>,
    /// Whether it runs.
    pub status: GuestState,
    /// Whether it is a template.
    pub template: bool,
    /// Which operation holds it.
    pub lock: Option<String>,
    /// The pool it is in.
    pub pool: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What high availability does with it.
    pub hastate: Option<String>,
    /// Share of its processors in use, 0 to 1.
    pub cpu: f64,
    /// Number of processors.
    pub maxcpu: f64,
    /// Memory in use, in bytes, as the host sees it.
    pub mem: u64,
    /// Memory, in bytes.
    pub maxmem: u64,
    /// Root disk in use, in bytes; 0 for a virtual machine.
    pub disk: u64,
    /// Root or boot disk, in bytes.
    pub maxdisk: u64,
    /// Bytes read since the start.
    pub diskread: u64,
    /// Bytes written since the start.
    pub diskwrite: u64,
    /// Bytes received since the start.
    pub netin: u64,
    /// Bytes sent since the start.
    pub netout: u64,
    /// Seconds since the start, 0 where it is stopped.
    pub uptime: u64,
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeResource {
    /// Its name.
    pub node: String,
    /// Whether the cluster hears it.
    pub status: NodeState,
    /// Share of its processors in use, 0 to 1; none where offline, as for all figures.
    pub cpu: Option<f64>,
    /// Number of processors.
    pub maxcpu: Option<f64>,
    /// Memory in use, in bytes.
    pub mem: Option<u64>,
    /// Memory, in bytes.
    pub maxmem: Option<u64>,
    /// Root file system in use, in bytes.
    pub disk: Option<u64>,
    /// Root file system, in bytes.
    pub maxdisk: Option<u64>,
    /// Seconds since it was started.
    pub uptime: Option<u64>,
}

/// A storage as one node sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct StorageResource {
    /// Its name.
    pub storage: String,
    /// The node.
    pub node: String,
    /// Whether it is usable on that node (`available`).
    pub available: bool,
    /// Its type, such as `lvmthin`.
    pub plugintype: Option<String>,
    /// What may be stored there, such as `images` and `iso`.
    pub content: Vec<String>,
    /// Whether all its nodes see the same data.
    pub shared: bool,
    /// Bytes in use.
    pub disk: Option<u64>,
    /// Size, in bytes.
    pub maxdisk: Option<u64>,
}

/// A resource pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolResource {
    /// Its name.
    pub pool: String,
}

/// A software-defined network on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdnResource {
    /// Its name.
    pub sdn: String,
    /// The node.
    pub node: Option<String>,
    /// Its state, such as `ok`.
    pub status: Option<String>,
}

#[derive(Deserialize)]
struct Flat {
    #[serde(rename = "type", deserialize_with = "lenient::required_text")]
    kind: String,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    vmid: Option<u32>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    node: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    storage: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    plugintype: Option<String>,
    #[serde(default, deserialize_with = "lenient::text_list")]
    content: Vec<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    shared: bool,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pool: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    sdn: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    template: bool,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    lock: Option<String>,
    #[serde(default, deserialize_with = "lenient::text_list")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    hastate: Option<String>,
    #[serde(default, deserialize_with = "lenient::opt_float")]
    cpu: Option<f64>,
    #[serde(default, deserialize_with = "lenient::opt_float")]
    maxcpu: Option<f64>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    mem: Option<u64>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    maxmem: Option<u64>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    disk: Option<u64>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    maxdisk: Option<u64>,
    #[serde(default, deserialize_with = "lenient::int")]
    diskread: u64,
    #[serde(default, deserialize_with = "lenient::int")]
    diskwrite: u64,
    #[serde(default, deserialize_with = "lenient::int")]
    netin: u64,
    #[serde(default, deserialize_with = "lenient::int")]
    netout: u64,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    uptime: Option<u64>,
}

impl TryFrom<Flat> for Resource {
    type Error = String;

    fn try_from(flat: Flat) -> Result<Self, String> {
        match flat.kind.as_str() {
            "qemu" => flat.guest(GuestKind::Qemu),
            "lxc" => flat.guest(GuestKind::Lxc),
            "node" => flat.node(),
            "storage" => flat.storage(),
            "pool" => Ok(Self::Pool(PoolResource {
                pool: needed(flat.pool, "pool")?,
            })),
            "sdn" => Ok(Self::Sdn(SdnResource {
                sdn: needed(flat.sdn, "sdn")?,
                node: flat.node,
                status: flat.status,
            })),
            _ => Ok(Self::Other {
                id: flat.id.unwrap_or_default(),
                kind: flat.kind,
            }),
        }
    }
}

fn needed<T>(value: Option<T>, field: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("missing field `{field}`"))
}

impl Flat {
    fn guest(self, kind: GuestKind) -> Result<Resource, String> {
        Ok(Resource::Guest(GuestResource {
            kind,
            vmid: needed(self.vmid, "vmid")?,
            node: needed(self.node, "node")?,
            name: self.name,
            status: match self.status.as_deref() {
                Some("running") => GuestState::Running,
                Some("stopped") => GuestState::Stopped,
                _ => GuestState::Unknown,
            },
            template: self.template,
            lock: self.lock,
            pool: self.pool,
            tags: self.tags,
            hastate: self.hastate,
            cpu: self.cpu.unwrap_or_default(),
            maxcpu: self.maxcpu.unwrap_or_default(),
            mem: self.mem.unwrap_or_default(),
            maxmem: self.maxmem.unwrap_or_default(),
            disk: self.disk.unwrap_or_default(),
            maxdisk: self.maxdisk.unwrap_or_default(),
            diskread: self.diskread,
            diskwrite: self.diskwrite,
            netin: self.netin,
            netout: self.netout,
            uptime: self.uptime.unwrap_or_default(),
        }))
    }

    fn node(self) -> Result<Resource, String> {
        Ok(Resource::Node(NodeResource {
            node: needed(self.node, "node")?,
            status: NodeState::named(self.status.as_deref()),
            cpu: self.cpu,
            maxcpu: self.maxcpu,
            mem: self.mem,
            maxmem: self.maxmem,
            disk: self.disk,
            maxdisk: self.maxdisk,
            uptime: self.uptime,
        }))
    }

    fn storage(self) -> Result<Resource, String> {
        Ok(Resource::Storage(StorageResource {
            storage: needed(self.storage, "storage")?,
            node: needed(self.node, "node")?,
            available: self.status.as_deref() == Some("available"),
            plugintype: self.plugintype,
            content: self.content,
            shared: self.shared,
            disk: self.disk,
            maxdisk: self.maxdisk,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    #[test]
    fn each_type_is_told_apart_and_a_bad_one_left_out() {
        let body = br#"{"data":[
            {"type":"qemu","id":"qemu/100","vmid":"100","node":"pve1","status":"running","template":"0","maxcpu":2,"tags":"a;b"},
            {"type":"lxc","id":"lxc/101","vmid":101,"node":"pve2","status":"unknown","template":1},
            {"type":"qemu","id":"qemu/102","node":"pve1"},
            {"type":"node","id":"node/pve1","node":"pve1","status":"offline"},
            {"type":"storage","storage":"local","node":"pve1","status":"available","content":"iso,backup","shared":0},
            {"type":"pool","pool":"prod"},
            {"type":"sdn","sdn":"localnetwork","node":"pve1","status":"ok"},
            {"type":"network","id":"network/x"}
        ]}"#;
        let read: Vec<Resource> = decode::list("GET /cluster/resources", body).unwrap();
        assert_eq!(read.len(), 7);
        let Resource::Guest(guest) = &read[0] else {
            panic!("{:?}", read[0])
        };
        assert_eq!(
            (guest.vmid, guest.status, guest.template),
            (100, GuestState::Running, false)
        );
        assert_eq!(guest.tags, ["a", "b"]);
        assert!(matches!(&read[1], Resource::Guest(guest) if guest.kind == GuestKind::Lxc && guest.template));
        assert!(
            matches!(&read[2], Resource::Node(node) if node.status == NodeState::Offline && node.mem.is_none())
        );
        assert!(
            matches!(&read[3], Resource::Storage(storage) if storage.available && storage.content.len() == 2)
        );
        assert!(matches!(&read[6], Resource::Other { kind, .. } if kind == "network"));
    }
}
