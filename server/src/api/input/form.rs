//! A body that is a form's or JSON: the addresses that browsers post forms to and scripts post JSON to.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use super::body::{bytes, json};
use super::unreadable::wrong_type;
use crate::api::answer::Refusal;

/// A form's fields.
#[derive(Debug)]
pub(crate) struct Form<T> {
    /// What it says.
    pub fields: T,
    /// How it was sent.
    pub sent: Sent,
}

/// How fields were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// As JSON.
    Json,
    /// As a browser sends a form.
    Form,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let is_form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let bytes = bytes(request, state).await?;
        // `curl -d '{…}'` says that it sends a form.
        if !is_form || bytes.trim_ascii_start().starts_with(b"{") {
            return Ok(Self {
                fields: json(&bytes)?,
                sent: Sent::Json,
            });
        }
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(&bytes));
        let fields = serde_path_to_error::deserialize(reader)
            .map_err(|error| wrong_type(&error.path().to_string(), &error.inner().to_string()))?;
        Ok(Self {
            fields,
            sent: Sent::Form,
        })
    }
}
