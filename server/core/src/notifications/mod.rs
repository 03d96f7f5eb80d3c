//! Notifications: who is told what, and what they did with it. What a notification says is data until its
//! reader's language is known, so no sentence is made here.

mod read;
mod service;
#[cfg(test)]
mod tests;
mod told;

pub use read::{LatestFilter, NotificationFilter, NotificationPage, NotificationSlice};
pub use service::{ClearMode, Notifications};
pub(crate) use told::told;
