//! Servers and tasks against the lab: from a request to a machine that answers, killed, failed and cancelled on
//! the way.

mod cancelled;
mod created;
mod failed;
mod killed;
mod planned;
mod stage;
mod switched;
