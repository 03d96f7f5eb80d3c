//! What endpoints read: bodies, queries and path segments, each refused in the API's own envelope and with the
//! field named.

mod body;
mod form;
mod query;
mod segment;
mod unreadable;

pub(crate) use body::{Body, Object};
pub(crate) use form::{Form, Sent};
pub(crate) use query::Query;
pub(crate) use segment::{Segment, Segments};
