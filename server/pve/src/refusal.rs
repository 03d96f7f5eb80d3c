//! Turns a status and body that are not a success into an `Error`, keeping Proxmox's words.
//! Knows the texts by which Proxmox tells apart what it answers with a plain 500.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::Error;
use crate::wire::lenient;

#[derive(Debug, Default, Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "lenient::opt_text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text_map")]
    errors: BTreeMap<String, String>,
}

/// The error of an answer with this status, reason phrase and body.
pub(crate) fn refusal(status: u16, reason: &str, body: &[u8]) -> Error {
    // A proxy in between answers in HTML: then the reason phrase is all there is.
    let body: Body = serde_json::from_slice(body).unwrap_or_default();
    let message = [body.message.as_deref(), Some(reason)]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|text| !text.is_empty())
        .unwrap_or("no reason given")
        .to_owned();
    let errors: BTreeMap<String, String> = body
        .errors
        .into_iter()
        .map(|(field, text)| (field, text.trim().to_owned()))
        .collect();
    match status {
        400 => Error::Invalid { message, errors },
        401 => Error::Unauthorized { message },
        403 => Error::Forbidden { message },
        404 | 501 => Error::NotFound { status, message },
        595..=599 => Error::Upstream { status, message },
        500 if is_lock(&message) => Error::Locked {
            lock: lock_name(&message),
            message,
        },
        500 if is_missing(&message) => Error::NotFound { status, message },
        _ => Error::Api {
            status,
            message,
            errors,
        },
    }
}

/// `PVE::AbstractConfig::check_lock` and `PVE::Tools::lock_file_full`.
pub(crate) fn is_lock(message: &str) -> bool {
    message.contains("is locked (")
        || (message.contains("can't lock file") && message.contains("got timeout"))
}

fn lock_name(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("is locked (")?;
    let (name, _) = rest.split_once(')')?;
    Some(name.to_owned())
}

/// `PVE::AbstractConfig::load_config`, `PVE::Storage::storage_config` and `PVE::Cluster::remote_node_ip`.
fn is_missing(message: &str) -> bool {
    let named = |prefix: &str| message.starts_with(prefix) && message.contains("does not exist");
    named("Configuration file '")
        || named("storage '")
        || message.starts_with("no such ")
        // PVE::API2::Firewall::RulesBase.
        || message.starts_with("no rule at position ")
        || (message.starts_with("hostname lookup '") && message.contains("failed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, message: &str) -> Error {
        refusal(status, message, b"")
    }

    #[test]
    fn proxmox_says_missing_with_a_500() {
        let error = answer(
            500,
            "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist",
        );
        assert!(error.is_not_found(), "{error:?}");
        assert!(answer(500, "storage 'fast' does not exist").is_not_found());
        assert!(answer(501, "Method 'GET /x' not implemented").is_not_found());
        assert!(!answer(500, "VM 100 not running").is_not_found());
        let body =
            br#"{"data":null,"errors":{"upid":"no such task"},"message":"Parameter verification failed.\n"}"#;
        assert!(refusal(400, "", body).is_not_found());
    }

    #[test]
    fn locks_are_told_apart() {
        let held = answer(500, "VM is locked (clone)");
        assert_eq!(
            held,
            Error::Locked {
                lock: Some("clone".into()),
                message: "VM is locked (clone)".into()
            }
        );
        let file = answer(
            500,
            "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
        );
        assert!(matches!(file, Error::Locked { lock: None, .. }), "{file:?}");
        assert!(held.is_retryable() && !held.was_sent());
    }

    #[test]
    fn fields_and_text_are_kept() {
        let body = br#"{"errors":{"name":"invalid format\n","cores":4},"message":"Parameter verification failed.\n"}"#;
        let error = refusal(400, "Bad Request", body);
        assert_eq!(error.message(), Some("Parameter verification failed."));
        let errors = error.field_errors().unwrap();
        assert_eq!(errors["name"], "invalid format");
        assert_eq!(errors["cores"], "4");
    }

    #[test]
    fn the_reason_phrase_serves_where_the_body_says_nothing() {
        let error = refusal(500, "no quorum?", b"<html>oops</html>");
        assert_eq!(error.message(), Some("no quorum?"));
        assert_eq!(refusal(500, "", b"").message(), Some("no reason given"));
    }

    #[test]
    fn only_a_failed_connection_is_certainly_not_sent() {
        assert!(!answer(595, "No route to host").was_sent());
        assert!(answer(596, "Broken pipe").was_sent());
        assert!(answer(500, "unexpected").was_sent());
        assert!(!answer(403, "no").was_sent());
    }

    #[test]
    fn a_taken_id_is_recognised() {
        assert!(answer(500, "unable to create VM 101: config file already exists").is_vmid_taken());
        let body = br#"{"errors":{"vmid":"VM 101 already exists"}}"#;
        assert!(refusal(400, "Parameter verification failed.", body).is_vmid_taken());
        assert!(!answer(500, "pool 'x' already exists").is_vmid_taken());
    }
}
