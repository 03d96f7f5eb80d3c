//! The agent inside a virtual machine. `is_agent_unavailable` tells its absence from other faults.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{
    AgentFile, AgentFilesystem, AgentInterface, AgentProgram, Filesystems, Interfaces, Started,
};

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

    /// A file inside the guest.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn agent_file_read(&self, node: &str, vmid: u32, file: &str) -> Result<AgentFile> {
        let call = Call::get("/nodes/{node}/qemu/{vmid}/agent/file-read", &[&node, &vmid]);
        self.one(call.param("file", file)).await
    }

    /// The guest's mounted file systems.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn agent_filesystems(&self, node: &str, vmid: u32) -> Result<Vec<AgentFilesystem>> {
        let call = Call::get("/nodes/{node}/qemu/{vmid}/agent/get-fsinfo", &[&node, &vmid]);
        let Filesystems { result } = self.one(call).await?;
        Ok(result)
    }

    /// Starts a program in the guest, and tells its id there. The program runs as the agent does, mostly as root; what is
    /// sent to it is no secret from Proxmox's log.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn agent_exec(&self, node: &str, vmid: u32, command: &[&str]) -> Result<u64> {
        let mut call = Call::post("/nodes/{node}/qemu/{vmid}/agent/exec", &[&node, &vmid]);
        for part in command {
            call = call.param("command", part);
        }
        let Started { pid } = self.one(call).await?;
        Ok(pid)
    }

    /// How a program is that was started in the guest. What it said is told once, when it has exited.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn agent_exec_status(&self, node: &str, vmid: u32, pid: u64) -> Result<AgentProgram> {
        let call = Call::get("/nodes/{node}/qemu/{vmid}/agent/exec-status", &[&node, &vmid]);
        self.one(call.param("pid", pid)).await
    }
}
