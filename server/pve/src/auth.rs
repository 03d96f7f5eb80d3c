//! Proves to Proxmox who asks: a token as it is, or a ticket that is renewed before it ends. Holds the
//! secrets; hands out headers that are marked as sensitive, nothing else.

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::config::Credentials;
use crate::decode;
use crate::error::{Error, Result};
use crate::request::Call;
use crate::transport::{Deadline, Transport};
use crate::wire::Ticket;

/// A ticket is good for two hours (`PVE::AccessControl`, `$ticket_lifetime`).
const RENEW_AFTER: Duration = Duration::from_mins(110);
const USE_UNTIL: Duration = Duration::from_mins(119);
/// A refused password is not tried again at once: every service that asks would hammer the login.
const REFUSED_FOR: Duration = Duration::from_secs(5);

const CSRF: HeaderName = HeaderName::from_static("csrfpreventiontoken");

/// The credentials of a client.
pub(crate) enum Auth {
    Token(HeaderValue),
    Tickets(Tickets),
}

/// What a call is sent with.
#[derive(Clone)]
pub(crate) enum Pass {
    Token(HeaderValue),
    Ticket(Arc<Held>),
}

pub(crate) struct Held {
    cookie: HeaderValue,
    csrf: HeaderValue,
    since: Instant,
}

impl Pass {
    /// The headers for a call of this method: writes carry the CSRF token too.
    pub(crate) fn headers(&self, method: &Method) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::Token(value) => {
                headers.insert(AUTHORIZATION, value.clone());
            }
            Self::Ticket(held) => {
                headers.insert(COOKIE, held.cookie.clone());
                if method != Method::GET {
                    headers.insert(CSRF, held.csrf.clone());
                }
            }
        }
        headers
    }
}

impl Auth {
    pub(crate) fn new(credentials: Credentials) -> Result<Self> {
        Ok(match credentials {
            Credentials::Token { id, secret } => {
                let value = SecretString::from(format!("PVEAPIToken={id}={}", secret.expose_secret()));
                Self::Token(header(&value)?)
            }
            Credentials::Password { username, password } => Self::Tickets(Tickets {
                username,
                password,
                state: Mutex::default(),
            }),
        })
    }

    /// What to send now; gets or renews a ticket where it is time to.
    pub(crate) async fn pass(&self, transport: &Transport, deadline: Deadline) -> Result<Pass> {
        match self {
            Self::Token(value) => Ok(Pass::Token(value.clone())),
            Self::Tickets(tickets) => tickets.get(transport, deadline, None).await.map(Pass::Ticket),
        }
    }

    /// What to send after Proxmox refused `refused`; `None` where nothing better can be had.
    pub(crate) async fn renewed(
        &self,
        transport: &Transport,
        deadline: Deadline,
        refused: &Pass,
    ) -> Result<Option<Pass>> {
        match (self, refused) {
            (Self::Tickets(tickets), Pass::Ticket(held)) => tickets
                .get(transport, deadline, Some(held))
                .await
                .map(Pass::Ticket)
                .map(Some),
            _ => Ok(None),
        }
    }
}

/// A user and the ticket held for him. The lock is held while a ticket is fetched, so that calls
/// that need one at the same time share it, and share the failure too.
pub(crate) struct Tickets {
    username: String,
    password: SecretString,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Arc<Held>>,
    failed: Option<(Instant, Error)>,
}

impl Tickets {
    async fn get(
        &self,
        transport: &Transport,
        deadline: Deadline,
        refused: Option<&Arc<Held>>,
    ) -> Result<Arc<Held>> {
        let asked_at = Instant::now();
        let mut state = tokio::time::timeout_at(deadline.at, self.state.lock())
            .await
            .map_err(|_| Error::Timeout {
                endpoint: "the queue".to_owned(),
                limit: deadline.limit,
                sent: false,
            })?;
        let usable = state
            .held
            .clone()
            .filter(|held| refused.is_none_or(|refused| !Arc::ptr_eq(held, refused)));
        if let Some(held) = &usable
            && held.since.elapsed() < RENEW_AFTER
        {
            return Ok(Arc::clone(held));
        }
        if let Some((at, error)) = &state.failed
            && (*at > asked_at || (matches!(error, Error::Unauthorized { .. }) && at.elapsed() < REFUSED_FOR))
        {
            return Err(error.clone());
        }
        match self.fetch(transport, deadline).await {
            Ok(held) => {
                let held = Arc::new(held);
                *state = State {
                    held: Some(Arc::clone(&held)),
                    failed: None,
                };
                Ok(held)
            }
            Err(error) => {
                state.failed = Some((Instant::now(), error.clone()));
                // The old one still serves where the login can't be reached.
                match usable.filter(|held| held.since.elapsed() < USE_UNTIL) {
                    Some(held) if error.is_unavailable() => Ok(held),
                    _ => Err(error),
                }
            }
        }
    }

    async fn fetch(&self, transport: &Transport, deadline: Deadline) -> Result<Held> {
        let call = Call::post("/access/ticket", &[])
            .param("username", &self.username)
            .param("password", self.password.expose_secret())
            .repeatable();
        let since = Instant::now();
        let body = transport
            .send(&call, &HeaderMap::new(), deadline)
            .await?
            .into_body()?;
        let ticket: Ticket = decode::one(&call.name(), &body)?;
        if ticket.needs_second_factor {
            return Err(Error::Unauthorized {
                message: "the user needs a second factor; use an API token".to_owned(),
            });
        }
        let cookie = SecretString::from(format!("PVEAuthCookie={}", ticket.value.expose_secret()));
        Ok(Held {
            cookie: header(&cookie)?,
            csrf: header(&ticket.csrf)?,
            since,
        })
    }
}

fn header(secret: &SecretString) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose_secret())
        .map_err(|_| Error::Config("the credentials hold characters that no header can carry".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::Tickets(_) => "Tickets",
        })
    }
}
