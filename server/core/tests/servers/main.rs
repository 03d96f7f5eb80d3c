//! Servers and tasks against the lab: from a request to a machine that answers, killed, failed and cancelled on
//! the way.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by panicking that something is wrong"
)]

mod backed_up;
mod bulk;
mod cancelled;
mod cleaned;
mod configured;
mod created;
mod deleted;
mod disks;
mod failed;
mod firewalled;
mod granted;
mod killed;
mod many;
mod meanwhile;
mod noticed;
mod planned;
mod process;
mod raised;
mod renamed;
mod replicas;
mod restored;
mod roles;
mod ruled;
mod scheduled;
mod stage;
mod switched;
