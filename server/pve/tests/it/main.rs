//! The client against servers: made-up ones for what goes wrong on the wire, and the lab for what Proxmox does.

mod failover;
mod lab;
mod limits;
mod refusals;
mod support;
mod tickets;
