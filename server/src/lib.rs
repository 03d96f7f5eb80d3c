//! Drover's HTTP side: pages, REST and streams over the services of `drover-core`.
//! `main.rs` only wires; a test can start the same router on port 0.

pub mod config;
pub mod csp;
mod pages;
pub mod site;

use axum::{Router, middleware};

use crate::site::Site;

/// Everything that Drover answers.
pub fn router(site: &Site) -> Router {
    Router::new()
        .merge(site.router())
        .merge(pages::router(site))
        .layer(middleware::from_fn(csp::policy))
}
