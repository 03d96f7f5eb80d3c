//! The form for new servers, one or many, their plan, and their making.

mod access;
mod basics;
mod draft;
mod fields;
mod firewall;
mod form;
mod hardware;
mod kept;
mod labels;
mod making;
mod memory_unit;
mod nics;
mod page;
mod part;
mod paste;
mod plan;
mod planned;
mod plans;
mod problems;
mod roles;
mod route;
mod sending;
mod servers;
mod state;
mod verdict;

pub use route::NewServer;
