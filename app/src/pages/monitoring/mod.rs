//! How everything is: the health of servers, their figures over time, alerts and their rules.

mod alerts;
mod channels;
mod charts;
mod known;
mod page;
mod part;
mod rules;
mod settings;
mod status;

pub use page::Monitoring;
