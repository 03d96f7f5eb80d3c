//! What the server and the browser share: ids, rows, inputs, errors, permissions and the texts of every code.
//!
//! Compiled for both, so nothing here may know tokio, axum, sqlx, leptos or the clock. A rule that both sides
//! must agree on (which state allows which action, what a valid name is) is a pure function of this crate.
#![warn(missing_docs)]

pub mod access;
pub mod action;
pub mod adoption;
pub mod audit;
pub mod backup;
pub mod bulk;
pub mod channel;
pub mod cluster;
pub mod configuration;
pub mod error;
pub mod event;
pub mod filter;
pub mod firewall;
pub mod guest;
pub mod ids;
pub mod inventory;
#[cfg(feature = "server-fn")]
pub mod json;
pub mod lang;
pub mod logs;
pub mod many;
pub mod metrics;
pub mod monitoring;
pub mod notification;
pub mod overview;
pub mod permission;
pub mod removal;
pub mod role;
pub mod scope;
pub mod server;
pub mod session;
pub mod storage;
pub mod task;
pub mod text;
pub mod token;
pub mod units;
pub mod user;
