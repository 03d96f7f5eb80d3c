//! The session that asks and its user.

mod current;
mod user;

pub(super) use current::{open, signed_in};
pub(super) use user::SessionUser;
