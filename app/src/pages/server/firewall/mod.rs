//! What the server's firewall comes to: whether it filters, its groups, its rules in order, and asking it.

mod add;
mod answer;
mod ask;
mod because;
mod chain;
mod groups;
mod in_force;
mod lines;
mod options;
mod reader;
mod switches;
mod typed;
mod view;

pub use reader::Reader;
pub use view::Firewall;
