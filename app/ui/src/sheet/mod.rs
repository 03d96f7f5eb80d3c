//! A small table whose cells are typed into, as in a spreadsheet. Every row is in the page: it is made for a hundred
//! rows, not for ten thousand.

mod cell;
mod keys;
mod model;
mod table;

pub use model::{SheetCell, SheetColumn, SheetPlace, SheetRow};
pub use table::Sheet;
