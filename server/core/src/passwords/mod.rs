//! Passwords of Drover's users: what one must be, how it is kept, and the first one. Never logged, never stored
//! but as a hash. The passwords of virtual machines are in [`crate::crypt`].

mod generate;
mod hashing;
mod rule;
mod workers;

pub use generate::generate;
pub use hashing::Passwords;
pub use rule::PasswordRule;
