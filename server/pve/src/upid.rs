//! The name of a Proxmox task. Parses as strictly as `PVE::Tools::upid_decode` does.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A task's unique id, `UPID:node:pid:pstart:starttime:type:id:user:`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Upid {
    text: String,
    node_end: usize,
    start_time: i64,
    kind: (usize, usize),
    id: (usize, usize),
    user: (usize, usize),
}

/// A text that is no UPID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a UPID: {0:?}")]
pub struct InvalidUpid(pub String);

const PREFIX: &str = "UPID:";

impl Upid {
    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The node that runs the task.
    pub fn node(&self) -> &str {
        &self.text[PREFIX.len()..self.node_end]
    }

    /// When the task began, in seconds since 1970.
    pub fn start_time(&self) -> i64 {
        self.start_time
    }

    /// The task's type, such as `qmclone`.
    pub fn kind(&self) -> &str {
        &self.text[self.kind.0..self.kind.1]
    }

    /// What the task works on, mostly the guest's id; may be empty.
    pub fn id(&self) -> &str {
        &self.text[self.id.0..self.id.1]
    }

    /// The guest's id, where the task works on a guest.
    pub fn vmid(&self) -> Option<u32> {
        self.id().parse().ok()
    }

    /// Who began it, `user@realm` or `user@realm!token`.
    pub fn user(&self) -> &str {
        &self.text[self.user.0..self.user.1]
    }
}

impl FromStr for Upid {
    type Err = InvalidUpid;

    fn from_str(text: &str) -> Result<Self, InvalidUpid> {
        parse(text).ok_or_else(|| InvalidUpid(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Upid> {
    let parts: Vec<&str> = text.split(':').collect();
    let [head, node, pid, pstart, start, kind, id, user, ""] = parts.as_slice() else {
        return None;
    };
    let hex = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let plain = |part: &str| !part.contains(char::is_whitespace);
    let well_formed = *head == "UPID"
        && is_node_name(node)
        && hex(pid, 8..=8)
        && hex(pstart, 8..=9)
        && hex(start, 8..=8)
        && !kind.is_empty()
        && !user.is_empty()
        && [kind, id, user].into_iter().all(|part| plain(part));
    if !well_formed {
        return None;
    }
    let node_end = PREFIX.len() + node.len();
    let kind_at = node_end + 1 + pid.len() + 1 + pstart.len() + 1 + start.len() + 1;
    let id_at = kind_at + kind.len() + 1;
    let user_at = id_at + id.len() + 1;
    Some(Upid {
        text: text.to_owned(),
        node_end,
        start_time: i64::from_str_radix(start, 16).ok()?,
        kind: (kind_at, kind_at + kind.len()),
        id: (id_at, id_at + id.len()),
        user: (user_at, user_at + user.len()),
    })
}

fn is_node_name(name: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    edge(bytes.first())
        && edge(bytes.last())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

impl fmt::Display for Upid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Upid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upid({})", self.text)
    }
}

impl Serialize for Upid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Upid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_clone_is_read() {
        let text = "UPID:pve-1:0003A9F2:0012B6C1:65A1B2C3:qmclone:9000:drover@pve!main:";
        let upid: Upid = text.parse().unwrap();
        assert_eq!(
            (
                upid.node(),
                upid.kind(),
                upid.id(),
                upid.user(),
                upid.start_time(),
                upid.vmid()
            ),
            (
                "pve-1",
                "qmclone",
                "9000",
                "drover@pve!main",
                0x65A1_B2C3,
                Some(9000)
            )
        );
        assert_eq!(upid.to_string(), text);
        assert_eq!(serde_json::to_value(&upid).unwrap(), text);
    }

    #[test]
    fn an_empty_id_is_allowed() {
        let upid: Upid = "UPID:pve1:00000001:000000001:65A1B2C3:startall::root@pam:"
            .parse()
            .unwrap();
        assert_eq!((upid.id(), upid.vmid(), upid.user()), ("", None, "root@pam"));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "UPID",
            "upid:pve1:00000001:00000001:65A1B2C3:x:1:root@pam:",
            "UPID:pve1:00000001:00000001:65A1B2C3:x:1:root@pam",
            "UPID:pve1:1:00000001:65A1B2C3:x:1:root@pam:",
            "UPID:-pve:00000001:00000001:65A1B2C3:x:1:root@pam:",
            "UPID:pve1:00000001:00000001:65A1B2C3::1:root@pam:",
            "UPID:pve1:00000001:00000001:65A1B2C3:x:1::",
            "UPID:pve1:00000001:00000001:65A1B2CG:x:1:root@pam:",
            "UPID:pve1:00000001:00000001:65A1B2C3:x:a b:root@pam:",
            "UPID:pve1:00000001:00000001:65A1B2C3:x:1:root@pam: ",
            "UPID:pve1/../x:00000001:00000001:65A1B2C3:x:1:root@pam:",
        ] {
            assert_eq!(bad.parse::<Upid>(), Err(InvalidUpid(bad.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn well_formed_ones_survive(
            node in "[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", pid in "[0-9A-F]{8}", pstart in "[0-9A-F]{8,9}",
            start in "[0-9A-F]{8}", kind in "[a-z]{1,12}", id in "[0-9A-Za-z_.-]{0,8}", user in "[a-z]{1,8}@[a-z]{2,5}",
        ) {
            let text = format!("UPID:{node}:{pid}:{pstart}:{start}:{kind}:{id}:{user}:");
            let upid: Upid = text.parse().unwrap();
            prop_assert_eq!(upid.node(), node);
            prop_assert_eq!(upid.kind(), kind);
            prop_assert_eq!(upid.id(), id);
            prop_assert_eq!(upid.user(), user);
            prop_assert_eq!(upid.to_string(), text);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}") {
            if let Ok(upid) = text.parse::<Upid>() {
                prop_assert_eq!(upid.to_string(), text);
            }
        }
    }
}
