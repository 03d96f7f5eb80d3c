//! The list of servers.

mod cells;
mod chosen;
mod columns;
mod filter;
mod list;
mod page;
mod view_state;

pub use page::Servers;
