//! The alerts that stand, and those of the past.

mod columns;
mod deeds;
mod events;
mod history;
mod open;
mod page;

pub(super) use page::Alerts;
