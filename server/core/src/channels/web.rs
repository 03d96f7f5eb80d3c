//! Sends JSON to addresses that people have typed: to where the name led when it was judged and nowhere else, without
//! following redirects, for a limited time, and reading little of the answer.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use drover_types::channel::ChannelTrouble;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, Response, StatusCode, redirect};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

use super::address::{self, Target};
use super::allow::Allow;
use super::failure::{Failure, is_tls, root};

/// How long an exchange may take in all.
const LIMIT: Duration = Duration::from_secs(15);
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How much of an answer is read.
const MOST_READ: usize = 4096;

/// A request to be sent.
pub(super) struct Post<'a> {
    pub url: &'a str,
    pub body: Vec<u8>,
    /// Headers beside the usual ones.
    pub headers: Vec<(HeaderName, String)>,
    /// What must not come back in the words of a failure.
    pub secret: &'a str,
}

/// The way to the web.
pub(super) struct Web {
    allow: Allow,
    tls: OnceCell<Arc<ClientConfig>>,
}

impl Web {
    pub fn new(allow: Allow) -> Self {
        Self {
            allow,
            tls: OnceCell::new(),
        }
    }

    /// Whether an address could be sent to, as far as it leads somewhere now.
    ///
    /// # Errors
    /// Where it could not, whatever happens.
    pub async fn check(&self, url: &str) -> Result<(), Failure> {
        match address::look_up(url, &self.allow).await {
            Err(failure) if failure.lasts => Err(failure),
            _ => Ok(()),
        }
    }

    /// Sends it.
    ///
    /// # Errors
    /// Where it was not taken.
    pub async fn post(&self, post: Post<'_>, now: DateTime<Utc>) -> Result<(), Failure> {
        let secret = post.secret;
        self.send(post, now)
            .await
            .map_err(|failure| failure.without(secret))
    }

    async fn send(&self, post: Post<'_>, now: DateTime<Utc>) -> Result<(), Failure> {
        let target = address::look_up(post.url, &self.allow).await?;
        let host = target.url.host_str().unwrap_or_default().to_owned();
        let client = self.client(&target, &host).await?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("Drover/", env!("CARGO_PKG_VERSION"))),
        );
        for (name, value) in post.headers {
            let mut value = HeaderValue::from_str(&value)
                .map_err(|_| Failure::lasting(ChannelTrouble::InvalidToken.into()))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let sent = client
            .post(target.url)
            .headers(headers)
            .body(post.body)
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(answered(answer, now).await),
            Err(error) => Err(unsent(&error, host)),
        }
    }

    /// A client that knows no way but the one that was judged.
    async fn client(&self, target: &Target, host: &str) -> Result<Client, Failure> {
        let unfit = |words: String| {
            let host = host.to_owned();
            Failure::passing(ChannelTrouble::Untrusted { host }.into()).saying(words)
        };
        let tls = self.tls.get_or_try_init(async || tls().map(Arc::new));
        let tls = tls.await.map_err(|error| unfit(error.to_string()))?;
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(LIMIT)
            .pool_max_idle_per_host(0)
            .tls_backend_preconfigured((**tls).clone());
        if let Some((name, addresses)) = &target.pinned {
            builder = builder.resolve_to_addrs(name, addresses);
        }
        builder.build().map_err(|error| unfit(root(&error)))
    }
}

/// TLS that trusts whom the system trusts. Where that is nobody, addresses without TLS can be reached all the same.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!("the system has no certificate authorities (package ca-certificates)");
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    Ok(builder
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// What an answer that is no success comes to.
async fn answered(mut answer: Response, now: DateTime<Utc>) -> Failure {
    let status = answer.status();
    let trouble = ChannelTrouble::Answered {
        status: status.as_u16(),
    };
    // These may pass; what is refused otherwise, or has moved, is refused again.
    let passes = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
    let mut failure = if passes {
        Failure::passing(trouble.into())
    } else {
        Failure::lasting(trouble.into())
    };
    failure.retry_after = answer
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| retry_after(value.to_str().ok()?, now));
    let mut read = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        let room = MOST_READ - read.len();
        read.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if read.len() == MOST_READ {
            break;
        }
    }
    failure.saying(String::from_utf8_lossy(&read))
}

/// How long a server asks to wait: in seconds, or until a time (RFC 9110, 10.2.3).
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    (until.to_utc() - now).to_std().ok()
}

/// What a request that got no answer comes to. Its words never have the address, which may be a secret.
fn unsent(error: &reqwest::Error, host: String) -> Failure {
    let trouble = if is_tls(error) {
        ChannelTrouble::Untrusted { host }
    } else if error.is_timeout() {
        ChannelTrouble::TimedOut { host }
    } else {
        ChannelTrouble::Unreachable { host }
    };
    Failure::passing(trouble.into()).saying(root(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_asks_for_patience_in_seconds_or_until_a_time() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(retry_after("120", now), Some(Duration::from_mins(2)));
        let date = (now + chrono::TimeDelta::seconds(90))
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string();
        assert_eq!(retry_after(&date, now), Some(Duration::from_secs(90)));
        for other in ["soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(retry_after(other, now), None, "{other}");
        }
    }
}
