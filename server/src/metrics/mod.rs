//! What Drover measures of itself and of the clusters, in Prometheus' text format.

mod http;
mod pve;
mod recorder;

pub use http::measured;
pub use recorder::Metrics;
