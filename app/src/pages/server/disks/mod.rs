//! The server's disks: what it has, and adding, growing, moving, detaching and deleting them, each as a task.

mod add;
mod grow;
mod list;
mod relocate;
mod remove;
mod row;
mod send;
mod task;

pub use list::Disks;
pub use task::LastTask;
