//! The only place with `#[server]`: one file per area, each function one call into core. Pages call these and
//! nothing else of the server.

#[cfg(feature = "ssr")]
mod call;

pub mod access;
pub mod audit;
pub mod backups;
pub mod channels;
pub mod cleanup;
pub mod clusters;
pub mod configuration;
pub mod firewall;
pub mod inventory;
pub mod monitoring;
pub mod monitoring_history;
pub mod notifications;
pub mod overview;
pub mod profile;
pub mod roles;
pub mod servers;
pub mod session;
pub mod storage;
pub mod tasks;
pub mod tokens;
pub mod users;

/// How arguments and answers travel.
pub(crate) type Json = leptos::server_fn::codec::Post<drover_types::json::JsonText>;

#[cfg(feature = "ssr")]
pub use call::{SessionCookie, call, user_agent};
