//! What is measured, and of what.

use serde::{Deserialize, Serialize};

/// What an alert rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Load of a server's cores.
    Cpu,
    /// Memory in use: without what can be reclaimed, where the server itself tells.
    Memory,
    /// Use of its fullest file system.
    Disk,
    /// Load average of the last minute, for each core.
    Load,
    /// Bytes received and sent, a second.
    Network,
    /// A server that ran is off, and nobody stopped it.
    GuestDown,
    /// A node does not answer.
    NodeDown,
    /// A cluster does not answer Drover.
    ClusterDown,
    /// A cluster has no quorum.
    Quorum,
    /// Use of a storage.
    Storage,
    /// Days since a server's last backup.
    BackupOverdue,
    /// Tasks about a server that failed within the last hour.
    TaskFailed,
    /// Days until a node's certificate ends.
    Certificate,
}

/// What a metric is measured of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// Each server.
    Guest,
    /// Each node.
    Node,
    /// Each storage.
    Storage,
    /// Each cluster.
    Cluster,
}

/// What a metric's numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetricUnit {
    /// Hundredths of a whole.
    Percent,
    /// Bytes in a second.
    BytesPerSecond,
    /// Days.
    Days,
    /// How many.
    Count,
    /// 1 where it is so.
    State,
}

impl Metric {
    /// Every metric, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[
        Self::Cpu,
        Self::Memory,
        Self::Disk,
        Self::Load,
        Self::Network,
        Self::GuestDown,
        Self::NodeDown,
        Self::ClusterDown,
        Self::Quorum,
        Self::Storage,
        Self::BackupOverdue,
        Self::TaskFailed,
        Self::Certificate,
    ];

    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Load => "load",
            Self::Network => "network",
            Self::GuestDown => "guest_down",
            Self::NodeDown => "node_down",
            Self::ClusterDown => "cluster_down",
            Self::Quorum => "quorum",
            Self::Storage => "storage",
            Self::BackupOverdue => "backup_overdue",
            Self::TaskFailed => "task_failed",
            Self::Certificate => "certificate",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.as_str() == name)
    }

    /// What it is measured of.
    pub const fn subject(self) -> SubjectKind {
        match self {
            Self::Cpu
            | Self::Memory
            | Self::Disk
            | Self::Load
            | Self::Network
            | Self::GuestDown
            | Self::BackupOverdue
            | Self::TaskFailed => SubjectKind::Guest,
            Self::NodeDown | Self::Certificate => SubjectKind::Node,
            Self::Storage => SubjectKind::Storage,
            Self::ClusterDown | Self::Quorum => SubjectKind::Cluster,
        }
    }

    /// What its numbers are.
    pub const fn unit(self) -> MetricUnit {
        match self {
            Self::Cpu | Self::Memory | Self::Disk | Self::Load | Self::Storage => MetricUnit::Percent,
            Self::Network => MetricUnit::BytesPerSecond,
            Self::BackupOverdue | Self::Certificate => MetricUnit::Days,
            Self::TaskFailed => MetricUnit::Count,
            Self::GuestDown | Self::NodeDown | Self::ClusterDown | Self::Quorum => MetricUnit::State,
        }
    }

    /// Whether small numbers are the bad ones.
    pub const fn is_falling(self) -> bool {
        matches!(self, Self::Certificate)
    }

    /// Whether `value` has reached `limit`.
    pub const fn reaches(self, value: i64, limit: i64) -> bool {
        if self.is_falling() {
            value <= limit
        } else {
            value >= limit
        }
    }

    /// The least and the greatest limit that makes sense.
    pub const fn range(self) -> (i64, i64) {
        match self {
            Self::Cpu | Self::Memory | Self::Disk | Self::Storage => (1, 100),
            Self::Load => (1, 10_000),
            Self::Network => (1024, 1 << 40),
            Self::BackupOverdue => (1, 366),
            Self::Certificate => (1, 365),
            Self::TaskFailed => (1, 1000),
            Self::GuestDown | Self::NodeDown | Self::ClusterDown | Self::Quorum => (1, 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.as_str()), Some(*metric));
            assert_eq!(serde_json::to_value(metric).unwrap(), metric.as_str());
        }
    }

    #[test]
    fn a_certificate_ends_and_everything_else_fills() {
        assert!(Metric::Certificate.reaches(7, 7) && !Metric::Certificate.reaches(8, 7));
        assert!(Metric::Cpu.reaches(95, 95) && !Metric::Cpu.reaches(94, 95));
    }
}
