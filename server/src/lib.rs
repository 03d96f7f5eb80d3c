//! Drover's HTTP side: pages, REST and streams over the services of `drover-core`.
//! `main.rs` only wires; a test can start the same router on port 0.

pub mod api;
pub mod check_config;
pub mod cli;
pub mod config;
pub mod csp;
pub mod grafana;
pub mod lock;
mod metrics;
mod pages;
pub mod request;
pub mod router;
pub mod serve;
pub mod site;
