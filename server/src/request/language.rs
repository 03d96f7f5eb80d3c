//! Which language an answer is in. For REST it is Korean unless `Accept-Language` prefers English: old clients
//! send none and expect Korean.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use drover_types::lang::Lang;

/// The language of an API answer.
#[derive(Debug, Clone, Copy)]
pub struct RequestLang(pub Lang);

/// The language that the headers prefer.
pub fn of_request(headers: &HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(Lang::from_accept_language)
        .unwrap_or_default()
}

impl<S: Send + Sync> FromRequestParts<S> for RequestLang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(of_request(&parts.headers)))
    }
}
