//! The cluster itself: its name, its quorum and its members.

use serde::Deserialize;

use super::lenient;

/// `GET /cluster/status`, put together from its elements.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterStatus {
    /// The cluster's name; none for a node that is in no cluster.
    pub name: Option<String>,
    /// Whether enough members agree for changes to be possible; a lone node always has it.
    pub quorate: bool,
    /// Its members.
    pub nodes: Vec<ClusterNode>,
}

/// A member of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterNode {
    /// Its name.
    pub name: String,
    /// Its number.
    pub nodeid: Option<u32>,
    /// Its address in the cluster's network.
    pub ip: Option<String>,
    /// Whether it takes part.
    pub online: bool,
    /// Whether it is the one that answered.
    pub local: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ClusterMember {
    #[serde(rename = "type", deserialize_with = "lenient::required_text")]
    kind: String,
    #[serde(deserialize_with = "lenient::required_text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::opt_flag")]
    quorate: Option<bool>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    nodeid: Option<u32>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    ip: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    online: bool,
    #[serde(default, deserialize_with = "lenient::flag")]
    local: bool,
}

impl FromIterator<ClusterMember> for ClusterStatus {
    fn from_iter<I: IntoIterator<Item = ClusterMember>>(members: I) -> Self {
        let mut status = Self {
            quorate: true,
            ..Self::default()
        };
        for member in members {
            match member.kind.as_str() {
                "cluster" => {
                    status.name = Some(member.name);
                    status.quorate = member.quorate.unwrap_or(true);
                }
                "node" => status.nodes.push(ClusterNode {
                    name: member.name,
                    nodeid: member.nodeid,
                    ip: member.ip,
                    online: member.online,
                    local: member.local,
                }),
                _ => {}
            }
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    fn status(body: &[u8]) -> ClusterStatus {
        decode::list::<ClusterMember>("GET /cluster/status", body)
            .unwrap()
            .into_iter()
            .collect()
    }

    #[test]
    fn a_cluster_without_quorum() {
        let read = status(
            br#"{"data":[{"type":"cluster","name":"lab","quorate":0},{"type":"node","name":"pve1","online":1,"local":"1"},
                {"type":"node","name":"pve2","online":0}]}"#,
        );
        assert_eq!(
            (read.name.as_deref(), read.quorate, read.nodes.len()),
            (Some("lab"), false, 2)
        );
        assert!(read.nodes[0].online && read.nodes[0].local && !read.nodes[1].online);
    }

    #[test]
    fn a_lone_node_has_quorum() {
        assert!(status(br#"{"data":[{"type":"node","name":"pve","online":1}]}"#).quorate);
    }
}
