//! Makes a guest's firewall groups those that were asked for, and switches its firewall on. What Drover has not put
//! there is left alone.

mod arrange;
mod assign;
mod moves;
mod switches;

pub(super) use arrange::check_groups;
pub(super) use assign::{Assign, give};
pub(crate) use assign::{FirewallInput, FirewallWork, given};
pub(super) use switches::{enable_guest, filter_nics, say_what_is_off};
