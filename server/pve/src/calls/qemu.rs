//! Virtual machines: their configuration, and how they come and go.

use std::collections::BTreeMap;

use crate::client::Client;
use crate::decode;
use crate::error::Result;
use crate::guest::{ConfigChange, GuestConfig};
use crate::request::Call;
use crate::upid::Upid;
use crate::wire::{GuestStatus, PendingValue};

/// Which configuration of a guest to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigView {
    /// What the running guest has.
    Current,
    /// What it gets at its next start; the same where nothing is pending.
    Pending,
}

/// What to clone a virtual machine into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CloneQemu {
    /// The new guest's id.
    pub newid: u32,
    /// Its name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Whether disks are copied in full; a template's are linked where it is `false` or none.
    pub full: Option<bool>,
    /// The storage of a full clone's disks; that of the original where none.
    pub storage: Option<String>,
    /// The disks' format, where the storage has several.
    pub format: Option<String>,
    /// The node it is put on; needs shared storage.
    pub target: Option<String>,
    /// The pool it is put in.
    pub pool: Option<String>,
    /// The snapshot to clone.
    pub snapname: Option<String>,
    /// Limit in KiB/s.
    pub bwlimit: Option<u64>,
}

/// Where a disk is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoveDisk<'a> {
    /// The storage.
    pub storage: &'a str,
    /// Whether the old volume is deleted.
    pub delete_source: bool,
}

/// How to delete a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeleteGuest {
    /// Whether backup jobs, replication and high availability forget it too.
    pub purge: bool,
    /// Whether disks with its id go that its configuration doesn't name.
    pub destroy_unreferenced_disks: bool,
}

impl DeleteGuest {
    pub(super) fn add_to(self, call: Call) -> Call {
        call.flag("purge", self.purge)
            // Proxmox's own default was 1 for a while.
            .param(
                "destroy-unreferenced-disks",
                u8::from(self.destroy_unreferenced_disks),
            )
    }
}

impl Client {
    /// A node's virtual machines.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn qemu_list(&self, node: &str) -> Result<Vec<GuestStatus>> {
        self.list(Call::get("/nodes/{node}/qemu", &[&node])).await
    }

    /// A virtual machine's state.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where the node doesn't have it.
    pub async fn qemu_status(&self, node: &str, vmid: u32) -> Result<GuestStatus> {
        self.one(Call::get(
            "/nodes/{node}/qemu/{vmid}/status/current",
            &[&node, &vmid],
        ))
        .await
    }

    /// A virtual machine's configuration.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where the node doesn't have it.
    pub async fn qemu_config(&self, node: &str, vmid: u32, view: ConfigView) -> Result<GuestConfig> {
        let call = Call::get("/nodes/{node}/qemu/{vmid}/config", &[&node, &vmid]);
        self.one(call.flag("current", view == ConfigView::Current)).await
    }

    /// A virtual machine's configuration with what waits for the next start, key by key.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn qemu_pending(&self, node: &str, vmid: u32) -> Result<Vec<PendingValue>> {
        self.list(Call::get("/nodes/{node}/qemu/{vmid}/pending", &[&node, &vmid]))
            .await
    }

    /// What a virtual machine's cloud-init drive was made from, key by key, with what the configuration has otherwise:
    /// a guest that runs gets that at its next start, when the drive is made anew. Of a key that was taken out
    /// Proxmox doesn't tell what it was.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn qemu_cloud_init(&self, node: &str, vmid: u32) -> Result<Vec<PendingValue>> {
        self.list(Call::get("/nodes/{node}/qemu/{vmid}/cloudinit", &[&node, &vmid]))
            .await
    }

    /// Starts cloning.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_vmid_taken` where a guest has the id.
    pub async fn clone_qemu(&self, node: &str, vmid: u32, into: &CloneQemu) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/qemu/{vmid}/clone", &[&node, &vmid])
            .param("newid", into.newid)
            .opt("name", into.name.as_deref())
            .opt("description", into.description.as_deref())
            .opt_flag("full", into.full)
            .opt("storage", into.storage.as_deref())
            .opt("format", into.format.as_deref())
            .opt("target", into.target.as_deref())
            .opt("pool", into.pool.as_deref())
            .opt("snapname", into.snapname.as_deref())
            .opt("bwlimit", into.bwlimit);
        self.task(call).await
    }

    /// Starts making a virtual machine with this configuration.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_vmid_taken` where a guest has the id.
    pub async fn create_qemu(
        &self,
        node: &str,
        vmid: u32,
        config: &BTreeMap<String, String>,
    ) -> Result<Upid> {
        let mut call = Call::post("/nodes/{node}/qemu", &[&node]).param("vmid", vmid);
        for (key, value) in config {
            call = call.param(key.clone(), value);
        }
        self.task(call).await
    }

    /// Starts deleting a virtual machine with its disks; it has to be stopped.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where it is gone already.
    pub async fn delete_qemu(&self, node: &str, vmid: u32, how: DeleteGuest) -> Result<Upid> {
        let call = Call::delete("/nodes/{node}/qemu/{vmid}", &[&node, &vmid]);
        self.task(how.add_to(call)).await
    }

    /// Changes the configuration before it answers.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where it was changed meanwhile.
    pub async fn update_qemu(&self, node: &str, vmid: u32, change: &ConfigChange) -> Result<()> {
        self.done(change.add_to(Call::put("/nodes/{node}/qemu/{vmid}/config", &[&node, &vmid])))
            .await
    }

    /// Starts changing the configuration: right for what takes time, such as a new disk. `None` where Proxmox
    /// had nothing to do in the background.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where it was changed meanwhile.
    pub async fn update_qemu_async(
        &self,
        node: &str,
        vmid: u32,
        change: &ConfigChange,
    ) -> Result<Option<Upid>> {
        let call = change.add_to(Call::post("/nodes/{node}/qemu/{vmid}/config", &[&node, &vmid]));
        decode::maybe(&call.name(), &self.send(&call).await?)
    }

    /// Grows a disk to `bytes`; Proxmox can't shrink one. `None` where an older Proxmox has done it already.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn resize_disk(
        &self,
        node: &str,
        vmid: u32,
        disk: &str,
        bytes: u64,
        digest: Option<&str>,
    ) -> Result<Option<Upid>> {
        let call = Call::put("/nodes/{node}/qemu/{vmid}/resize", &[&node, &vmid])
            .param("disk", disk)
            .param("size", bytes)
            .opt("digest", digest);
        decode::maybe(&call.name(), &self.send(&call).await?)
    }

    /// Starts copying a disk to another storage, of a running guest too. The old volume becomes an unused disk, or
    /// is deleted.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the configuration was changed meanwhile.
    pub async fn move_disk(
        &self,
        node: &str,
        vmid: u32,
        disk: &str,
        to: MoveDisk<'_>,
        digest: Option<&str>,
    ) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/qemu/{vmid}/move_disk", &[&node, &vmid])
            .param("disk", disk)
            .param("storage", to.storage)
            .flag("delete", to.delete_source)
            .opt("digest", digest);
        self.task(call).await
    }

    /// Detaches disks, which become `unusedN`; with `force`, or where they are unused already, their data is
    /// deleted.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn unlink_disks(&self, node: &str, vmid: u32, disks: &[&str], force: bool) -> Result<()> {
        let call = Call::put("/nodes/{node}/qemu/{vmid}/unlink", &[&node, &vmid])
            .param("idlist", disks.join(","))
            .flag("force", force);
        self.done(call).await
    }
}
