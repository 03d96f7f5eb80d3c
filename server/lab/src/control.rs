//! The control API, call by call; `end2end/lab/README.md` describes what each does.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::LabError;
use crate::process::Lab;

type Result<T> = std::result::Result<T, LabError>;

/// A request that waits in the lab.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Hold {
    /// Its number, for [`Lab::release`].
    pub id: u64,
    /// `before` or `after` it is acted upon.
    pub phase: String,
    /// Its method.
    pub method: String,
    /// Its path, without the API's prefix.
    pub path: String,
    /// Whether it was acted upon.
    pub acted: bool,
    /// `held`, `released` or `gone`.
    pub state: String,
}

/// What became of a held request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// It waits.
    Held,
    /// It went on.
    Released,
    /// Its client left.
    Gone,
}

impl fmt::Display for HoldState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "held",
            Self::Released => "released",
            Self::Gone => "gone",
        })
    }
}

/// All of these fail where the control API doesn't answer, or refuses; the error has its reason.
impl Lab {
    /// Puts a rule in force (`{match, action, …}`); gives its number.
    ///
    /// # Errors
    /// See above.
    pub async fn fault(&self, rule: Value) -> Result<u64> {
        #[derive(Deserialize)]
        struct Added {
            id: u64,
        }
        let Added { id } = self.call(Method::POST, "/faults", &[], Some(rule)).await?;
        Ok(id)
    }

    /// Lifts all rules and lets every held request go on.
    ///
    /// # Errors
    /// See above.
    pub async fn clear_faults(&self) -> Result<()> {
        self.tell(Method::DELETE, "/faults", None).await
    }

    /// The requests that wait now.
    ///
    /// # Errors
    /// See above.
    pub async fn holds(&self) -> Result<Vec<Hold>> {
        self.call(Method::GET, "/holds", &[], None).await
    }

    /// The holds in this state of requests whose path matches, waiting for the first.
    ///
    /// # Errors
    /// See above; also where there is none within `wait`.
    pub async fn wait_for_hold(&self, path: &str, state: HoldState, wait: Duration) -> Result<Vec<Hold>> {
        let query = [
            ("wait", wait.as_secs_f64().to_string()),
            ("path", path.to_owned()),
            ("state", state.to_string()),
        ];
        let found: Vec<Hold> = self.call(Method::GET, "/holds", &query, None).await?;
        if found.is_empty() {
            return Err(LabError::new(format!(
                "no request {path:?} is {state} after {wait:?}"
            )));
        }
        Ok(found)
    }

    /// Lets a held request go on.
    ///
    /// # Errors
    /// See above.
    pub async fn release(&self, id: u64) -> Result<()> {
        self.tell(Method::POST, &format!("/holds/{id}/release"), None)
            .await
    }

    /// The whole cluster: guests, storages, tasks, nodes.
    ///
    /// # Errors
    /// See above.
    pub async fn state(&self) -> Result<Value> {
        self.call(Method::GET, "/state", &[], None).await
    }

    /// How many requests there were, by method and path template.
    ///
    /// # Errors
    /// See above.
    pub async fn calls(&self) -> Result<BTreeMap<String, u64>> {
        self.call(Method::GET, "/calls", &[], None).await
    }

    /// Forgets the requests.
    ///
    /// # Errors
    /// See above.
    pub async fn clear_calls(&self) -> Result<()> {
        self.tell(Method::DELETE, "/calls", None).await
    }

    /// The requests whose method and path match, with body and status.
    ///
    /// # Errors
    /// See above.
    pub async fn requests(&self, method: &str, path: &str) -> Result<Vec<Value>> {
        let query = [("method", method.to_owned()), ("path", path.to_owned())];
        self.call(Method::GET, "/requests", &query, None).await
    }

    /// A node refuses connections from now on, and its guests become unknown.
    ///
    /// # Errors
    /// See above.
    pub async fn node_down(&self, node: &str) -> Result<()> {
        self.tell(Method::POST, &format!("/nodes/{node}/down"), None)
            .await
    }

    /// A node comes back.
    ///
    /// # Errors
    /// See above.
    pub async fn node_up(&self, node: &str) -> Result<()> {
        self.tell(Method::POST, &format!("/nodes/{node}/up"), None).await
    }

    /// Every sign-in ticket given so far is refused from now on.
    ///
    /// # Errors
    /// See above.
    pub async fn expire_tickets(&self) -> Result<()> {
        self.tell(Method::POST, "/tickets/expire", None).await
    }

    /// Sets how many real seconds a Proxmox second takes.
    ///
    /// # Errors
    /// See above.
    pub async fn time_scale(&self, real_seconds: f64) -> Result<()> {
        self.tell(
            Method::PUT,
            "/time-scale",
            Some(json!({"time_scale": real_seconds})),
        )
        .await
    }

    /// Moves the cluster's clock on.
    ///
    /// # Errors
    /// See above.
    pub async fn advance(&self, seconds: f64) -> Result<()> {
        self.tell(Method::PUT, "/clock", Some(json!({"advance": seconds})))
            .await
    }

    /// Sets how old `/cluster/resources` may be.
    ///
    /// # Errors
    /// See above.
    pub async fn stats_lag(&self, seconds: f64) -> Result<()> {
        self.tell(Method::PUT, "/stats-lag", Some(json!({"seconds": seconds})))
            .await
    }

    /// Gives the cluster its quorum, or takes it.
    ///
    /// # Errors
    /// See above.
    pub async fn quorum(&self, quorate: bool) -> Result<()> {
        self.tell(Method::PUT, "/quorum", Some(json!({"quorate": quorate})))
            .await
    }

    /// Replaces what a user may do: privileges by path.
    ///
    /// # Errors
    /// See above.
    pub async fn grants(&self, user: &str, grants: Value) -> Result<()> {
        self.tell(
            Method::PUT,
            "/grants",
            Some(json!({"user": user, "grants": grants})),
        )
        .await
    }

    /// Somebody else makes a virtual machine (`{vmid, name?, node?, status?, config?, pool?}`).
    ///
    /// # Errors
    /// See above.
    pub async fn add_guest(&self, guest: Value) -> Result<()> {
        self.tell(Method::POST, "/guests", Some(guest)).await
    }

    /// Changes a guest behind everybody's back (`{lock?, agent?, boot_secs?, status?, …}`).
    ///
    /// # Errors
    /// See above.
    pub async fn patch_guest(&self, vmid: u32, change: Value) -> Result<()> {
        self.tell(Method::POST, &format!("/guests/{vmid}"), Some(change))
            .await
    }

    /// Changes a storage behind everybody's back (`{active?, total?, free?, …}`).
    ///
    /// # Errors
    /// See above.
    pub async fn patch_storage(&self, storage: &str, change: Value) -> Result<()> {
        self.tell(Method::POST, &format!("/storages/{storage}"), Some(change))
            .await
    }

    /// A guest vanishes with its disks.
    ///
    /// # Errors
    /// See above.
    pub async fn remove_guest(&self, vmid: u32) -> Result<()> {
        self.tell(Method::DELETE, &format!("/guests/{vmid}"), None).await
    }

    /// A guest vanishes and leaves its disks behind.
    ///
    /// # Errors
    /// See above.
    pub async fn forget_guest(&self, vmid: u32) -> Result<()> {
        self.tell(Method::DELETE, &format!("/guests/{vmid}?disks=keep"), None)
            .await
    }

    /// Brings the cluster back to how it was at the start.
    ///
    /// # Errors
    /// See above.
    pub async fn reset(&self) -> Result<()> {
        self.tell(Method::POST, "/reset", None).await
    }

    async fn tell(&self, method: Method, path: &str, body: Option<Value>) -> Result<()> {
        self.call::<Value>(method, path, &[], body).await.map(drop)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Option<Value>,
    ) -> Result<T> {
        let failed =
            |why: String| LabError::new(format!("the lab's control call {method} {path} fails: {why}"));
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.control))
            .query(query);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| failed(error.to_string()))?;
        let status = response.status();
        let text = response.text().await.map_err(|error| failed(error.to_string()))?;
        if !status.is_success() {
            return Err(failed(format!("{status}: {text}")));
        }
        serde_json::from_str(&text).map_err(|error| failed(format!("{error}: {text}")))
    }
}
