//! The whole application in process: over a SQLite file, and where a test needs a Proxmox, over a lab of its own.

mod accounts;
mod create;
mod document;
mod guard;
mod notifications;
mod self_tests;
mod servers;
mod streams;
mod support;
mod sweep;
mod tasks;
