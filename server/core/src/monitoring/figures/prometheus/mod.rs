//! Prometheus: the figures that the node exporters of servers tell, asked for of all servers at once.
//! <https://prometheus.io/docs/prometheus/latest/querying/api/>

mod http;
mod query;
mod service;
#[cfg(test)]
mod tests;
mod wire;

pub use http::PrometheusError;
pub use service::{Figures, Prometheus};
pub(super) use service::{Lines, Span};
