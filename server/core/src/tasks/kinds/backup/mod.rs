//! Makes backups, puts servers back to what they were at one, makes servers from them, and deletes them.

mod back_up;
mod begin;
mod delete;
mod dump;
mod new_guest;
mod over;
mod reading;
mod restore;

pub(crate) use back_up::BackUpInput;
pub(super) use back_up::BackUpServer;
pub(super) use delete::DeleteBackups;
pub(crate) use delete::{DeleteInput, Doomed};
pub(crate) use new_guest::NewGuestInput;
pub(super) use new_guest::steps as new_guest;
pub(super) use over::steps as over;
pub(crate) use over::{OverInput, Safety};
