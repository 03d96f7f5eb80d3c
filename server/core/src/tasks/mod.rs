//! The durable task engine: a queue in the database, steps that survive the process, undo, cancel, and what
//! people see of it. Work on Proxmox that takes time is a task, and nothing else may start it.

mod call;
mod context;
mod engine;
mod follow_log;
mod housekeeping;
mod journal;
mod kinds;
mod pages;
mod proxmox_task;
mod queue;
mod queue_many;
mod retry;
mod service;
mod settings;
mod settled;
mod step;

pub use kinds::Resources;
pub(crate) use kinds::{
    BackUpInput, CreateInput, DeleteInput, DiskWork, DisksInput, Doomed, FirewallInput, FirewallWork, Goes,
    Identity, Machine, NewGuestInput, OverInput, PowerInput, PurgeInput, PurgedDisk, RemoveInput, RoleWork,
    RolesInput, RolesWork, SECRET, SSH_PORT, Safety, VARIABLES, configured, given, is_disk, is_made_by,
    known_user, tags_to_be,
};
pub use pages::{TaskCounts, TaskRows};
pub(crate) use queue::{NewParent, NewTask};
pub(crate) use queue_many::NewPart;
pub use service::Tasks;
pub use settings::TaskSettings;
pub use settled::Settled;
