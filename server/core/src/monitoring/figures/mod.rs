//! Where monitoring gets figures: from Prometheus and what servers' exporters tell it, from Proxmox's past, from nodes'
//! certificates, and the day that is remembered.

mod certificates;
mod column;
mod exported;
mod flight;
mod frames;
mod history;
mod prometheus;
mod rrd;
mod storage_forecast;

pub(super) use certificates::Certificates;
pub(super) use exported::Exported;
pub(super) use frames::{Frame, Frames};
pub use history::{Histories, MOST_SERVERS};
pub use prometheus::{Figures, Prometheus, PrometheusError};
