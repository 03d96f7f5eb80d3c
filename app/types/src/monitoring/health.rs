//! How a server is, and why.

use serde::{Deserialize, Serialize};

use super::alert::{AlertLevel, AlertRow};
use super::metric::Metric;

/// How a server is. The worse it is, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Nothing has reached a limit.
    Healthy,
    /// Nothing is known of it: it is off, or does not tell.
    Unknown,
    /// Something should be looked at.
    Warning,
    /// Something must be looked at.
    Critical,
}

impl Health {
    /// Every one, the worst first.
    pub const ALL: &'static [Self] = &[Self::Critical, Self::Warning, Self::Unknown, Self::Healthy];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|health| health.as_str() == name)
    }

    /// Whether somebody should look.
    pub const fn is_problem(self) -> bool {
        matches!(self, Self::Warning | Self::Critical)
    }
}

impl From<AlertLevel> for Health {
    fn from(level: AlertLevel) -> Self {
        match level {
            AlertLevel::Warning => Self::Warning,
            AlertLevel::Critical => Self::Critical,
        }
    }
}

/// Why it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A figure has reached a limit.
    Reached {
        /// Which one.
        metric: Metric,
        /// How far it is.
        value: i64,
        /// The limit.
        limit: i64,
    },
    /// It is off.
    Off,
    /// It is halted.
    Halted,
    /// Its node does not tell.
    NodeSilent,
    /// Its cluster does not answer.
    ClusterSilent,
}

/// A reason for how a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// How bad that alone is.
    pub health: Health,
    /// What it is.
    pub cause: Cause,
}

/// How a server is, and why; without reasons it is healthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GuestHealth {
    /// The worst of the reasons.
    pub health: Health,
    /// The reasons, the worst first.
    pub reasons: Vec<Reason>,
}

impl GuestHealth {
    /// Of these reasons.
    pub fn of(mut reasons: Vec<Reason>) -> Self {
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.health));
        Self {
            health: reasons.first().map_or(Health::Healthy, |worst| worst.health),
            reasons,
        }
    }

    /// With the alerts that stand about the server, of what is not among the reasons yet.
    #[must_use]
    pub fn with_alerts<'a>(self, alerts: impl IntoIterator<Item = &'a AlertRow>) -> Self {
        let mut reasons = self.reasons;
        for alert in alerts {
            let known = |reason: &Reason| matches!(reason.cause, Cause::Reached { metric, .. } if metric == alert.metric);
            if !reasons.iter().any(known) {
                let (metric, value, limit) = (alert.metric, alert.value, alert.limit);
                reasons.push(Reason {
                    health: alert.level.into(),
                    cause: Cause::Reached { metric, value, limit },
                });
            }
        }
        Self::of(reasons)
    }
}

/// How many servers are how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthCounts {
    /// All.
    pub total: u32,
    /// Those of which nothing has reached a limit.
    pub healthy: u32,
    /// Those that should be looked at.
    pub warning: u32,
    /// Those that must be looked at.
    pub critical: u32,
    /// Those of which nothing is known.
    pub unknown: u32,
}

impl HealthCounts {
    /// Counts one more.
    pub const fn add(&mut self, health: Health) {
        self.total += 1;
        let count = match health {
            Health::Healthy => &mut self.healthy,
            Health::Unknown => &mut self.unknown,
            Health::Warning => &mut self.warning,
            Health::Critical => &mut self.critical,
        };
        *count += 1;
    }

    /// How many are so.
    pub const fn of(&self, health: Health) -> u32 {
        match health {
            Health::Healthy => self.healthy,
            Health::Unknown => self.unknown,
            Health::Warning => self.warning,
            Health::Critical => self.critical,
        }
    }
}
