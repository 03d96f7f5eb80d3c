//! What Prometheus is told to watch: a file of the servers that have a node exporter, in the format that it reads by
//! itself whenever the file changes. Nobody has to reload it.
//! <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config>

mod file;
mod service;

pub use service::Targets;
