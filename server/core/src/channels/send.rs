//! Sends one message by a channel, whatever its kind.

use chrono::{DateTime, Utc};
use drover_types::channel::ChannelSettings;
use reqwest::header::{AUTHORIZATION, HeaderName};
use serde_json::Value;

use super::failure::Failure;
use super::message::Message;
use super::web::{Post, Web};
use super::{mail, payload, secret};
use crate::error::{Error, Result};

const DELIVERY: HeaderName = HeaderName::from_static("x-drover-delivery");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-drover-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("x-drover-signature");
const GOTIFY_KEY: HeaderName = HeaderName::from_static("x-gotify-key");

/// What came of an attempt.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// Why it was not taken, or not by all.
    pub failure: Option<Failure>,
    /// Who has it by it, of several who are written to.
    pub served: Vec<String>,
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Self {
            failure: Some(failure),
            served: Vec::new(),
        }
    }
}

/// Sends it, of several who are written to to those that are not among `served`.
///
/// # Errors
/// Where Drover itself can't.
pub(super) async fn send(
    web: &Web,
    name: &str,
    settings: &ChannelSettings,
    message: &Message<'_>,
    served: &[String],
    now: DateTime<Utc>,
) -> Result<Attempt> {
    let post = match settings {
        ChannelSettings::Email { .. } => return Ok(mail::send(settings, message, served).await),
        ChannelSettings::Webhook { url, secret } => {
            let body = bytes(&payload::webhook(message, name))?;
            let timestamp = now.timestamp();
            let signature = secret::signature(secret, timestamp, &body)?;
            Post {
                url,
                headers: vec![
                    (DELIVERY, message.id.to_string()),
                    (TIMESTAMP, timestamp.to_string()),
                    (SIGNATURE, format!("sha256={signature}")),
                ],
                body,
                secret,
            }
        }
        ChannelSettings::Slack { url } => Post {
            url,
            headers: Vec::new(),
            body: bytes(&payload::slack(message))?,
            secret: url,
        },
        ChannelSettings::Gotify { url, token } => Post {
            url: &format!("{}/message", url.trim_end_matches('/')),
            headers: vec![(GOTIFY_KEY, token.clone())],
            body: bytes(&payload::gotify(message))?,
            secret: token,
        },
        ChannelSettings::Ntfy { url, topic, token } => Post {
            url,
            headers: (!token.is_empty())
                .then(|| (AUTHORIZATION, format!("Bearer {token}")))
                .into_iter()
                .collect(),
            body: bytes(&payload::ntfy(message, topic))?,
            secret: token,
        },
    };
    Ok(match web.post(post, now).await {
        Ok(()) => Attempt::default(),
        Err(failure) => failure.into(),
    })
}

fn bytes(body: &Value) -> Result<Vec<u8>> {
    serde_json::to_vec(body).map_err(|error| Error::Internal(format!("a message can't be written: {error}")))
}
