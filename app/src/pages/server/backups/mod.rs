//! The backups of one server: what there is, making one, restoring, deleting and pruning. The page of a guest that is
//! gone is made of the same.

mod ask;
mod asked;
mod back_up;
mod columns;
mod list;
mod notes;
mod plan;
mod preview;
mod prune;
mod reader;
mod restore;
mod restore_new;
mod row_menu;
mod storages;
mod view;

pub use reader::Reader;
pub use view::Backups;
