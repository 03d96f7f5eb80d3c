//! How roles stand on servers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::key::RoleKey;
use super::value::RoleValues;
use crate::ids::{GuestId, TaskId};
use crate::lang::Lang;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// The name in the API and the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The one that is named `text`.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// How far a role is on a server.
    StandingState {
        /// It was asked for, and has not been installed.
        Pending = "pending",
        /// It is being installed.
        Applying = "applying",
        /// It is installed.
        Applied = "applied",
        /// It could not be installed, or not all of it.
        Failed = "failed",
    }
}

words! {
    /// What a run is for.
    RunKind {
        /// To install a role, or to mend it.
        Apply = "apply",
        /// To tell what would change, changing nothing.
        Check = "check",
        /// To take back what a role has set up.
        Remove = "remove",
    }
}

words! {
    /// How a run ended.
    RunOutcome {
        /// All of it was done.
        Completed = "completed",
        /// Something could not be done.
        Failed = "failed",
        /// Somebody called it off.
        Cancelled = "cancelled",
    }
}

words! {
    /// How a task of Ansible's ended.
    PlayStatus {
        /// Everything was as it should be.
        Ok = "ok",
        /// It changed something, or would.
        Changed = "changed",
        /// It failed.
        Failed = "failed",
        /// It failed, and that does not matter.
        Ignored = "ignored",
        /// It had nothing to do here.
        Skipped = "skipped",
        /// The server could not be reached.
        Unreachable = "unreachable",
    }
}

impl PlayStatus {
    /// What it is called.
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Ok, Lang::Ko) => "정상",
            (Self::Changed, Lang::Ko) => "변경",
            (Self::Failed, Lang::Ko) => "실패",
            (Self::Ignored, Lang::Ko) => "무시",
            (Self::Skipped, Lang::Ko) => "건너뜀",
            (Self::Unreachable, Lang::Ko) => "연결 불가",
            (_, Lang::En) => self.as_str(),
        }
    }
}

/// How a role stands on a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleStanding {
    /// Which server.
    pub guest: GuestId,
    /// The server's name.
    pub server: String,
    /// Which role.
    pub role: RoleKey,
    /// How far it is.
    pub state: StandingState,
    /// Its variables, without those that are secret.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, super::value::RoleValue>))]
    pub variables: RoleValues,
    /// The version that was installed last: a hash of the role's files and the variables; empty for none.
    pub version: String,
    /// Whether the role or its variables have changed since it was installed.
    pub outdated: bool,
    /// Who asked for it.
    pub assigned_by: String,
    /// When it was asked for.
    pub assigned_at: DateTime<Utc>,
    /// The last run that installed it, or tried to.
    pub last_run: Option<RoleRun>,
    /// The last run that compared: how much it would change.
    pub last_check: Option<RoleRun>,
}

/// One run of a role on a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleRun {
    /// The task that it is part of.
    pub task: TaskId,
    /// Which role.
    pub role: RoleKey,
    /// What it was for.
    pub kind: RunKind,
    /// The version that was installed or compared with.
    pub version: String,
    /// Who asked for it.
    pub by: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it goes on.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// How many of its tasks found everything as it should be.
    pub ok: u32,
    /// How many changed something, or would.
    pub changed: u32,
    /// How many failed.
    pub failed: u32,
    /// The one that failed; empty for none.
    pub failed_task: String,
}

/// How Drover signs in to a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Connection {
    /// What was set by hand.
    pub set: ConnectionChange,
    /// The address that is used: the one that was set, else the server's first.
    pub address: Option<String>,
    /// The user: the one that was set, else cloud-init's.
    pub user: Option<String>,
    /// The port: the one that was set, else 22.
    pub port: u16,
    /// The fingerprints of the host's keys, as they were at the first contact.
    pub fingerprints: Vec<String>,
    /// When that was.
    pub pinned_at: Option<DateTime<Utc>>,
}

/// What is set by hand of how Drover signs in to a server; nothing for what Drover finds out by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ConnectionChange {
    /// The address, or a name.
    pub address: Option<String>,
    /// The user, who is root or may use sudo without a password.
    pub user: Option<String>,
    /// The port of SSH.
    pub port: Option<u16>,
}

/// What the page of a server shows of its roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerRoles {
    /// Its roles.
    pub roles: Vec<RoleStanding>,
    /// Its runs, the latest first.
    pub runs: Vec<RoleRun>,
    /// How Drover signs in to it.
    pub connection: Connection,
}
