//! Tasks: the list, and one with its steps and its log.

mod columns;
mod detail;
mod list;
mod narrowed;
mod routes;
mod rows;

pub use list::TaskList;
pub use routes::{Task, Tasks};
