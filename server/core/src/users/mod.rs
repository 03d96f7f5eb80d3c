//! Users: the first one, who one is, and one's password.

mod service;
#[cfg(test)]
mod tests;

pub use service::{FirstAdmin, Users};
