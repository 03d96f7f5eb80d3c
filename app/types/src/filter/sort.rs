//! The order of the list.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::parse::Filter;
use crate::guest::GuestRow;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// The name, numbers in it by value.
    #[default]
    Name,
    /// The id.
    Id,
    /// What it is doing.
    Status,
    /// The node, then the name.
    Node,
    /// The tags.
    Tags,
    /// The first address.
    Address,
    /// Load of the cores.
    Cpu,
    /// Memory in use.
    Mem,
    /// Number of cores.
    Cores,
    /// Size of the memory.
    Ram,
    /// Size of the boot disk.
    Disk,
    /// What it is there for; what has no role comes first.
    Role,
    /// Its firewall groups; what has none comes first.
    Firewall,
    /// How long it has been running; what is off comes first.
    Uptime,
    /// The time of the newest backup; what is not known comes first, then what never was.
    Backup,
}

impl SortKey {
    /// Every key.
    pub const ALL: &'static [Self] = &[
        Self::Name,
        Self::Id,
        Self::Status,
        Self::Node,
        Self::Tags,
        Self::Address,
        Self::Cpu,
        Self::Mem,
        Self::Cores,
        Self::Ram,
        Self::Disk,
        Self::Role,
        Self::Firewall,
        Self::Uptime,
        Self::Backup,
    ];

    /// The name in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Id => "id",
            Self::Status => "status",
            Self::Node => "node",
            Self::Tags => "tags",
            Self::Address => "address",
            Self::Cpu => "cpu",
            Self::Mem => "mem",
            Self::Cores => "cores",
            Self::Ram => "ram",
            Self::Disk => "disk",
            Self::Role => "role",
            Self::Firewall => "firewall",
            Self::Uptime => "uptime",
            Self::Backup => "backup",
        }
    }
}

/// An order, written `name` or, the other way round, `-name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// What decides.
    pub key: SortKey,
    /// The largest first.
    pub descending: bool,
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.key.as_str())
    }
}

/// A text that is no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a column to sort by")]
pub struct UnknownSort;

impl FromStr for Sort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, UnknownSort> {
        let (descending, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        let key = SortKey::ALL.iter().copied().find(|key| key.as_str() == name);
        Ok(Self {
            key: key.ok_or(UnknownSort)?,
            descending,
        })
    }
}

impl Sort {
    /// Which of two rows comes first. Never equal for two guests, so that the list stays still.
    pub fn compare(self, a: &GuestRow, b: &GuestRow) -> Ordering {
        let by_key = match self.key {
            SortKey::Name => natural(&a.name, &b.name),
            SortKey::Id => a.id.vmid.cmp(&b.id.vmid),
            SortKey::Status => a.status.cmp(&b.status),
            SortKey::Node => natural(&a.node, &b.node),
            SortKey::Tags => a.tags.cmp(&b.tags),
            SortKey::Address => natural(first(&a.addresses), first(&b.addresses)),
            SortKey::Cpu => a.cpu_percent.cmp(&b.cpu_percent),
            SortKey::Mem => a.memory_percent.cmp(&b.memory_percent),
            SortKey::Cores => a.cores.cmp(&b.cores),
            SortKey::Ram => a.memory_bytes.cmp(&b.memory_bytes),
            SortKey::Disk => a.disk_bytes.cmp(&b.disk_bytes),
            SortKey::Role => a.role.cmp(&b.role),
            SortKey::Firewall => a.firewall_groups.cmp(&b.firewall_groups),
            SortKey::Backup => a.last_backup.cmp(&b.last_backup),
            // A later start is a shorter time; what is off has none.
            SortKey::Uptime => match (a.started_at, b.started_at) {
                (0, 0) => Ordering::Equal,
                (0, _) => Ordering::Less,
                (_, 0) => Ordering::Greater,
                (a, b) => b.cmp(&a),
            },
        };
        let directed = if self.descending { by_key.reverse() } else { by_key };
        let by_name = || {
            if self.key == SortKey::Name {
                Ordering::Equal
            } else {
                natural(&a.name, &b.name)
            }
        };
        directed.then_with(by_name).then_with(|| a.id.cmp(&b.id))
    }
}

fn first(addresses: &[String]) -> &str {
    addresses.first().map_or("", String::as_str)
}

/// Positions of the rows that `filter` lets through, in the order of `sort`.
pub fn select(rows: &[GuestRow], filter: &Filter, sort: Sort) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..rows.len()).filter(|at| filter.matches(&rows[*at])).collect();
    positions.sort_unstable_by(|a, b| sort.compare(&rows[*a], &rows[*b]));
    positions
}

/// Compares as people do: in any case, and numbers by value, so that `web-2` comes before `web-10`.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(one), Some(other)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        let order = if one.is_ascii_digit() && other.is_ascii_digit() {
            let (one, other) = (number(&mut left), number(&mut right));
            one.len().cmp(&other.len()).then_with(|| one.cmp(other))
        } else {
            left = &left[one.len_utf8()..];
            right = &right[other.len_utf8()..];
            one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase())
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Cuts a number off the front; without its leading zeros, so that a longer one is larger.
fn number<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_in_names_are_compared_by_value() {
        let mut names = [
            "web-10",
            "Web-2",
            "web-1",
            "db",
            "web-02",
            "web",
            "10.0.0.10",
            "10.0.0.9",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "10.0.0.9",
                "10.0.0.10",
                "db",
                "web",
                "web-1",
                "Web-2",
                "web-02",
                "web-10"
            ]
        );
    }

    #[test]
    fn an_order_is_read_back() {
        for key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort {
                    key: *key,
                    descending,
                };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
        assert_eq!("colour".parse::<Sort>(), Err(UnknownSort));
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[aB0-9-]{0,6}", b in "[aB0-9-]{0,6}", c in "[aB0-9-]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
