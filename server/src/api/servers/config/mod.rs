//! A server's configuration: read, and changed.

mod body;
mod change;
mod read;
mod role;

pub(super) use change::{__path_change_server_config, change_server_config};
pub(super) use read::{__path_server_config, server_config};
