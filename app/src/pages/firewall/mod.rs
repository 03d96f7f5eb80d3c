//! The firewall groups of each cluster with their rules, the names for addresses that rules use, and the switch.

mod addresses;
mod cluster;
mod columns;
mod create;
mod group;
mod page;
mod starting;
mod switch;

pub use group::FirewallGroup;
pub use page::Firewall;
