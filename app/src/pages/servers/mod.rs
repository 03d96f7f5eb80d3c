//! The list of servers.

mod adopt;
mod cells;
mod chosen;
mod columns;
mod csv;
mod export;
mod filter;
mod firewall;
mod list;
mod page;
mod saved;
mod ticked;
mod tools;
mod trend;
mod view_state;

pub use page::Servers;
