//! The server's logs: the journal of the system inside, its kernel's words, and what Proxmox did to it.

mod lines;
mod reader;
mod view;

pub use view::Log;
