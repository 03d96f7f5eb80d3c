//! The audit: what was done, written in the transaction that does it, and reading it. A row is never changed.

mod record;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use record::{Entry, Who, changed, record, record_tasks, user_changes};
pub use service::Audit;
