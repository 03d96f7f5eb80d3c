//! The whole application in process: over a SQLite file, and where a test needs a Proxmox, over a lab of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by panicking that something is wrong"
)]

mod accounts;
mod audit;
mod backups;
mod backups_jobs;
mod backups_restored;
mod bulk;
mod busy;
mod channels;
mod configuration;
mod create;
mod document;
mod firewall;
mod firewall_bodies;
mod firewall_editors;
mod firewall_rows;
mod firewall_servers;
mod firewall_sets;
mod grafana;
mod guard;
mod inside;
mod monitoring;
mod notifications;
mod process;
mod prometheus;
mod removed;
mod roles;
mod roles_given;
mod rows;
mod scopes;
mod self_tests;
mod servers;
mod storage;
mod streams;
mod support;
mod sweep;
mod tasks;
mod tokens;
mod users;
mod weaknesses;
