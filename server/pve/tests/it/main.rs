//! The client against servers: made-up ones for what goes wrong on the wire, and the lab for what Proxmox does.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by panicking that something is wrong"
)]

mod backup_jobs;
mod backups;
mod cluster;
mod failover;
mod faults;
mod firewall;
mod lab;
mod limits;
mod machines;
mod references;
mod refusals;
mod support;
mod tickets;
