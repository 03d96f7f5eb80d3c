//! What went wrong with servers: those that are half made or half gone, and disks without a server.

mod disks;
mod looked;
mod page;
mod section;
mod servers;

pub use page::CleanUp;
