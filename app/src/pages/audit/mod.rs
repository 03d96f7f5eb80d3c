//! The audit: who did what, from where, to what, and with which result.

mod columns;
mod narrowed;
mod page;
mod retention;
mod row;
mod toolbar;

pub use page::Audit;
