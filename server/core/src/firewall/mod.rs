//! The firewall: groups of rules, sets and aliases of the clusters, which groups a server has, and what its firewall
//! comes to. Proxmox keeps all of it; Drover records only which groups it has put on a server itself.

mod aliases;
mod assign;
mod card;
mod check;
mod cluster;
mod conflict;
mod delete;
mod edit;
pub mod evaluate;
mod groups;
mod guest_options;
mod in_change;
mod ip_sets;
mod named_in;
mod names;
mod overview;
mod rules;
mod service;
mod set_lines;
mod usage;
mod wire;

pub use service::Firewall;
