//! The variable segment of an address: an id or a name. One that is no such thing names nothing.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use drover_core::Error;
use drover_types::text::Problem;

use crate::api::answer::Refusal;

/// The segment as it was written, decoded.
#[derive(Debug)]
pub(crate) struct Segment(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(text)) => Ok(Self(text)),
            // Bytes that are no text.
            Err(_) => Err(Error::NotFound(Problem::NotFound).into()),
        }
    }
}

/// Two of them.
#[derive(Debug)]
pub(crate) struct Segments(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<(String, String)>::from_request_parts(parts, state).await {
            Ok(Path((first, second))) => Ok(Self(first, second)),
            Err(_) => Err(Error::NotFound(Problem::NotFound).into()),
        }
    }
}
