//! Sends one call: waits for a place, picks an endpoint, tries another where that is safe, and gives up
//! in time. A change is sent a second time only where it certainly never left this process.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use hyper::ext::ReasonPhrase;
use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::endpoints::{Endpoint, Endpoints};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::metrics::Attempt;
use crate::refusal::refusal;
use crate::request::Call;

/// How often a call that may be repeated is sent again after it may have been acted upon.
const MAX_REPEATS: u32 = 2;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The way to one cluster.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) endpoints: Endpoints,
    pub(crate) limits: Limits,
}

/// When a call has to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) limit: Duration,
}

impl Deadline {
    pub(crate) fn after(limit: Duration) -> Self {
        Self {
            at: Instant::now() + limit,
            limit,
        }
    }
}

/// An answer of any status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    reason: String,
    body: Bytes,
}

impl Answer {
    /// The body of a success, or the error that the answer is.
    pub(crate) fn into_body(self) -> Result<Bytes> {
        if (200..300).contains(&self.status) {
            return Ok(self.body);
        }
        Err(refusal(self.status, &self.reason, &self.body))
    }

    /// The node or a proxy in between could not do it just now.
    fn is_transient(&self) -> bool {
        matches!(self.status, 502..=504 | 595 | 596)
    }
}

/// Why a try gave no answer.
enum Failure {
    /// There was no connection, so nothing was sent.
    NotSent { reason: String, tls: bool },
    /// The request may have arrived.
    MaybeSent(Error),
}

impl Transport {
    /// Sends a call until there is an answer, of whatever status.
    pub(crate) async fn send(&self, call: &Call, headers: &HeaderMap, deadline: Deadline) -> Result<Answer> {
        let path = call.path.as_deref().map_err(Clone::clone)?;
        let waiting = timeout_at(deadline.at, self.limits.enter(call.node.as_deref()));
        let _place = waiting.await.map_err(|_| Error::Timeout {
            endpoint: "the queue".to_owned(),
            limit: deadline.limit,
            sent: false,
        })?;
        let mut refused = Refused::default();
        let mut repeats = 0;
        let mut last = None;
        loop {
            let others = self.endpoints.pick(&refused.with(last));
            let Some(index) = others.or_else(|| self.endpoints.pick(&refused.endpoints)) else {
                return Err(refused.into_error());
            };
            let Some(endpoint) = self.endpoints.get(index) else {
                return Err(refused.into_error());
            };
            if last == Some(index) {
                sleep_until(deadline.at.min(Instant::now() + FIRST_PAUSE * repeats)).await;
            }
            let may_repeat = call.repeatable && repeats < MAX_REPEATS;
            let spare = may_repeat && self.endpoints.len() > refused.endpoints.len() + 1;
            let until = if spare { halfway(deadline.at) } else { deadline.at };
            match self
                .attempt(endpoint, call, path, headers, until, deadline.limit)
                .await
            {
                Ok(answer) => {
                    self.endpoints.answered(index);
                    if !(answer.is_transient() && may_repeat) {
                        return Ok(answer);
                    }
                }
                Err(Failure::NotSent { reason, tls }) => {
                    self.endpoints.failed(index, &reason);
                    refused.note(index, &endpoint.name, reason, tls);
                    continue;
                }
                Err(Failure::MaybeSent(error)) => {
                    self.endpoints.failed(index, &error.to_string());
                    if !may_repeat || Instant::now() >= deadline.at {
                        return Err(error);
                    }
                }
            }
            repeats += 1;
            last = Some(index);
        }
    }

    async fn attempt(
        &self,
        endpoint: &Endpoint,
        call: &Call,
        path: &str,
        headers: &HeaderMap,
        until: Instant,
        limit: Duration,
    ) -> std::result::Result<Answer, Failure> {
        let mut attempt = Attempt::begin(call);
        let url = format!("{}/api2/json{path}", endpoint.base.as_str().trim_end_matches('/'));
        let request = self
            .http
            .request(call.method.clone(), url)
            .headers(headers.clone());
        let request = match call.method {
            Method::GET | Method::DELETE => request.query(&call.params),
            _ => request.form(&call.params),
        };
        let exchange = async {
            let response = request.send().await?;
            let status = response.status();
            let reason = match response.extensions().get::<ReasonPhrase>() {
                Some(phrase) => String::from_utf8_lossy(phrase.as_bytes()).into_owned(),
                None => status.canonical_reason().unwrap_or_default().to_owned(),
            };
            Ok(Answer {
                status: status.as_u16(),
                reason,
                body: response.bytes().await?,
            })
        };
        match timeout_at(until, exchange).await {
            Ok(Ok(answer)) => {
                attempt.ended(&answer.status.to_string());
                tracing::debug!(
                    endpoint = endpoint.name,
                    status = answer.status,
                    "Proxmox answers"
                );
                Ok(answer)
            }
            Ok(Err(error)) => {
                let failure = failure(&error, &endpoint.name);
                attempt.ended(match &failure {
                    Failure::NotSent { tls: true, .. } => "tls",
                    Failure::NotSent { .. } => "unreachable",
                    Failure::MaybeSent(_) => "interrupted",
                });
                Err(failure)
            }
            Err(_) => {
                attempt.ended("timeout");
                Err(Failure::MaybeSent(Error::Timeout {
                    endpoint: endpoint.name.clone(),
                    limit,
                    sent: true,
                }))
            }
        }
    }
}

/// The endpoints to which no connection came about.
#[derive(Default)]
struct Refused {
    endpoints: Vec<usize>,
    reasons: Vec<(String, String)>,
    tls: Option<Error>,
}

impl Refused {
    fn with(&self, last: Option<usize>) -> Vec<usize> {
        self.endpoints.iter().copied().chain(last).collect()
    }

    fn note(&mut self, index: usize, endpoint: &str, reason: String, tls: bool) {
        self.endpoints.push(index);
        if tls {
            self.tls = Some(Error::Tls {
                endpoint: endpoint.to_owned(),
                reason: reason.clone(),
            });
        }
        self.reasons.push((endpoint.to_owned(), reason));
    }

    /// A refused certificate is told before a silent host: waiting doesn't mend it.
    fn into_error(self) -> Error {
        self.tls.unwrap_or(Error::Unreachable { tried: self.reasons })
    }
}

fn halfway(deadline: Instant) -> Instant {
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / 2
}

fn failure(error: &reqwest::Error, endpoint: &str) -> Failure {
    let rustls = chain(error).find_map(rustls_error);
    if error.is_connect() {
        return match rustls {
            Some(error) => Failure::NotSent {
                reason: tls_reason(error),
                tls: true,
            },
            None => Failure::NotSent {
                reason: innermost(error),
                tls: false,
            },
        };
    }
    if error.is_builder() {
        return Failure::NotSent {
            reason: innermost(error),
            tls: false,
        };
    }
    Failure::MaybeSent(Error::Interrupted {
        endpoint: endpoint.to_owned(),
        reason: innermost(error),
    })
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The innermost text: reqwest's own repeats the address, with its query.
fn innermost(error: &reqwest::Error) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}

/// rustls comes wrapped in one `io::Error` or several, whose `source` skips what they wrap.
fn rustls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(rustls) = error.downcast_ref() {
        return Some(rustls);
    }
    rustls_error(error.downcast_ref::<std::io::Error>()?.get_ref()?)
}

fn tls_reason(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)) => other.0.to_string(),
        error => error.to_string(),
    }
}
