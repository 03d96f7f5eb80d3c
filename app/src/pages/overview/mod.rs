//! The overview: how the clusters are, and the way into each list.

mod activity;
mod figures;
mod nodes;
mod page;

pub use page::Overview;
