//! An error as the REST API answers it, in both versions' shapes at once.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use drover_types::error::{ApiError, ErrorCode};
use drover_types::lang::Lang;
use drover_types::text::Problem;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureBody {
    /// Always false.
    success: bool,
    /// A sentence for people, Korean unless `Accept-Language` prefers English.
    pub(crate) error: String,
    /// The machine's key.
    pub(crate) code: ErrorCode,
    /// `fields` (field to sentence), `request_id`, and what else is known.
    #[schema(value_type = Object)]
    pub(crate) details: Map<String, Value>,
    /// The sentence again, where the endpoint's old clients read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// An error and the language to say it in.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub error: ApiError,
    /// The language of the answer.
    pub lang: Lang,
}

impl FailureBody {
    /// With the sentence under `message` too.
    #[must_use]
    pub fn with_message(mut self) -> Self {
        self.message = Some(self.error.clone());
        self
    }
}

impl Failure {
    /// The body, for an endpoint that adds keys of its own.
    pub fn body(&self) -> FailureBody {
        let mut details: Map<String, Value> = self.error.details.clone().into_iter().collect();
        if !self.error.fields.is_empty() {
            let fields = self
                .error
                .fields
                .iter()
                .map(|(field, problem)| (field.clone(), problem.text(self.lang).into()));
            details.insert("fields".into(), Value::Object(fields.collect()));
        }
        if let Problem::ServerNameAmbiguous { guests, .. } = &self.error.problem {
            details.insert("servers".into(), guests.iter().map(ToString::to_string).collect());
        }
        if let Some(id) = self.error.request_id {
            details.insert("request_id".into(), id.to_string().into());
        }
        FailureBody {
            success: false,
            error: self.sentence(),
            code: self.error.code,
            details,
            message: None,
        }
    }

    /// With one field in error the sentence names it: many clients show nothing else.
    fn sentence(&self) -> String {
        let text = self.error.text(self.lang);
        match self.error.fields.keys().next() {
            Some(field) => format!("{field}: {text}"),
            None => text,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.body())).into_response();
        if let Problem::TooManyAttempts { retry_after_seconds } = self.error.problem {
            response
                .headers_mut()
                .insert(RETRY_AFTER, retry_after_seconds.into());
        }
        response
    }
}
