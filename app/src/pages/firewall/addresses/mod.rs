//! The names for addresses that rules of a cluster can use: sets and aliases.

mod alias;
mod ip_set;
mod lines;
mod named;

pub(super) use alias::Aliases;
pub(super) use ip_set::IpSets;
