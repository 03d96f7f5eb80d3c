//! How the servers are: in numbers, those with a problem, and each of them on a wall.

mod narrowed;
mod page;
mod problems;
mod summary;
mod wall;

pub(super) use page::Status;
