//! A body in JSON. Its content type is not looked at: scripts forget it, and other sites' pages are kept out by
//! where a request comes from, not by what it claims to carry. An empty body is an empty object.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use drover_types::error::{ApiError, ErrorCode};
use drover_types::text::Problem;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::unreadable::{malformed, wrong_type};
use crate::api::answer::Refusal;
use crate::router::BODY_LIMIT;

/// A body that was read.
#[derive(Debug)]
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = bytes(request, state).await?;
        json(&bytes).map(Self)
    }
}

/// The whole body.
pub(super) async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Refusal> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let problem = Problem::BodyTooLarge {
                max_bytes: BODY_LIMIT as u64,
            };
            return ApiError::new(ErrorCode::BodyTooLarge, problem).into();
        }
        malformed(&rejection.body_text())
    })
}

/// Reads JSON.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let bytes = if bytes.trim_ascii().is_empty() {
        b"{}"
    } else {
        bytes
    };
    // serde would take a list for a struct whose fields come in order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(malformed("expected an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value =
        serde_path_to_error::deserialize(&mut reader).map_err(|error| match error.inner().classify() {
            Category::Data => wrong_type(&error.path().to_string(), &error.inner().to_string()),
            Category::Io | Category::Syntax | Category::Eof => malformed(&error.inner().to_string()),
        })?;
    reader.end().map_err(|error| malformed(&error.to_string()))?;
    Ok(value)
}

/// A body that an endpoint reads field by field.
pub(crate) type Object = Map<String, Value>;

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(default)]
    struct Sample {
        count: u32,
        flag: bool,
    }

    impl Default for Sample {
        fn default() -> Self {
            Self {
                count: 7,
                flag: false,
            }
        }
    }

    fn field(text: &str) -> Vec<String> {
        let error = json::<Sample>(text.as_bytes()).unwrap_err().into_api(Uuid::nil());
        assert_eq!(error.code, ErrorCode::ValidationError);
        error.fields.into_keys().collect()
    }

    #[test]
    fn a_wrong_type_names_its_field_and_a_broken_body_none() {
        assert_eq!(field(r#"{"count":"many"}"#), ["count"]);
        assert_eq!(field(r#"{"flag":3}"#), ["flag"]);
        assert!(field("{").is_empty());
        assert!(field("[1]").is_empty());
        assert!(field("{} {}").is_empty());
    }

    #[test]
    fn nothing_is_an_empty_object() {
        assert_eq!(json::<Sample>(b" \n").unwrap(), Sample::default());
    }
}
