//! A notification on its way through a channel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::TaskId;
use crate::text::{Note, Problem};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It waits to go out, or to go out again.
    Waiting,
    /// It was taken.
    Sent,
    /// It was given up.
    Dead,
}

impl DeliveryState {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Waiting, Self::Sent, Self::Dead];

    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == name)
    }
}

/// A notification on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id, which the receiver is told; the same at every attempt.
    pub id: Uuid,
    /// What it says.
    pub note: Note,
    /// The task that it tells of.
    pub task: Option<TaskId>,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    pub problem: Option<Problem>,
    /// The server's own words on it.
    pub words: String,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// When it was taken or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Some deliveries, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeliveryPage {
    /// The rows.
    pub rows: Vec<Delivery>,
    /// The last of them, where there are more.
    pub next: Option<Uuid>,
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Why it was not taken; `None` where it was.
    pub problem: Option<Problem>,
    /// The server's own words.
    pub words: String,
}
