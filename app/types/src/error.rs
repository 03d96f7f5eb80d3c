//! The only error that leaves the process.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::lang::Lang;
use crate::text::Problem;

/// What kind of failure it is, in the API's words. Each stands for one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// 401: no session, or one that ended.
    AuthenticationRequired,
    /// 403: signed in, and not allowed.
    PermissionDenied,
    /// 404: no such thing, or none that the caller may see.
    ResourceNotFound,
    /// 400: a field is wrong; nothing was touched.
    ValidationError,
    /// 405: the address does not take this method.
    MethodNotAllowed,
    /// 413: the body is longer than Drover reads.
    BodyTooLarge,
    /// 409: the state of things forbids it.
    Conflict,
    /// 409: a task is at work there.
    ConflictInProgress,
    /// 429: too many attempts.
    RateLimited,
    /// 503: Proxmox does not answer.
    UpstreamUnavailable,
    /// 502: Proxmox refused.
    UpstreamRefused,
    /// 500: a fault of Drover's.
    InternalError,
}

impl ErrorCode {
    /// The HTTP status of this kind of failure.
    pub const fn status(self) -> u16 {
        match self {
            Self::ValidationError => 400,
            Self::AuthenticationRequired => 401,
            Self::PermissionDenied => 403,
            Self::ResourceNotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict | Self::ConflictInProgress => 409,
            Self::BodyTooLarge => 413,
            Self::RateLimited => 429,
            Self::InternalError => 500,
            Self::UpstreamRefused => 502,
            Self::UpstreamUnavailable => 503,
        }
    }
}

/// Fields in error, each with what is wrong with it. A field is named by its path, such as `disks[0].size`.
pub type FieldProblems = BTreeMap<String, Problem>;

/// An error as the browser and API clients see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// The kind of failure.
    pub code: ErrorCode,
    /// What happened; [`Problem::text`] says it.
    pub problem: Problem,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: FieldProblems,
    /// More, for whoever looks closer: Proxmox's own text, the task in the way.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, Value>,
    /// The request whose log lines tell the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Uuid>,
}

impl ApiError {
    /// An error without fields or details.
    pub fn new(code: ErrorCode, problem: Problem) -> Self {
        Self {
            code,
            problem,
            fields: BTreeMap::new(),
            details: BTreeMap::new(),
            request_id: None,
        }
    }

    /// The sentence for people: the problem, or the only field's.
    pub fn text(&self, lang: Lang) -> String {
        self.problem.text(lang)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for ApiError {}

#[cfg(feature = "server-fn")]
impl server_fn::error::FromServerFnError for ApiError {
    type Encoder = crate::json::JsonText;

    fn from_server_fn_error(error: server_fn::error::ServerFnErrorErr) -> Self {
        use server_fn::error::ServerFnErrorErr as E;
        let (code, problem) = match &error {
            E::Args(_) | E::MissingArg(_) | E::Deserialization(_) => {
                (ErrorCode::ValidationError, Problem::MalformedBody)
            }
            // The browser could not reach Drover, or what answered was not Drover.
            E::Request(_) => (ErrorCode::UpstreamUnavailable, Problem::DroverUnreachable),
            _ => (ErrorCode::InternalError, Problem::Internal),
        };
        let mut api = Self::new(code, problem);
        api.details.insert("cause".into(), error.to_string().into());
        api
    }
}
