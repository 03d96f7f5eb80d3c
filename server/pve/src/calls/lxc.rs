//! Containers.

use super::power::Shutdown;
use super::qemu::{ConfigView, DeleteGuest};
use crate::client::Client;
use crate::error::Result;
use crate::guest::{ConfigChange, GuestConfig};
use crate::request::Call;
use crate::upid::Upid;
use crate::wire::GuestStatus;

impl Client {
    /// A node's containers.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn lxc_list(&self, node: &str) -> Result<Vec<GuestStatus>> {
        self.list(Call::get("/nodes/{node}/lxc", &[&node])).await
    }

    /// A container's state.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where the node doesn't have it.
    pub async fn lxc_status(&self, node: &str, vmid: u32) -> Result<GuestStatus> {
        self.one(Call::get(
            "/nodes/{node}/lxc/{vmid}/status/current",
            &[&node, &vmid],
        ))
        .await
    }

    /// A container's configuration.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where the node doesn't have it.
    pub async fn lxc_config(&self, node: &str, vmid: u32, view: ConfigView) -> Result<GuestConfig> {
        let call = Call::get("/nodes/{node}/lxc/{vmid}/config", &[&node, &vmid]);
        self.one(call.flag("current", view == ConfigView::Current)).await
    }

    /// Changes a container's configuration before it answers.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where it was changed meanwhile.
    pub async fn update_lxc(&self, node: &str, vmid: u32, change: &ConfigChange) -> Result<()> {
        self.done(change.add_to(Call::put("/nodes/{node}/lxc/{vmid}/config", &[&node, &vmid])))
            .await
    }

    /// Grows a root file system or mount point to `bytes`; Proxmox can't shrink one.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the configuration was changed meanwhile.
    pub async fn resize_lxc(
        &self,
        node: &str,
        vmid: u32,
        disk: &str,
        bytes: u64,
        digest: Option<&str>,
    ) -> Result<Upid> {
        let call = Call::put("/nodes/{node}/lxc/{vmid}/resize", &[&node, &vmid])
            .param("disk", disk)
            .param("size", bytes)
            .opt("digest", digest);
        self.task(call).await
    }

    /// Starts a container.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn start_lxc(&self, node: &str, vmid: u32) -> Result<Upid> {
        self.task(Call::post(
            "/nodes/{node}/lxc/{vmid}/status/start",
            &[&node, &vmid],
        ))
        .await
    }

    /// Stops a container hard.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn stop_lxc(&self, node: &str, vmid: u32) -> Result<Upid> {
        self.task(Call::post(
            "/nodes/{node}/lxc/{vmid}/status/stop",
            &[&node, &vmid],
        ))
        .await
    }

    /// Asks the container's system to shut down.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn shutdown_lxc(&self, node: &str, vmid: u32, how: Shutdown) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/lxc/{vmid}/status/shutdown", &[&node, &vmid]);
        self.task(how.add_to(call)).await
    }

    /// Shuts the container's system down and starts it again.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn reboot_lxc(&self, node: &str, vmid: u32, timeout: Option<u32>) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/lxc/{vmid}/status/reboot", &[&node, &vmid]);
        self.task(call.opt("timeout", timeout)).await
    }

    /// Starts deleting a container with its volumes; it has to be stopped.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where it is gone already.
    pub async fn delete_lxc(&self, node: &str, vmid: u32, how: DeleteGuest) -> Result<Upid> {
        let call = Call::delete("/nodes/{node}/lxc/{vmid}", &[&node, &vmid]);
        self.task(how.add_to(call)).await
    }
}
