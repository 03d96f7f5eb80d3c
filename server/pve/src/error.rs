//! What can go wrong when Proxmox is asked for something, and what a caller may do about it.
//! Carries Proxmox's own words; never a credential, a query or a request body.

use std::collections::BTreeMap;
use std::time::Duration;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call to Proxmox VE gave no answer, or a refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The client's own configuration can't work (an address, a certificate file, a token).
    #[error("bad configuration of the Proxmox client: {0}")]
    Config(String),
    /// No endpoint accepted a connection; nothing was sent. One (endpoint, reason) per endpoint tried.
    #[error("no Proxmox endpoint can be reached: {}", listed(tried))]
    Unreachable {
        /// The endpoints tried, each with its reason.
        tried: Vec<(String, String)>,
    },
    /// The server's certificate was refused, or the TLS handshake failed; nothing was sent.
    #[error("TLS with {endpoint} failed: {reason}")]
    Tls {
        /// The endpoint whose certificate was refused.
        endpoint: String,
        /// What rustls or the verifier says; a wrong fingerprint names the one presented.
        reason: String,
    },
    /// The answer did not come within the time limit.
    #[error("no answer from {endpoint} within {limit:?}")]
    Timeout {
        /// The endpoint asked, or "the queue" where the call waited for a free place.
        endpoint: String,
        /// The time limit that ran out.
        limit: Duration,
        /// Whether the request may have left this process.
        sent: bool,
    },
    /// The connection broke after the request was sent.
    #[error("the connection to {endpoint} broke: {reason}")]
    Interrupted {
        /// The endpoint asked.
        endpoint: String,
        /// What the connection says.
        reason: String,
    },
    /// Proxmox doesn't accept the token, the password or the ticket (401).
    #[error("Proxmox refuses the credentials: {message}")]
    Unauthorized {
        /// Proxmox's text.
        message: String,
    },
    /// The credentials lack a privilege (403).
    #[error("Proxmox denies permission: {message}")]
    Forbidden {
        /// Proxmox's text, which names the path and the privilege.
        message: String,
    },
    /// The guest, node, storage or method doesn't exist (404, 501, or 500 with such a text).
    #[error("Proxmox doesn't know it: {message}")]
    NotFound {
        /// The HTTP status that came with it.
        status: u16,
        /// Proxmox's text.
        message: String,
    },
    /// A parameter was refused (400).
    #[error("Proxmox refuses the parameters: {message}{}", fields(errors))]
    Invalid {
        /// Proxmox's text.
        message: String,
        /// Proxmox's text for each parameter.
        errors: BTreeMap<String, String>,
    },
    /// The guest is locked by another operation, or its configuration file is.
    #[error("the guest is locked: {message}")]
    Locked {
        /// The lock's name, such as `clone`; `None` where the file lock ran into its time limit.
        lock: Option<String>,
        /// Proxmox's text.
        message: String,
    },
    /// The node asked could not reach the node that the call is for (595 to 599).
    #[error("the Proxmox node is unreachable ({status}): {message}")]
    Upstream {
        /// 595 before the request was passed on, a higher one after it.
        status: u16,
        /// Proxmox's text.
        message: String,
    },
    /// Any other refusal.
    #[error("Proxmox answers {status}: {message}{}", fields(errors))]
    Api {
        /// The HTTP status.
        status: u16,
        /// Proxmox's text.
        message: String,
        /// Proxmox's text for each parameter.
        errors: BTreeMap<String, String>,
    },
    /// The answer is not what this call returns.
    #[error("the answer of {what} can't be read: {reason}")]
    Decode {
        /// Method and path template of the call.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// Proxmox's own text, where Proxmox answered.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Unauthorized { message }
            | Self::Forbidden { message }
            | Self::NotFound { message, .. }
            | Self::Invalid { message, .. }
            | Self::Locked { message, .. }
            | Self::Upstream { message, .. }
            | Self::Api { message, .. } => Some(message),
            _ => None,
        }
    }

    /// Proxmox's text for each refused parameter.
    pub fn field_errors(&self) -> Option<&BTreeMap<String, String>> {
        match self {
            Self::Invalid { errors, .. } | Self::Api { errors, .. } => Some(errors),
            _ => None,
        }
    }

    /// Whether the same call may succeed later without anything being changed.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Interrupted { .. }
            | Self::Locked { .. }
            | Self::Upstream { .. } => true,
            Self::Api { status, message, .. } => matches!(status, 502..=504) || message.contains("no quorum"),
            _ => false,
        }
    }

    /// Whether Proxmox could not be talked to at all (as opposed to refusing).
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::Timeout { .. }
            | Self::Interrupted { .. }
            | Self::Upstream { .. } => true,
            Self::Api { status, .. } => matches!(status, 502..=504),
            _ => false,
        }
    }

    /// Whether the thing asked for doesn't exist.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::NotFound { .. } => true,
            // PVE::API2::Tasks refuses the parameter for a UPID without a log file, PVE::API2::Backup for a job.
            Self::Invalid { errors, .. } => {
                let says =
                    |field: &str, words: &str| errors.get(field).is_some_and(|text| text.starts_with(words));
                says("upid", "no such task") || says("id", "No such job '")
            }
            _ => false,
        }
    }

    /// Whether the guest's configuration changed since the digest sent along was read.
    pub fn is_stale_digest(&self) -> bool {
        // PVE::Tools::assert_if_modified, and PVE::SectionConfig's older wording.
        self.message().is_some_and(|text| {
            text.contains("detected modified configuration") || text.contains("checksum mismatch")
        })
    }

    /// Whether there is something of that name already: a security group, an alias, a set of addresses or its member, a
    /// backup job.
    pub fn is_name_taken(&self) -> bool {
        let taken = |text: &String| text.contains("already exist");
        match self {
            // PVE::API2::Firewall::Groups, Aliases and IPSet.
            Self::Invalid { errors, .. } => errors.values().any(taken),
            // PVE::API2::Backup.
            Self::Api { message, .. } => message.starts_with("Job '") && taken(message),
            _ => false,
        }
    }

    /// Whether a guest with the wanted id exists already.
    pub fn is_vmid_taken(&self) -> bool {
        // PVE::AbstractConfig::create_and_lock_config, PVE::Cluster::check_vmid_unused,
        // PVE::API2::Cluster (nextid).
        let taken = |text: &str| {
            text.contains("config file already exists")
                || ((text.contains("VM ") || text.contains("CT ")) && text.contains("already exists"))
        };
        self.message().is_some_and(taken)
            || self
                .field_errors()
                .is_some_and(|errors| errors.values().any(|text| taken(text)))
    }

    /// Whether the guest agent is not there to answer (not running, not configured, hanging).
    pub fn is_agent_unavailable(&self) -> bool {
        // PVE::QemuServer::Agent::agent_available and PVE::QMPClient's time limit.
        self.message().is_some_and(|text| {
            text.contains("guest agent is not running")
                || text.contains("No QEMU guest agent configured")
                || (text.contains("qmp command 'guest-") && text.contains("failed"))
                || (text.starts_with("VM ") && text.contains("not running"))
        })
    }

    /// Whether Proxmox may have acted upon the call. `false` is certain, `true` is not.
    pub fn was_sent(&self) -> bool {
        match self {
            Self::Timeout { sent, .. } => *sent,
            Self::Interrupted { .. } | Self::Decode { .. } => true,
            // AnyEvent::HTTP: 595 fails while connecting, 596 and above while sending or reading.
            Self::Upstream { status, .. } => *status != 595,
            Self::Api { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

fn listed(tried: &[(String, String)]) -> String {
    let parts: Vec<_> = tried
        .iter()
        .map(|(endpoint, reason)| format!("{endpoint} ({reason})"))
        .collect();
    parts.join(", ")
}

fn fields(errors: &BTreeMap<String, String>) -> String {
    let parts: Vec<_> = errors
        .iter()
        .map(|(field, text)| format!("{field}: {text}"))
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join("; "))
    }
}
