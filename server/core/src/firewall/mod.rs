//! Proxmox's firewall: what a guest's list comes to.

pub mod evaluate;
