//! What can go wrong in a service, and the one translation into what leaves the process.

use std::collections::BTreeMap;

use drover_types::error::{ApiError, ErrorCode, FieldProblems};
use drover_types::firewall::NamedIn;
use drover_types::permission::Permission;
use drover_types::scope::Scope;
use drover_types::text::Problem;
use uuid::Uuid;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a service method failed. It knows nothing of HTTP until [`Error::into_api`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in.
    #[error("not signed in")]
    NotSignedIn,
    /// The actor lacks a permission.
    #[error("the permission {0} is missing")]
    Denied(Permission),
    /// The actor is no administrator.
    #[error("administrators only")]
    AdministratorsOnly,
    /// The actor is limited to some servers, and it concerns all of them.
    #[error("limited to some servers")]
    Limited,
    /// More servers are granted than the actor reaches.
    #[error("a scope wider than {0}")]
    ScopeTooWide(Scope),
    /// The actor has a generated password and must choose another first.
    #[error("the password must be changed first")]
    PasswordMustChange,
    /// Only a session may, no API token.
    #[error("a session is needed")]
    SessionNeeded,
    /// The input is wrong; nothing was touched.
    #[error("invalid input: {}", .0.keys().cloned().collect::<Vec<_>>().join(", "))]
    Invalid(FieldProblems),
    /// What was named is not there, or not for the actor to see.
    #[error("not found: {0:?}")]
    NotFound(Problem),
    /// The state of things forbids it.
    #[error("in the way: {0:?}")]
    Conflict(Problem),
    /// Somebody else has changed it since it was read.
    #[error("changed meanwhile: {:?}", .0.problem)]
    Edited(Box<Edited>),
    /// Some of it was done before the rest failed.
    #[error("done in part: {}", .0.source)]
    InPart(Box<InPart>),
    /// Too many attempts.
    #[error("too many attempts, {retry_after_seconds} s to wait")]
    RateLimited {
        /// When the next attempt is taken.
        retry_after_seconds: u64,
    },
    /// Name or password is wrong; which of them is not told.
    #[error("sign-in failed")]
    SignInFailed,
    /// Proxmox did not do it.
    #[error("cluster {cluster}: {source}")]
    Proxmox {
        /// The cluster that was asked.
        cluster: String,
        /// What its client says.
        #[source]
        source: pve_client::Error,
    },
    /// The database did not do it.
    #[error("database: {0}")]
    Store(#[from] sqlx::Error),
    /// Drover did something wrong.
    #[error("{0}")]
    Internal(String),
}

/// Two versions of something that two people change at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// What was changed, and by whom.
    pub problem: Problem,
    /// What the caller wanted.
    pub yours: serde_json::Value,
    /// What is there now, with its digest.
    pub current: serde_json::Value,
}

/// What came of something that was done in part.
#[derive(Debug)]
pub struct InPart {
    /// Why the rest was not done.
    pub source: Error,
    /// What is said of it.
    pub problem: Problem,
    /// What is there now.
    pub current: serde_json::Value,
}

impl Error {
    /// One field in error.
    pub fn field(name: impl Into<String>, problem: Problem) -> Self {
        Self::Invalid(BTreeMap::from([(name.into(), problem)]))
    }

    /// A value of our own that could not be read back, such as JSON from the database.
    pub fn corrupt(what: &str, source: impl std::fmt::Display) -> Self {
        Self::Internal(format!("{what} in the database can't be read: {source}"))
    }

    /// What is said of a cluster that did not do it; `None` for every other failure.
    pub(crate) fn of_cluster(&self) -> Option<Problem> {
        match self {
            Self::Proxmox { cluster, source } => Some(upstream(cluster, source).problem),
            Self::InPart(part) => part.source.of_cluster(),
            _ => None,
        }
    }

    /// What the caller is told. The rest is logged here, once, under the request's id.
    pub fn into_api(self, request_id: Uuid) -> ApiError {
        if let Self::InPart(part) = self {
            let mut api = part.source.into_api(request_id);
            api.problem = part.problem;
            api.details.insert("current".into(), part.current);
            return api;
        }
        let mut api = match &self {
            Self::NotSignedIn => ApiError::new(ErrorCode::AuthenticationRequired, Problem::NotSignedIn),
            Self::SignInFailed => ApiError::new(ErrorCode::AuthenticationRequired, Problem::SignInFailed),
            Self::Denied(permission) => ApiError::new(
                ErrorCode::PermissionDenied,
                Problem::PermissionMissing {
                    permission: *permission,
                },
            ),
            Self::AdministratorsOnly => {
                ApiError::new(ErrorCode::PermissionDenied, Problem::AdministratorsOnly)
            }
            Self::Limited => ApiError::new(ErrorCode::PermissionDenied, Problem::AllServersNeeded),
            Self::ScopeTooWide(scope) => ApiError::new(
                ErrorCode::PermissionDenied,
                Problem::ScopeTooWide {
                    scope: scope.to_string(),
                },
            ),
            Self::SessionNeeded => ApiError::new(ErrorCode::PermissionDenied, Problem::SessionNeeded),
            Self::PasswordMustChange => {
                ApiError::new(ErrorCode::PermissionDenied, Problem::PasswordMustChange)
            }
            Self::Invalid(fields) => {
                // The first field's problem is the sentence, so that a client that shows only that still helps.
                let first = fields.values().next().cloned().unwrap_or(Problem::MalformedBody);
                let mut api = ApiError::new(ErrorCode::ValidationError, first);
                api.fields.clone_from(fields);
                api
            }
            Self::NotFound(problem) => ApiError::new(ErrorCode::ResourceNotFound, problem.clone()),
            Self::Conflict(problem @ Problem::TaskInTheWay { task }) => {
                let mut api = ApiError::new(ErrorCode::ConflictInProgress, problem.clone());
                api.details.insert("task_id".into(), task.to_string().into());
                api
            }
            Self::Edited(versions) => {
                let mut api = ApiError::new(ErrorCode::Conflict, versions.problem.clone());
                api.details.insert("yours".into(), versions.yours.clone());
                api.details.insert("current".into(), versions.current.clone());
                api
            }
            Self::Conflict(problem @ Problem::FirewallGroupInUse { servers, others, .. }) => {
                let mut api = ApiError::new(ErrorCode::Conflict, problem.clone());
                api.details.insert("servers".into(), servers.clone().into());
                api.details.insert("others".into(), (*others).into());
                api
            }
            Self::Conflict(problem @ Problem::FirewallNameInUse { places, .. }) => {
                let mut api = ApiError::new(ErrorCode::Conflict, problem.clone());
                let (mut groups, mut sets, mut firewalls) = (Vec::new(), Vec::new(), Vec::new());
                for place in places {
                    match place {
                        NamedIn::Group(name) => groups.push(name.clone()),
                        NamedIn::IpSet(name) => sets.push(name.clone()),
                        NamedIn::Firewall(of) => firewalls.push(of.clone()),
                    }
                }
                for (kind, names) in [("groups", groups), ("ip_sets", sets), ("firewalls", firewalls)] {
                    api.details.insert(kind.into(), names.into());
                }
                api
            }
            Self::Conflict(problem) => ApiError::new(ErrorCode::Conflict, problem.clone()),
            Self::RateLimited { retry_after_seconds } => ApiError::new(
                ErrorCode::RateLimited,
                Problem::TooManyAttempts {
                    retry_after_seconds: *retry_after_seconds,
                },
            ),
            Self::Proxmox { cluster, source } => upstream(cluster, source),
            // What was done in part is told above.
            Self::InPart(_) | Self::Store(_) | Self::Internal(_) => {
                ApiError::new(ErrorCode::InternalError, Problem::Internal)
            }
        };
        match api.code {
            ErrorCode::InternalError => {
                tracing::error!(%request_id, error = &self as &dyn std::error::Error, "request failed");
            }
            ErrorCode::UpstreamRefused | ErrorCode::UpstreamUnavailable => {
                tracing::warn!(%request_id, error = &self as &dyn std::error::Error, "Proxmox did not do it");
            }
            _ => tracing::debug!(%request_id, error = %self, "request refused"),
        }
        api.request_id = Some(request_id);
        api
    }
}

/// Proxmox's own words go into the details, never into the sentence.
fn upstream(cluster: &str, error: &pve_client::Error) -> ApiError {
    let cluster = cluster.to_owned();
    let (code, problem) = if error.is_unavailable() {
        (
            ErrorCode::UpstreamUnavailable,
            Problem::ClusterUnreachable { cluster },
        )
    } else if matches!(
        error,
        pve_client::Error::Forbidden { .. } | pve_client::Error::Unauthorized { .. }
    ) {
        (ErrorCode::UpstreamRefused, Problem::ClusterDenied { cluster })
    } else {
        (ErrorCode::UpstreamRefused, Problem::ClusterRefused { cluster })
    };
    let mut api = ApiError::new(code, problem);
    api.details.insert("proxmox".into(), error.to_string().into());
    api
}
