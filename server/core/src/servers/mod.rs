//! Servers: the plan of a new one, making it, switching it, and what its page shows. What takes time is queued as
//! a task; nothing here waits for Proxmox to finish something.

mod act;
mod candidates;
mod create;
mod detail;
mod disks;
mod draft;
mod metrics;
mod origins;
mod promised;
mod resolve;
mod service;
mod status;
mod storage;
mod survey;
mod template;

pub use origins::Origin;
pub use service::Servers;
pub use status::ServerStatus;
pub use storage::DiskKind;
