//! The list of servers.

mod columns;
mod filter;
mod list;
mod page;
mod view_state;

pub use page::Servers;
