//! Virtual machines: on, off and in between. Each call starts a task.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::upid::Upid;

/// How to shut a guest down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shutdown {
    /// Seconds to wait for it; Proxmox's own default where none.
    pub timeout: Option<u32>,
    /// Whether it is stopped hard once they are over.
    pub force_stop: bool,
}

impl Shutdown {
    pub(super) fn add_to(self, call: Call) -> Call {
        call.opt("timeout", self.timeout)
            .flag("forceStop", self.force_stop)
    }
}

impl Client {
    /// Starts a virtual machine.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn start_qemu(&self, node: &str, vmid: u32) -> Result<Upid> {
        self.task(Call::post(
            "/nodes/{node}/qemu/{vmid}/status/start",
            &[&node, &vmid],
        ))
        .await
    }

    /// Stops a virtual machine hard, like pulling its plug.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn stop_qemu(&self, node: &str, vmid: u32) -> Result<Upid> {
        self.task(Call::post(
            "/nodes/{node}/qemu/{vmid}/status/stop",
            &[&node, &vmid],
        ))
        .await
    }

    /// Asks the guest's system to shut down.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn shutdown_qemu(&self, node: &str, vmid: u32, how: Shutdown) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/qemu/{vmid}/status/shutdown", &[&node, &vmid]);
        self.task(how.add_to(call)).await
    }

    /// Shuts the guest's system down and starts it again, which applies what is pending.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn reboot_qemu(&self, node: &str, vmid: u32, timeout: Option<u32>) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/qemu/{vmid}/status/reboot", &[&node, &vmid]);
        self.task(call.opt("timeout", timeout)).await
    }

    /// Resets a virtual machine hard.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn reset_qemu(&self, node: &str, vmid: u32) -> Result<Upid> {
        self.task(Call::post(
            "/nodes/{node}/qemu/{vmid}/status/reset",
            &[&node, &vmid],
        ))
        .await
    }

    /// Pauses a virtual machine, or saves its memory to disk and stops it.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn suspend_qemu(&self, node: &str, vmid: u32, to_disk: bool) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/qemu/{vmid}/status/suspend", &[&node, &vmid]);
        self.task(call.flag("todisk", to_disk)).await
    }

    /// Lets a paused virtual machine go on.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn resume_qemu(&self, node: &str, vmid: u32) -> Result<Upid> {
        self.task(Call::post(
            "/nodes/{node}/qemu/{vmid}/status/resume",
            &[&node, &vmid],
        ))
        .await
    }
}
