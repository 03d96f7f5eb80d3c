//! One server: what it is doing, its charts, its hardware, its tasks.

mod actions;
mod charts;
mod figures;
mod hardware;
mod header;
mod overview;
mod page;
mod reading;

pub use page::Server;
