//! Servers: the plan of a new one, making it, switching it, and what its page shows. What takes time is queued as
//! a task; nothing here waits for Proxmox to finish something.

mod accept;
mod accept_many;
mod act;
mod act_many;
mod adopt;
mod broken;
mod candidates;
mod change;
mod change_disks;
mod change_mounts;
mod clean_up;
mod cloud_init;
mod conceal;
mod configuration;
mod create;
mod create_many;
mod description;
mod detail;
mod disks;
mod draft;
mod forget;
mod from_backup;
mod logs;
mod metrics;
mod origins;
mod orphans;
mod plan_delete;
mod promised;
mod resolve;
mod retry;
mod scene;
mod service;
mod status;
mod storage;
mod survey;
mod template;
mod work;

pub(crate) use accept_many::{Able, Many};
pub(crate) use description::without_comments;
pub(crate) use from_backup::FromBackup;
pub use origins::Origin;
pub use service::Servers;
pub(crate) use service::upstream;
pub use status::ServerStatus;
