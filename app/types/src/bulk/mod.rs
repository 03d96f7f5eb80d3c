//! Making several servers at once: rows that are filled by counting up, what is checked among them, and the answers.
//! Pure, so that the browser shows what the server will check.

mod addresses;
mod names;
mod request;
mod rows;

pub use addresses::addresses_from;
pub use names::NameSeries;
pub use request::{AcceptedServer, BulkCreated, BulkPlan, CreateServers, RejectedServer, row_field};
pub use rows::{expand, repeats};
