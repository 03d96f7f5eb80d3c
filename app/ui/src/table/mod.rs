//! A table for long lists: only the rows in view are in the page.

mod body;
mod cell;
mod column;
mod control;
mod data_table;
mod geometry;
mod head;
mod keys;
mod model;
mod order;
mod rendered;
mod selection;
mod slots;
mod viewport;

pub use column::{Align, Column};
pub use data_table::DataTable;
pub use order::{Direction, Sort};
pub use selection::Selection;
