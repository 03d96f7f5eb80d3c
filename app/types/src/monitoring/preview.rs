//! What a rule would have done.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alert::{AlertLevel, Subject};

/// What a rule would have done within the last day, as far back as Drover has measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulePreview {
    /// From when on figures are known; `None` where there are none.
    pub since: Option<DateTime<Utc>>,
    /// How many it is for.
    pub subjects: u32,
    /// How often it would have fired.
    pub fired: u32,
    /// The latest of those, newest first.
    pub firings: Vec<PreviewFiring>,
}

/// Once that a rule would have fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewFiring {
    /// For what.
    pub subject: Subject,
    /// How bad it got.
    pub level: AlertLevel,
    /// The worst figure.
    pub value: i64,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when; `None` where it would still stand.
    pub to: Option<DateTime<Utc>>,
}
