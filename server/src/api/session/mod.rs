//! The session that asks and its user: rows A6 to A11 of the contract.

mod current;
mod user;

pub(super) use current::{open, signed_in};
pub(super) use user::SessionUser;
