//! What the agent inside a guest says.

use serde::Deserialize;

use super::lenient;

#[derive(Debug, Deserialize)]
pub(crate) struct Interfaces {
    pub(crate) result: Vec<AgentInterface>,
}

/// A network interface as the guest sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AgentInterface {
    /// Its name in the guest, such as `eth0`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub name: String,
    /// Its MAC address.
    #[serde(rename = "hardware-address", default, deserialize_with = "lenient::opt_text")]
    pub mac: Option<String>,
    /// Its addresses; the agent leaves the list out where there are none.
    #[serde(rename = "ip-addresses", default)]
    pub addresses: Vec<AgentAddress>,
}

/// An address of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AgentAddress {
    /// The address.
    #[serde(rename = "ip-address", deserialize_with = "lenient::required_text")]
    pub address: String,
    /// Length of the network's prefix, in bits.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub prefix: Option<u8>,
}

/// A file inside a guest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AgentFile {
    /// What it holds, or as much of it as Proxmox hands on.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub content: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Filesystems {
    pub(crate) result: Vec<AgentFilesystem>,
}

/// A mounted file system as the guest sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AgentFilesystem {
    /// Where it is mounted.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub mountpoint: Option<String>,
    /// Its type, such as `ext4`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub kind: Option<String>,
    /// Bytes in use; old agents don't tell.
    #[serde(rename = "used-bytes", default, deserialize_with = "lenient::opt_int")]
    pub used: Option<u64>,
    /// Its size in bytes.
    #[serde(rename = "total-bytes", default, deserialize_with = "lenient::opt_int")]
    pub total: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Started {
    #[serde(deserialize_with = "lenient::required_int")]
    pub(crate) pid: u64,
}

/// A program that was started in the guest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct AgentProgram {
    /// Whether it has ended.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub exited: bool,
    /// How, once it has ended by itself.
    #[serde(rename = "exitcode", default, deserialize_with = "lenient::opt_int")]
    pub exit_code: Option<i64>,
    /// What it wrote to its standard output.
    #[serde(rename = "out-data", default, deserialize_with = "lenient::opt_text")]
    pub output: Option<String>,
    /// What it wrote to its standard error.
    #[serde(rename = "err-data", default, deserialize_with = "lenient::opt_text")]
    pub errors: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_without_addresses_is_read() {
        let read: Interfaces = serde_json::from_str(
            r#"{"result":[{"name":"lo","ip-addresses":[{"ip-address":"127.0.0.1","ip-address-type":"ipv4","prefix":8}]},
                {"name":"eth0","hardware-address":"bc:24:11:00:00:01","statistics":{"rx-bytes":1}}]}"#,
        )
        .unwrap();
        assert_eq!(read.result[0].addresses[0].prefix, Some(8));
        assert!(read.result[1].addresses.is_empty());
    }
}
