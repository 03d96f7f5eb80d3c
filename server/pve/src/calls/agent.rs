//! The agent inside a virtual machine. `is_agent_unavailable` tells its absence from other faults.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{AgentInterface, Interfaces};

impl Client {
    /// Whether the agent answers.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn agent_ping(&self, node: &str, vmid: u32) -> Result<()> {
        let call = Call::post("/nodes/{node}/qemu/{vmid}/agent/ping", &[&node, &vmid]);
        self.done(call.short().repeatable()).await
    }

    /// The guest's network interfaces with their addresses.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn agent_interfaces(&self, node: &str, vmid: u32) -> Result<Vec<AgentInterface>> {
        let call = Call::get(
            "/nodes/{node}/qemu/{vmid}/agent/network-get-interfaces",
            &[&node, &vmid],
        );
        let Interfaces { result } = self.one(call).await?;
        Ok(result)
    }
}
