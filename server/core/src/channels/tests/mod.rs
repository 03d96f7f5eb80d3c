//! Channels over both databases, with real listeners to send to.

mod edits;
mod lifecycle;
mod mails;
mod outbox;
mod support;
