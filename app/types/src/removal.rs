//! What goes when a server is deleted, and what deletions and creations that went wrong have left behind.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::guest::GuestKind;
use crate::ids::GuestId;
use crate::lang::Lang;
use crate::text::Problem;

/// What would happen where a server is deleted now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletePlan {
    /// Which server.
    pub guest: GuestId,
    /// Its name, which has to be typed.
    pub name: String,
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// The node it is on.
    pub node: String,
    /// Whether it runs, and so is stopped first.
    pub stops_first: bool,
    /// The disks that go with it.
    pub disks: Vec<RemovedDisk>,
    /// What else names it, and goes or forgets it.
    pub references: Vec<Reference>,
    /// Why it can't be deleted now.
    pub refusal: Option<Problem>,
}

/// A disk that goes with its server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedDisk {
    /// Where it is plugged in; `None` where the configuration does not name it.
    pub interface: Option<String>,
    /// The volume, as Proxmox names it.
    pub volume: String,
    /// Size in bytes, where it is known.
    pub size_bytes: Option<u64>,
}

/// Something that names a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Reference {
    /// Rules of its own firewall, which go with it.
    FirewallRules {
        /// How many.
        count: u32,
    },
    /// A backup job, which forgets it.
    BackupJob {
        /// The job's name.
        job: String,
    },
    /// A replication job, which goes with it.
    Replication {
        /// The job's name.
        job: String,
        /// The node it is copied to.
        target: String,
    },
    /// High availability, which forgets it.
    HighAvailability,
    /// A resource pool, which forgets it.
    Pool {
        /// The pool's name.
        pool: String,
    },
}

impl Reference {
    /// The sentence for people.
    pub fn text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        match self {
            Self::FirewallRules { count: 1 } => say(
                "방화벽 규칙 1개가 함께 삭제됩니다".to_owned(),
                "One rule of its own firewall goes with it".to_owned(),
            ),
            Self::FirewallRules { count } => say(
                format!("방화벽 규칙 {count}개가 함께 삭제됩니다"),
                format!("{count} rules of its own firewall go with it"),
            ),
            Self::BackupJob { job } => say(
                format!("백업 작업 {job}에서 빠집니다"),
                format!("The backup job {job} forgets it"),
            ),
            Self::Replication { job, target } => say(
                format!("노드 {target}(으)로 가는 복제 작업 {job}도 삭제됩니다"),
                format!("The replication job {job} to {target} goes with it"),
            ),
            Self::HighAvailability => say(
                "고가용성(HA) 설정에서 빠집니다".to_owned(),
                "High availability forgets it".to_owned(),
            ),
            Self::Pool { pool } => say(
                format!("리소스 풀 {pool}에서 빠집니다"),
                format!("The resource pool {pool} forgets it"),
            ),
        }
    }
}

/// In which way what Drover knows of a server and what Proxmox has don't fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Inconsistency {
    /// Drover keeps its name, id and addresses, and Proxmox has no such guest.
    Gone,
    /// A creation ended before the guest was whole.
    HalfMade,
    /// It was made, and could not be started.
    NeverStarted,
    /// A creation that failed has left its guest behind.
    LeftBehind,
}

impl Inconsistency {
    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::HalfMade => "half_made",
            Self::NeverStarted => "never_started",
            Self::LeftBehind => "left_behind",
        }
    }

    /// The sentence for people.
    pub const fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Gone, Lang::Ko) => "Proxmox에는 없는데 이름과 주소가 예약되어 있습니다.",
            (Self::Gone, Lang::En) => "Proxmox has no such guest, but its name and addresses are kept.",
            (Self::HalfMade, Lang::Ko) => "만들다가 중단되었습니다.",
            (Self::HalfMade, Lang::En) => "Its creation ended before it was whole.",
            (Self::NeverStarted, Lang::Ko) => "만들었지만 시작하지 못했습니다.",
            (Self::NeverStarted, Lang::En) => "It was made, but could not be started.",
            (Self::LeftBehind, Lang::Ko) => "실패한 생성 작업이 남긴 서버입니다.",
            (Self::LeftBehind, Lang::En) => "A creation that failed has left it behind.",
        }
    }
}

/// A server that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenServer {
    /// Its name.
    pub name: String,
    /// Which guest it is, or was to be.
    pub guest: GuestId,
    /// What is wrong.
    pub what: Inconsistency,
    /// Whether Drover keeps its name, id and addresses.
    pub is_reserved: bool,
    /// Whether Proxmox has it.
    pub is_there: bool,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// What is known under a name, and whether it has to be cleaned up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CleanupStatus {
    /// Whether Drover keeps a name, an id or addresses for it.
    pub is_reserved: bool,
    /// Whether Proxmox has it.
    pub is_there: bool,
    /// What is wrong; `None` where nothing is.
    pub what: Option<Inconsistency>,
}

/// A volume of a guest that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrphanDisk {
    /// The cluster.
    pub cluster: String,
    /// A node that sees it.
    pub node: String,
    /// The storage.
    pub storage: String,
    /// The volume, as Proxmox names it.
    pub volume: String,
    /// The guest that it belonged to.
    pub vmid: u32,
    /// Size in bytes, where it is known.
    pub size_bytes: Option<u64>,
    /// When it was made, where the storage tells.
    pub made_at: Option<DateTime<Utc>>,
}
