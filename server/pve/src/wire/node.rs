//! Nodes, their figures and their bridges.

use serde::{Deserialize, Deserializer};

use super::lenient;

/// Whether the cluster hears a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NodeState {
    /// It takes part.
    Online,
    /// It is silent.
    Offline,
    /// Nobody knows yet.
    #[default]
    Unknown,
}

impl NodeState {
    pub(crate) fn named(name: Option<&str>) -> Self {
        match name {
            Some("online") => Self::Online,
            Some("offline") => Self::Offline,
            _ => Self::Unknown,
        }
    }
}

impl<'de> Deserialize<'de> for NodeState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::named(lenient::opt_text(deserializer)?.as_deref()))
    }
}

/// A certificate of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Certificate {
    /// The file that it is in, such as `pve-ssl.pem`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub filename: Option<String>,
    /// Until when it is good, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub notafter: Option<i64>,
}

/// An element of `GET /nodes`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NodeEntry {
    /// The node's name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub node: String,
    /// Whether the cluster hears it.
    #[serde(default)]
    pub status: NodeState,
    /// Share of its processors in use, 0 to 1.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub cpu: Option<f64>,
    /// Number of processors.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub maxcpu: Option<f64>,
    /// Memory in use, in bytes.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub mem: Option<u64>,
    /// Memory, in bytes.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub maxmem: Option<u64>,
    /// Root file system in use, in bytes.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub disk: Option<u64>,
    /// Root file system, in bytes.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub maxdisk: Option<u64>,
    /// Seconds since it was started.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub uptime: Option<u64>,
    /// SHA-256 fingerprint of its certificate.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub ssl_fingerprint: Option<String>,
}

/// `GET /nodes/{node}/status`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NodeStatus {
    /// Share of its processors in use, 0 to 1.
    #[serde(default, deserialize_with = "lenient::float")]
    pub cpu: f64,
    /// Share of time spent waiting for storage, 0 to 1.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub wait: Option<f64>,
    /// Seconds since it was started.
    #[serde(default, deserialize_with = "lenient::int")]
    pub uptime: u64,
    /// Load over 1, 5 and 15 minutes, as text.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub loadavg: Vec<String>,
    /// Memory.
    #[serde(default)]
    pub memory: Space,
    /// Swap space.
    #[serde(default)]
    pub swap: Space,
    /// Root file system.
    #[serde(default)]
    pub rootfs: Space,
    /// Processors.
    #[serde(default)]
    pub cpuinfo: CpuInfo,
    /// The package version, such as `pve-manager/9.0.3/…`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub pveversion: Option<String>,
    /// The kernel's version.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub kversion: Option<String>,
}

/// How full something is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct Space {
    /// Size.
    #[serde(default, deserialize_with = "lenient::int")]
    pub total: u64,
    /// In use.
    #[serde(default, deserialize_with = "lenient::int")]
    pub used: u64,
    /// Not in use; of memory without what caches could give back.
    #[serde(default, deserialize_with = "lenient::int")]
    pub free: u64,
    /// Usable, where it differs from free: `avail` of a file system, `available` of memory.
    #[serde(default, alias = "avail", deserialize_with = "lenient::opt_int")]
    pub available: Option<u64>,
}

/// A node's processors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct CpuInfo {
    /// What they are.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub model: Option<String>,
    /// Threads in all.
    #[serde(default, deserialize_with = "lenient::int")]
    pub cpus: u32,
    /// Cores per socket.
    #[serde(default, deserialize_with = "lenient::int")]
    pub cores: u32,
    /// Sockets.
    #[serde(default, deserialize_with = "lenient::int")]
    pub sockets: u32,
}

/// An element of `GET /nodes/{node}/network`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NetworkInterface {
    /// Its name, such as `vmbr0`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub iface: String,
    /// `bridge`, `OVSBridge`, or `vnet` for one of the software-defined network.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub kind: Option<String>,
    /// Whether it is up.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub active: bool,
    /// Whether it comes up with the node.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub autostart: bool,
    /// IPv4 address with prefix length.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub cidr: Option<String>,
    /// IPv6 address with prefix length.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub cidr6: Option<String>,
    /// IPv4 gateway of the node there.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub gateway: Option<String>,
    /// The interfaces it joins.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub bridge_ports: Vec<String>,
    /// Whether guests may tag their frames.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub bridge_vlan_aware: bool,
    /// What the administrator wrote about it.
    #[serde(default, alias = "alias", deserialize_with = "lenient::opt_text")]
    pub comments: Option<String>,
}

/// `GET /nodes/{node}/time`.
#[derive(Debug, Deserialize)]
pub(crate) struct NodeTime {
    #[serde(deserialize_with = "lenient::required_text")]
    pub(crate) timezone: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_available_are_read() {
        let status: NodeStatus = serde_json::from_str(
            r#"{"cpu":0.1,"loadavg":["0.1","0.2","0.3"],"memory":{"total":8,"available":5},"rootfs":{"total":9,"avail":"4"}}"#,
        )
        .unwrap();
        assert_eq!(
            (status.memory.available, status.rootfs.available),
            (Some(5), Some(4))
        );
        assert_eq!(status.loadavg.len(), 3);
    }

    #[test]
    fn a_bridge_is_read() {
        let bridge: NetworkInterface = serde_json::from_str(
            r#"{"iface":"vmbr0","type":"bridge","active":1,"bridge_ports":"eno1 eno2","bridge_vlan_aware":"1","priority":3}"#,
        )
        .unwrap();
        assert_eq!(bridge.bridge_ports, ["eno1", "eno2"]);
        assert!(bridge.active && bridge.bridge_vlan_aware && !bridge.autostart);
    }
}
