//! What a rule may say: each check answers with a [`Problem`](crate::text::Problem), for the form and the server
//! alike. What is on a cluster (which macros, sets and aliases) is passed in or left to the server.
//!
//! The rules are those of `PVE::Firewall::verify_rule` and the formats it uses, where they are wider than what
//! makes sense (port 0, for one) narrower.

mod address;
mod draft;
mod icmp;
mod name;
mod network;
mod port;
mod protocol;
mod question;
mod services;

pub use address::AddressSpec;
pub use draft::RulePlace;
pub use icmp::{ICMP_TYPES, ICMP_V6_TYPES, IcmpType};
pub use name::{alias_name, comment, group_name, ip_set_name};
pub use network::Network;
pub use port::{PortRange, PortSpec};
pub use protocol::{PROTOCOLS_WITH_PORTS, Protocol};
