//! Would a connection pass? A pure function of everything that decides, with no call to Proxmox and no clock.
//!
//! It follows what the service `pve-firewall` generates for iptables (pve-firewall(8) and `PVE/Firewall.pm` of Proxmox
//! VE 8 and 9); each rule of it is cited where it stands. A question is about a **new** connection: what belongs to one
//! that is there passes before any rule (`ruleset_chain_add_conn_filters`), and what conntrack calls invalid, smurfs
//! and odd flags of TCP are not asked about. Nor is what the other end's own firewall says.

mod addresses;
mod fit;
mod macros;
mod options;
mod packet;
mod run;
mod scene;
mod standard;

pub use macros::known as known_macros;
pub use run::evaluate;
pub use scene::Scene;

#[cfg(test)]
mod tests;
