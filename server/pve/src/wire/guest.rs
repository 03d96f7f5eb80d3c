//! Virtual machines and containers as a node sees them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::lenient;

/// Which hypervisor runs a guest; also the path segment of its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuestKind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

impl fmt::Display for GuestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Qemu => "qemu",
            Self::Lxc => "lxc",
        })
    }
}

/// Whether a guest runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GuestState {
    /// Its process is there; a paused machine counts.
    Running,
    /// Its process is not there.
    Stopped,
    /// Its node doesn't answer, or says something new.
    #[default]
    Unknown,
}

impl<'de> Deserialize<'de> for GuestState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match lenient::opt_text(deserializer)?.as_deref() {
            Some("running") => Self::Running,
            Some("stopped") => Self::Stopped,
            _ => Self::Unknown,
        })
    }
}

/// `GET /nodes/{node}/qemu/{vmid}/status/current`, the same of lxc, and an element of a node's guest list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct GuestStatus {
    /// The guest's id.
    #[serde(deserialize_with = "lenient::required_int")]
    pub vmid: u32,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// Whether it runs.
    #[serde(default)]
    pub status: GuestState,
    /// QEMU's own word, such as `paused` or `prelaunch`; none for a container.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub qmpstatus: Option<String>,
    /// Which operation holds the guest, such as `clone`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub lock: Option<String>,
    /// Whether it is a template.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub template: bool,
    /// Its tags.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub tags: Vec<String>,
    /// Share of its processors in use, 0 to 1.
    #[serde(default, deserialize_with = "lenient::float")]
    pub cpu: f64,
    /// Number of processors.
    #[serde(default, deserialize_with = "lenient::float")]
    pub cpus: f64,
    /// Memory in use, in bytes, as the host sees it.
    #[serde(default, deserialize_with = "lenient::int")]
    pub mem: u64,
    /// Memory, in bytes.
    #[serde(default, deserialize_with = "lenient::int")]
    pub maxmem: u64,
    /// Root disk in use, in bytes; 0 for a virtual machine.
    #[serde(default, deserialize_with = "lenient::int")]
    pub disk: u64,
    /// Root or boot disk, in bytes.
    #[serde(default, deserialize_with = "lenient::int")]
    pub maxdisk: u64,
    /// Bytes read since the start.
    #[serde(default, deserialize_with = "lenient::int")]
    pub diskread: u64,
    /// Bytes written since the start.
    #[serde(default, deserialize_with = "lenient::int")]
    pub diskwrite: u64,
    /// Bytes received since the start.
    #[serde(default, deserialize_with = "lenient::int")]
    pub netin: u64,
    /// Bytes sent since the start.
    #[serde(default, deserialize_with = "lenient::int")]
    pub netout: u64,
    /// Seconds since the start, 0 where it is stopped.
    #[serde(default, deserialize_with = "lenient::int")]
    pub uptime: u64,
    /// Process id on the node.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub pid: Option<u32>,
    /// Whether the guest agent is enabled in the configuration.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub agent: bool,
    /// What high availability does with it.
    #[serde(default)]
    pub ha: Option<HaStatus>,
    /// The machine type it was started with.
    #[serde(default, rename = "running-machine", deserialize_with = "lenient::opt_text")]
    pub running_machine: Option<String>,
    /// The QEMU it was started with.
    #[serde(default, rename = "running-qemu", deserialize_with = "lenient::opt_text")]
    pub running_qemu: Option<String>,
}

/// What high availability does with a guest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct HaStatus {
    /// Whether it is managed at all.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub managed: bool,
    /// The state, such as `started`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
}

/// An element of `GET /nodes/{node}/qemu/{vmid}/pending`, and of `…/cloudinit`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PendingValue {
    /// The configuration key.
    #[serde(deserialize_with = "lenient::required_text")]
    pub key: String,
    /// What the running guest has.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub value: Option<String>,
    /// What it gets at the next start.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub pending: Option<String>,
    /// Whether the key goes at the next start (2 where by force, which counts too).
    #[serde(default, deserialize_with = "lenient::flag")]
    pub delete: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_of_odd_shapes_is_read() {
        let status: GuestStatus = serde_json::from_str(
            r#"{"vmid":"100","name":"web","status":"running","cpus":"2","mem":"1024","tags":"a;b","ha":{"managed":1},
                "agent":"1","lock":null,"clipboard":null,"uptime":7.9,"netin":null}"#,
        )
        .unwrap();
        assert_eq!(
            (status.vmid, status.status, status.mem, status.uptime),
            (100, GuestState::Running, 1024, 7)
        );
        assert_eq!(status.tags, ["a", "b"]);
        assert!(status.agent && status.ha.unwrap().managed && status.lock.is_none());
    }

    #[test]
    fn a_new_state_is_unknown() {
        let status: GuestStatus = serde_json::from_str(r#"{"vmid":1,"status":"dreaming"}"#).unwrap();
        assert_eq!(status.status, GuestState::Unknown);
    }
}
