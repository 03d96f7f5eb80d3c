//! The rules of alerts: what is told from which figures on, of whom.

mod columns;
mod facts;
mod fields;
mod form;
mod inputs;
mod list;
mod preview;
mod store;
mod theirs;

pub(super) use list::Rules;
