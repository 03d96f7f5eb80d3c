//! Sessions of browsers: signing in and out, and who a request's cookie belongs to. The token is told once, to
//! the browser; here only its hash is known.

mod authenticate;
mod cache;
mod limits;
mod own;
mod service;
mod sign_in;
#[cfg(test)]
mod tests;
pub(crate) mod token;

pub use authenticate::{Activity, Authenticated};
pub(crate) use cache::{Cache, OfUser};
pub use limits::SessionLimits;
pub use service::Sessions;
pub use sign_in::{Credentials, SignedIn};
