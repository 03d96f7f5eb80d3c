//! What is known of a request before a handler runs: its id, the client's address, the language, who is signed in.

mod accept;
mod address;
mod context;
mod cookie;
mod language;

pub use accept::{Preferred, preferred};
pub use address::{ClientAddress, TrustedProxies};
pub use context::{Doorkeeper, Request, authenticate, id_of};
pub use cookie::{cleared, session_cookie, session_token};
pub use language::{RequestLang, of_request};
