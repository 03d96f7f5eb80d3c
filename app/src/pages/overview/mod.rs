//! The overview: how the clusters are, and the way into each list.

mod activity;
mod alerts;
mod figures;
mod health;
mod nodes;
mod page;
mod trend;

pub use page::Overview;
