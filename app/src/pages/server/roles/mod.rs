//! The roles of one server: how each stands, giving, comparing and removing them, and how Drover signs in to it.

mod assign;
mod connection;
mod connection_form;
mod list;
mod reader;
mod row_menu;
mod runs;
mod view;

pub use reader::Reader;
pub use view::Roles;
