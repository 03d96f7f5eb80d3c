//! Backups: how they are made, given back and pruned. What a storage holds of them is in `storage`.

use crate::client::Client;
use crate::decode;
use crate::error::Result;
use crate::guest::GuestConfig;
use crate::request::Call;
use crate::upid::Upid;
use crate::wire::{BackupMode, Compression, GuestKind, PruneEntry, Retention};

/// How to back a guest up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vzdump {
    /// The storage the archive goes to.
    pub storage: String,
    /// What the guest does meanwhile.
    pub mode: BackupMode,
    /// How the archive is compressed.
    pub compress: Compression,
    /// The notes the backup gets; `{{guestname}}`, `{{vmid}}`, `{{node}}` and `{{cluster}}` stand for what they say, a
    /// line break is written `\n`.
    pub notes_template: Option<String>,
    /// Whether the backup is protected from pruning and deletion.
    pub protected: bool,
    /// Which backups of the guest are kept on the storage afterwards; all of them where none. Needs
    /// `Datastore.Allocate` on the storage.
    pub prune: Option<Retention>,
    /// Where none: whether the storage's own settings decide, which needs no more than making the backup does.
    pub prune_as_storage: bool,
    /// What else there is to say, such as `fleecing`, by Proxmox's names and in its words. For `bwlimit`, `ionice` and
    /// `performance` it wants `Sys.Modify` on `/`.
    pub options: Vec<(String, String)>,
}

/// What to make of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restore {
    /// The backup, `storage:backup/…`.
    pub archive: String,
    /// Whether a guest of that id is replaced, and its disks with it. It has to be stopped, on the same node and of the
    /// same kind.
    pub force: bool,
    /// Whether network cards get new addresses, and a virtual machine new ids, so that it can run beside the original.
    pub unique: bool,
    /// The storage of all disks. Where none, a virtual machine's go where the backup says they were, and a
    /// container's to `local`, which is Proxmox's default for every new container.
    pub storage: Option<String>,
    /// The pool it is put in.
    pub pool: Option<String>,
    /// Whether it is started afterwards.
    pub start: bool,
    /// The name it gets; that of the backup where none.
    pub name: Option<String>,
    /// The description it gets; that of the backup where none.
    pub description: Option<String>,
    /// Limit in KiB/s.
    pub bwlimit: Option<u64>,
}

impl Restore {
    /// What both kinds of guests take by the same names.
    fn add_to(&self, call: Call, name: &'static str) -> Call {
        call.flag("force", self.force)
            .flag("unique", self.unique)
            .opt("storage", self.storage.as_deref())
            .opt("pool", self.pool.as_deref())
            .flag("start", self.start)
            .opt(name, self.name.as_deref())
            .opt("description", self.description.as_deref())
            .opt("bwlimit", self.bwlimit)
    }
}

/// Which backups of a storage pruning looks at; all conditions have to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PruneFilter {
    /// Those of this guest.
    pub vmid: Option<u32>,
    /// Those of guests of this kind.
    pub kind: Option<GuestKind>,
}

impl PruneFilter {
    fn add_to(self, call: Call, retention: &Retention) -> Call {
        call.param("prune-backups", retention)
            .opt("type", self.kind)
            .opt("vmid", self.vmid)
    }
}

impl Client {
    /// Starts backing a guest up on its node.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn vzdump(&self, node: &str, vmid: u32, how: &Vzdump) -> Result<Upid> {
        let mut call = Call::post("/nodes/{node}/vzdump", &[&node])
            .param("vmid", vmid)
            .param("storage", &how.storage)
            .param("mode", how.mode)
            .param("compress", how.compress)
            .opt("notes-template", how.notes_template.as_deref())
            .flag("protected", how.protected)
            // Where nothing is said, Proxmox prunes by what the storage or the node's vzdump.conf has.
            .param("remove", u8::from(how.prune.is_some() || how.prune_as_storage))
            .opt("prune-backups", how.prune);
        for (name, value) in &how.options {
            call = call.param(name.clone(), value);
        }
        self.task(call).await
    }

    /// Starts making a virtual machine of a backup. Name and description may be given since Proxmox VE 7.2: what
    /// `create_vm` of `PVE::API2::Qemu` gets beside the archive takes the place of what is in it, unless it is a disk.
    ///
    /// A failure leaves what was restored so far: the machine is there, without a lock, its disks are not whole.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_vmid_taken` where a guest has the id and isn't to be replaced.
    pub async fn restore_qemu(&self, node: &str, vmid: u32, how: &Restore) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/qemu", &[&node])
            .param("vmid", vmid)
            .param("archive", &how.archive);
        self.task(how.add_to(call, "name")).await
    }

    /// Starts making a container of a backup. What is given beside it takes the place of what is in it
    /// (`sanitize_and_merge_config` of `PVE::LXC::Create`); the name is its host name.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_vmid_taken` where a guest has the id and isn't to be replaced.
    pub async fn restore_lxc(&self, node: &str, vmid: u32, how: &Restore) -> Result<Upid> {
        let call = Call::post("/nodes/{node}/lxc", &[&node])
            .param("vmid", vmid)
            .param("ostemplate", &how.archive)
            .param("restore", 1);
        self.task(how.add_to(call, "hostname")).await
    }

    /// The configuration in a backup, without reading the rest of it. Needs `Datastore.AllocateSpace` on the storage
    /// and `VM.Backup` for the guest.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn archive_config(&self, node: &str, volume: &str) -> Result<GuestConfig> {
        let call = Call::get("/nodes/{node}/vzdump/extractconfig", &[&node]).param("volume", volume);
        let text: String = self.one(call.slow()).await?;
        Ok(GuestConfig::from_text(&text))
    }

    /// What pruning by these rules would do; backups that come or go meanwhile may change it.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn prune_preview(
        &self,
        node: &str,
        storage: &str,
        filter: PruneFilter,
        retention: &Retention,
    ) -> Result<Vec<PruneEntry>> {
        let call = Call::get("/nodes/{node}/storage/{storage}/prunebackups", &[&node, &storage]);
        self.list(filter.add_to(call.slow(), retention)).await
    }

    /// Starts removing what these rules don't keep. Needs `Datastore.Allocate` on the storage, or, for one guest,
    /// `Datastore.AllocateSpace` there and `VM.Backup` for the guest. `None` where it was done before the answer.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn prune(
        &self,
        node: &str,
        storage: &str,
        filter: PruneFilter,
        retention: &Retention,
    ) -> Result<Option<Upid>> {
        let call = Call::delete("/nodes/{node}/storage/{storage}/prunebackups", &[&node, &storage]);
        let call = filter.add_to(call, retention);
        decode::maybe(&call.name(), &self.send(&call).await?)
    }
}
