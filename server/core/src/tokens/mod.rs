//! API tokens: a name, some of their owner's permissions, and an end. The token is told once; here only its hash is
//! known. A token never has the role of an administrator.

mod authenticate;
mod service;
#[cfg(test)]
mod tests;

pub use authenticate::TokenUser;
pub use service::Tokens;
