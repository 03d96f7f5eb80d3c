//! Servers: the plan of a new one, making it, switching it, and what its page shows. What takes time is queued as
//! a task; nothing here waits for Proxmox to finish something.

mod act;
mod candidates;
mod create;
mod detail;
mod disks;
mod draft;
mod metrics;
mod resolve;
mod service;
mod survey;
mod template;

pub use service::Servers;
