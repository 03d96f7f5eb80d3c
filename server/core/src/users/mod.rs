//! Users: the first one, who one is and one's password, and what administrators do to the others.

mod access;
mod granters;
mod manage;
mod rules;
mod service;
#[cfg(test)]
mod tests;
mod told;

pub use service::{FirstAdmin, Users};
