//! The client: puts credentials, transport and time limits together. The calls themselves are in `calls`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;
use tracing::Instrument;

use crate::auth::Auth;
use crate::config::{ClientConfig, Timeouts, endpoint};
use crate::decode;
use crate::endpoints::{EndpointHealth, Endpoints};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::request::{Call, Class};
use crate::tls;
use crate::transport::{Deadline, Transport};
use crate::upid::Upid;

/// pveproxy closes a connection after five idle seconds (`PVE::APIServer::AnyEvent`, `timeout`); a write
/// sent on one that is closing could not be told from a lost one.
const IDLE: Duration = Duration::from_secs(4);

/// A client of one Proxmox VE cluster. Cloning it is cheap; the clones share connections, ticket and limits.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    user: String,
    auth: Arc<Auth>,
    timeouts: Timeouts,
}

impl Client {
    /// Builds a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Config`] where an address, the credentials or the CA file can't be used.
    pub fn new(config: ClientConfig) -> Result<Self> {
        let bases: Vec<Url> = config
            .endpoints
            .iter()
            .map(|text| endpoint(text))
            .collect::<Result<_>>()?;
        if bases.is_empty() {
            return Err(Error::Config("no endpoint is given".to_owned()));
        }
        let tls = if bases.iter().any(|base| base.scheme() == "https") {
            tls::client_config(&config.trust)?
        } else {
            tls::trusting_nobody()?
        };
        let http = reqwest::Client::builder()
            .user_agent(config.user_agent)
            .connect_timeout(config.timeouts.connect)
            .pool_idle_timeout(IDLE)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .http1_only()
            .tls_backend_preconfigured(tls)
            .build()
            .map_err(|error| Error::Config(error.without_url().to_string()))?;
        let transport = Transport {
            http,
            endpoints: Endpoints::new(bases),
            limits: Limits::new(config.max_concurrent_per_node),
        };
        let user = config.credentials.user().to_owned();
        let auth = Auth::new(config.credentials)?;
        Ok(Self {
            inner: Arc::new(Inner {
                transport,
                user,
                auth: Arc::new(auth),
                timeouts: config.timeouts,
            }),
        })
    }

    /// Who acts, as the names of its tasks say: `user@realm`, or `user@realm!token`.
    pub fn user(&self) -> &str {
        &self.inner.user
    }

    /// How each endpoint fared lately.
    pub fn endpoints(&self) -> Vec<EndpointHealth> {
        self.inner.transport.endpoints.report()
    }

    /// A client for each endpoint alone, in their order, to tell which of them answer. They share the credentials.
    #[must_use]
    pub fn apart(&self) -> Vec<Self> {
        let Inner {
            transport,
            user,
            auth,
            timeouts,
        } = &*self.inner;
        let alone = |base: &Url| Self {
            inner: Arc::new(Inner {
                transport: Transport {
                    http: transport.http.clone(),
                    endpoints: Endpoints::new(vec![base.clone()]),
                    limits: Limits::new(1),
                },
                user: user.clone(),
                auth: Arc::clone(auth),
                timeouts: *timeouts,
            }),
        };
        transport.endpoints.bases().map(alone).collect()
    }

    /// Sends a call and gives the body of a success.
    pub(crate) async fn send(&self, call: &Call) -> Result<Bytes> {
        let span = tracing::info_span!(
            "pve",
            method = call.method.as_str(),
            path = call.template,
            node = call.node.as_deref()
        );
        self.authorised(call).instrument(span).await
    }

    async fn authorised(&self, call: &Call) -> Result<Bytes> {
        let Inner {
            transport,
            auth,
            timeouts,
            ..
        } = &*self.inner;
        let deadline = Deadline::after(match call.class {
            Class::Read => timeouts.read,
            Class::SlowRead => timeouts.slow_read,
            Class::Write => timeouts.write,
        });
        let pass = auth.pass(transport, deadline).await?;
        let answer = transport
            .send(call, &pass.headers(&call.method), deadline)
            .await?;
        // Proxmox checks the ticket before anything else, so that a refused write can be sent again.
        if answer.status == 401
            && let Some(pass) = auth.renewed(transport, deadline, &pass).await?
        {
            return transport
                .send(call, &pass.headers(&call.method), deadline)
                .await?
                .into_body();
        }
        answer.into_body()
    }

    pub(crate) async fn one<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        decode::one(&call.name(), &self.send(&call).await?)
    }

    pub(crate) async fn list<T: DeserializeOwned>(&self, call: Call) -> Result<Vec<T>> {
        decode::list(&call.name(), &self.send(&call).await?)
    }

    /// A call that starts a task.
    pub(crate) async fn task(&self, call: Call) -> Result<Upid> {
        self.one(call).await
    }

    /// A call whose answer says nothing.
    pub(crate) async fn done(&self, call: Call) -> Result<()> {
        self.send(&call).await.map(drop)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoints: Vec<_> = self
            .endpoints()
            .into_iter()
            .map(|health| health.endpoint)
            .collect();
        f.debug_struct("Client")
            .field("endpoints", &endpoints)
            .finish_non_exhaustive()
    }
}
