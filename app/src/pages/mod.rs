//! One folder or file per area of the interface.

mod not_found;
mod overview;
mod servers;
mod sign_in;

pub use not_found::NotFound;
pub use overview::Overview;
pub use servers::Servers;
pub use sign_in::SignIn;
