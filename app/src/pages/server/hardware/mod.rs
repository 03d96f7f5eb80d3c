//! What the server is made of: processor, memory, how it starts, its notes and its disks.

mod boot_order;
mod notes;
mod size;
mod start;
mod view;

pub use view::Hardware;
