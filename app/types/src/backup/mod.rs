//! Backups: what storages hold of them, what a backup and a restore are asked for with, and the jobs that make them.

mod archive;
mod job;
mod listing;
mod request;
mod retention;

pub use archive::{Archive, Verification};
pub use job::{BackupJob, JobChoice, JobDraft, NextRuns};
pub use listing::{
    BackedUpServer, BackupStorage, BackupsOverview, Coverage, ServerBackups, Totals, likely_bytes, shortage,
};
pub use request::{
    BackUp, BackupMode, Compression, PrunePreview, PruneVerdict, Pruned, RestoreAsNew, RestoreOver,
    RestorePlan, RestoreWarning,
};
pub use retention::Retention;
