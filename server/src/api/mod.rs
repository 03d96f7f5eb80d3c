//! The REST API in both of its versions: thin handlers over the services, one file per area. A handler reads,
//! calls one service and writes; what is allowed, and what is done, services decide.

mod alias;
mod answer;
mod audit;
mod auth;
mod backups;
mod channels;
mod cleanup;
mod cluster;
mod docs;
mod document;
mod firewall;
mod health;
mod input;
mod monitoring;
mod notifications;
mod roles;
mod router;
mod self_tests;
mod servers;
mod session;
mod storage;
mod streams;
mod tasks;
mod tokens;
mod users;

pub(crate) use answer::too_large;
pub use answer::{Failure, FailureBody};
pub use router::router;
pub use streams::OpenStreams;
