//! Alerts: that something has reached a rule's limit, since when, and who has seen it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::metric::Metric;
use super::rule::AlertRule;
use super::settings::MonitoringSettings;
use crate::ids::GuestId;
use crate::permission::{Grants, Permission, UserRole};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AlertLevel {
    /// It should be looked at.
    Warning,
    /// It must be looked at.
    Critical,
}

impl AlertLevel {
    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Warning, Self::Critical]
            .into_iter()
            .find(|level| level.as_str() == name)
    }
}

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AlertState {
    /// It stands, and nobody has said that they know.
    Raised,
    /// It stands, and somebody knows.
    Acknowledged,
    /// Somebody has put it away. It is not raised again before it has been over once.
    Cleared,
    /// It is over.
    Resolved,
}

impl AlertState {
    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Acknowledged => "acknowledged",
            Self::Cleared => "cleared",
            Self::Resolved => "resolved",
        }
    }

    /// Whether it is to be shown among those that stand.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Raised | Self::Acknowledged)
    }
}

/// What an alert is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A server.
    Guest {
        /// Which one.
        id: GuestId,
        /// Its name when the alert was raised.
        name: String,
    },
    /// A node.
    Node {
        /// Its cluster.
        cluster: String,
        /// Its name.
        node: String,
    },
    /// A storage.
    Storage {
        /// Its cluster.
        cluster: String,
        /// The node that sees it so; empty for one that nodes share.
        node: String,
        /// Its name.
        storage: String,
    },
    /// A cluster.
    Cluster {
        /// Its name.
        cluster: String,
    },
}

impl Subject {
    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Guest { name, .. } => name,
            Self::Node { node, .. } => node,
            Self::Storage { storage, .. } => storage,
            Self::Cluster { cluster } => cluster,
        }
    }

    /// The cluster that it belongs to.
    pub fn cluster(&self) -> &str {
        match self {
            Self::Guest { id, .. } => &id.cluster,
            Self::Node { cluster, .. } | Self::Storage { cluster, .. } | Self::Cluster { cluster } => cluster,
        }
    }

    /// The server, where it is one.
    pub const fn guest(&self) -> Option<&GuestId> {
        match self {
            Self::Guest { id, .. } => Some(id),
            _ => None,
        }
    }

    /// What it is known again by, whatever it is called.
    pub fn key(&self) -> String {
        match self {
            Self::Guest { id, .. } => format!("guest/{id}"),
            Self::Node { cluster, node } => format!("node/{cluster}/{node}"),
            Self::Storage {
                cluster,
                node,
                storage,
            } => format!("storage/{cluster}/{node}/{storage}"),
            Self::Cluster { cluster } => format!("cluster/{cluster}"),
        }
    }
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertRow {
    /// Its id.
    pub id: i64,
    /// What has reached a limit.
    pub metric: Metric,
    /// Of what.
    pub subject: Subject,
    /// How bad it is, or was last.
    pub level: AlertLevel,
    /// How it stands.
    pub state: AlertState,
    /// The figure now, a minute old at most; of one that is over, the last one.
    pub value: i64,
    /// The worst figure since it was raised.
    pub worst: i64,
    /// The limit that was reached.
    pub limit: i64,
    /// When a storage will be full, in seconds since 1970, if it goes on so.
    pub full_at: Option<i64>,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// When somebody said that they know, or put it away.
    pub seen_at: Option<DateTime<Utc>>,
    /// Who.
    pub seen_by: Option<String>,
    /// When it was over.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// Whether whoever holds `grants` may say that they know of an alert, and put it away: operators, and who manages servers.
pub fn may_see_to(grants: &Grants) -> bool {
    grants.allow(Permission::ManageServer)
        || (grants.role == UserRole::Operator && grants.allow(Permission::ViewAll))
}

/// What happened to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AlertEventKind {
    /// It was raised.
    Raised,
    /// It became critical.
    Worsened,
    /// It is no longer critical.
    Eased,
    /// Somebody said that they know.
    Acknowledged,
    /// Somebody put it away.
    Cleared,
    /// It was over.
    Resolved,
}

impl AlertEventKind {
    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Worsened => "worsened",
            Self::Eased => "eased",
            Self::Acknowledged => "acknowledged",
            Self::Cleared => "cleared",
            Self::Resolved => "resolved",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Raised,
            Self::Worsened,
            Self::Eased,
            Self::Acknowledged,
            Self::Cleared,
            Self::Resolved,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == name)
    }
}

/// A line of an alert's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertEvent {
    /// What happened.
    pub kind: AlertEventKind,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; `None` for Drover.
    pub by: Option<String>,
    /// The figure then.
    pub value: Option<i64>,
}

/// Alerts of the past, newest first, and where the next ones begin.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertPage {
    /// Newest first.
    pub rows: Vec<AlertRow>,
    /// What to ask for next; `None` at the end.
    pub next: Option<i64>,
}

/// All that a browser needs to judge what it sees: the rules, the alerts that stand, and the settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MonitoringState {
    /// Every rule.
    pub rules: Vec<AlertRule>,
    /// The alerts that stand, the worst and newest first.
    pub alerts: Vec<AlertRow>,
    /// What is set.
    pub settings: MonitoringSettings,
}
