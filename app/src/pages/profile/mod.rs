//! The user's own page: who one is, what one may do, password, sessions and preferences.

mod account;
mod choices;
mod page;
mod password;
mod sessions;
mod tokens;
mod why;

pub use page::Profile;
