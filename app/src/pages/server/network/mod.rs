//! The server's network devices and what cloud-init sets up.

mod bridges;
mod cloud_init;
mod nic;
mod nics;
mod view;

pub use view::Network;
