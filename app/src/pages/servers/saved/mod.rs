//! Filters that a user keeps by name, in the browser.

mod dialogs;
mod menu;
mod store;

pub(super) use menu::SavedFilters;
