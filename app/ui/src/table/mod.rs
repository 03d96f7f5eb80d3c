//! A table for long lists: only the rows in view are in the page.

mod cell;
mod column;
mod data_table;
mod geometry;
mod head;
mod keys;
mod order;
mod selection;

pub use column::{Align, Column};
pub use data_table::DataTable;
pub use order::{Direction, Sort};
pub use selection::Selection;
