//! The storages of each cluster: what they hold, how full they are, and where new disks go.

mod cells;
mod cluster;
mod defaults;
mod page;

pub use page::Storage;
