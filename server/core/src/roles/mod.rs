//! Roles: which there are, giving them to servers, telling what has drifted, taking them back, and how Drover signs in.

mod assign;
mod check;
mod connection;
mod forget;
mod key;
mod list;
mod remove;
mod retry;
mod schedule;
mod service;
mod settle;

pub(crate) use forget::forget_roles;
pub use key::SshKey;
pub use service::Roles;
pub(crate) use settle::{opened, works};
