//! Nodes, and figures over time.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{
    Certificate, GuestKind, NetworkInterface, NodeEntry, NodeStatus, NodeTime, RrdPoint, Timeframe,
};

impl Client {
    /// The cluster's nodes.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn nodes(&self) -> Result<Vec<NodeEntry>> {
        self.list(Call::get("/nodes", &[])).await
    }

    /// A node's figures.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn node_status(&self, node: &str) -> Result<NodeStatus> {
        self.one(Call::get("/nodes/{node}/status", &[&node])).await
    }

    /// The time zone that a node's clock is set to, such as `Europe/Vienna`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn node_zone(&self, node: &str) -> Result<String> {
        let time: NodeTime = self.one(Call::get("/nodes/{node}/time", &[&node])).await?;
        Ok(time.timezone)
    }

    /// The certificates that a node has, its own and that of the cluster's authority among them.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn node_certificates(&self, node: &str) -> Result<Vec<Certificate>> {
        self.list(Call::get("/nodes/{node}/certificates/info", &[&node]))
            .await
    }

    /// The bridges of a node to which guests can be connected, those of the software-defined network included.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn node_bridges(&self, node: &str) -> Result<Vec<NetworkInterface>> {
        self.list(Call::get("/nodes/{node}/network", &[&node]).param("type", "any_bridge"))
            .await
    }

    /// A node's figures over time, averaged per step.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn node_rrddata(&self, node: &str, timeframe: Timeframe) -> Result<Vec<RrdPoint>> {
        let call = Call::get("/nodes/{node}/rrddata", &[&node]);
        self.list(call.param("timeframe", timeframe).param("cf", "AVERAGE"))
            .await
    }

    /// A guest's figures over time, averaged per step.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn guest_rrddata(
        &self,
        kind: GuestKind,
        node: &str,
        vmid: u32,
        timeframe: Timeframe,
    ) -> Result<Vec<RrdPoint>> {
        let template = match kind {
            GuestKind::Qemu => "/nodes/{node}/qemu/{vmid}/rrddata",
            GuestKind::Lxc => "/nodes/{node}/lxc/{vmid}/rrddata",
        };
        let call = Call::get(template, &[&node, &vmid]);
        self.list(call.param("timeframe", timeframe).param("cf", "AVERAGE"))
            .await
    }
}
