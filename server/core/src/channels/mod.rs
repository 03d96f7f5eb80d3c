//! Channels: notifications that leave Drover by e-mail, as signed JSON, or to Slack, Gotify and ntfy. What is to go out
//! is written in the transaction of what it tells of, and sent by whoever holds it by a lease; what is private to
//! somebody never leaves.

mod address;
mod allow;
mod backoff;
mod changes;
mod deliveries;
mod failure;
mod mail;
mod message;
mod outbox;
mod payload;
mod secret;
mod send;
mod service;
#[cfg(test)]
mod tests;
mod web;
mod worker;

pub use allow::{Allow, AllowError};
pub use deliveries::DeliveryFilter;
pub(crate) use outbox::{put_for_house, put_told};
pub use service::{ChannelOptions, Channels};
