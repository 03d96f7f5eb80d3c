//! The form for a new server, its plan, and the server's making.

mod access;
mod basics;
mod draft;
mod fields;
mod form;
mod hardware;
mod kept;
mod labels;
mod making;
mod memory_unit;
mod nics;
mod page;
mod part;
mod plan;
mod route;
mod state;

pub use route::NewServer;
