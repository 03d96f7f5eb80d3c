//! Backups with the fields of every version of the API, one by one and by server.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use drover_types::backup::{Archive, Verification};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;
use drover_types::units::GIB;
use serde::Serialize;
use utoipa::ToSchema;

/// What every backup contains, in Proxmox's word for it.
const CONTENT: &str = "backup";

/// A backup.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BackupItem {
    /// Its volume, as Proxmox names it.
    pub name: String,
    /// Its name within its storage: what other addresses take as `filename`.
    pub filename: String,
    /// The storage.
    pub storage: String,
    /// The cluster.
    pub cluster: String,
    /// The node whose storage it is; of a shared one that of the server, else one that sees it. Empty where none does.
    pub node: String,
    /// Whether all nodes see it.
    pub shared: bool,
    /// The id of the guest that was backed up.
    pub vm_id: String,
    /// Its name; of one that is gone what the backup's notes begin with.
    pub vm_name: String,
    /// The guest, as `cluster:vmid`. It may be gone.
    pub server: GuestId,
    /// Its size in bytes; on a Proxmox Backup Server that of what was backed up.
    pub size: u64,
    /// The same in GiB.
    pub size_gb: f64,
    /// Always `backup`.
    pub content: &'static str,
    /// Its format, such as `vma.zst` or `pbs-vm`.
    pub format: String,
    /// When it was made, in seconds since 1970.
    pub ctime: i64,
    /// The same.
    pub timestamp: i64,
    /// The same as a text.
    pub backup_date: DateTime<Utc>,
    /// What is noted on it.
    pub notes: Option<String>,
    /// Whether nobody may delete it.
    pub protected: bool,
    /// How its last verification ended, where there was one.
    pub verification: Option<Verification>,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Of what kind of guest it is; null where its name does not tell.
    pub kind: Option<GuestKind>,
}

/// The backups of one server.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BackupGroup {
    /// The server's name.
    pub vm_name: String,
    /// Its id.
    pub vm_id: u32,
    /// The server, as `cluster:vmid`. It may be gone.
    pub server: GuestId,
    /// The cluster.
    pub cluster: String,
    /// The node it is on; the newest backup's where it is gone.
    pub node: String,
    /// Its backups, the newest first.
    pub backups: Vec<BackupItem>,
    /// How many.
    pub count: usize,
    /// Their sizes together, in GiB.
    pub total_size_gb: f64,
}

/// What is known of servers and storages where backups are told.
pub(super) struct Scene<'a> {
    rows: HashMap<&'a GuestId, &'a GuestRow>,
    picture: &'a Snapshot,
    /// The node that was asked about.
    node: Option<&'a str>,
}

impl<'a> Scene<'a> {
    /// As `picture` has it, told of `node` where one is named.
    pub(super) fn new(picture: &'a Snapshot, node: Option<&'a str>) -> Self {
        Self {
            rows: picture.guests.iter().map(|row| (&row.id, row)).collect(),
            picture,
            node,
        }
    }

    /// The guest that was backed up, if it is there: another kind of guest may have its id now.
    fn row(&self, guest: &GuestId, archive: &Archive) -> Option<&'a GuestRow> {
        let row = self.rows.get(guest).copied();
        row.filter(|row| archive.kind.is_none_or(|kind| kind == row.kind))
    }

    /// A node that sees the storage of a backup.
    fn node_of(&self, guest: &GuestId, archive: &Archive) -> String {
        let own = archive.node.as_deref().or(self.node);
        let home = self.row(guest, archive).map(|row| row.node.as_str());
        let mut storages = self.picture.storages.iter();
        let seeing = || {
            let found = storages
                .find(|row| row.cluster == guest.cluster && row.name == archive.storage && row.active);
            found.map(|row| row.node.as_str())
        };
        own.or(home).or_else(seeing).unwrap_or_default().to_owned()
    }

    /// A backup of `guest`.
    pub(super) fn item(&self, guest: &GuestId, archive: Archive) -> BackupItem {
        let row = self.row(guest, &archive);
        let noted = || archive.notes.as_ref()?.lines().next().map(str::to_owned);
        BackupItem {
            filename: archive.file_name().to_owned(),
            node: self.node_of(guest, &archive),
            shared: archive.node.is_none(),
            cluster: guest.cluster.clone(),
            vm_id: guest.vmid.to_string(),
            vm_name: row.map(|row| row.name.clone()).or_else(noted).unwrap_or_default(),
            server: guest.clone(),
            size: archive.bytes,
            size_gb: gib(archive.bytes),
            content: CONTENT,
            format: archive.format,
            ctime: archive.made_at,
            timestamp: archive.made_at,
            backup_date: DateTime::from_timestamp(archive.made_at, 0).unwrap_or_default(),
            notes: archive.notes,
            protected: archive.protected,
            verification: archive.verification,
            encrypted: archive.encrypted,
            kind: archive.kind,
            name: archive.volume,
            storage: archive.storage,
        }
    }
}

/// The backups, server by server, each server where its newest one is.
pub(super) fn grouped(items: &[BackupItem]) -> Vec<BackupGroup> {
    let mut groups: Vec<BackupGroup> = Vec::new();
    let mut places: BTreeMap<(&GuestId, Option<&str>), usize> = BTreeMap::new();
    for item in items {
        let place = *places
            .entry((&item.server, item.kind.map(GuestKind::as_str)))
            .or_insert_with(|| {
                groups.push(BackupGroup {
                    vm_name: item.vm_name.clone(),
                    vm_id: item.server.vmid,
                    server: item.server.clone(),
                    cluster: item.cluster.clone(),
                    node: item.node.clone(),
                    backups: Vec::new(),
                    count: 0,
                    total_size_gb: 0.0,
                });
                groups.len() - 1
            });
        groups[place].backups.push(item.clone());
    }
    for group in &mut groups {
        group.count = group.backups.len();
        group.total_size_gb = gib(group.backups.iter().map(|one| one.size).sum());
    }
    groups
}

/// Bytes in GiB, to the second place.
#[expect(clippy::cast_precision_loss, reason = "two places are shown")]
pub(super) fn gib(bytes: u64) -> f64 {
    (bytes as f64 / GIB as f64 * 100.0).round() / 100.0
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn backup(vmid: u32, made_at: i64, bytes: u64) -> (GuestId, Archive) {
        let volume = format!("nfs:backup/vzdump-qemu-{vmid}-2026_01_31-02_00_00.vma.zst");
        let archive = Archive {
            volume,
            storage: "nfs".into(),
            node: None,
            kind: Some(GuestKind::Qemu),
            vmid: Some(vmid),
            made_at,
            bytes,
            format: "vma.zst".into(),
            notes: Some("shop\nbefore the update".into()),
            protected: false,
            verification: None,
            encrypted: false,
        };
        (GuestId::new("lab", vmid), archive)
    }

    #[test]
    fn sizes_have_two_places() {
        let told = [gib(0), gib(GIB / 3), gib(5 * GIB)].map(|size| size.to_string());
        assert_eq!(told, ["0", "0.33", "5"]);
    }

    #[test]
    fn what_another_kind_of_guest_is_called_now_is_not_told_of_an_old_backup() {
        let picture = Snapshot {
            guests: vec![GuestRow {
                name: "web".into(),
                node: "pve2".into(),
                kind: GuestKind::Lxc,
                ..GuestRow::unknown(GuestId::new("lab", 100))
            }],
            ..Snapshot::default()
        };
        let scene = Scene::new(&picture, None);
        let (guest, archive) = backup(100, 5, GIB);
        let item = scene.item(&guest, archive.clone());
        assert_eq!((item.vm_name.as_str(), item.node.as_str()), ("shop", ""));
        let of_container = Archive {
            kind: Some(GuestKind::Lxc),
            ..archive
        };
        let item = scene.item(&guest, of_container);
        assert_eq!((item.vm_name.as_str(), item.node.as_str()), ("web", "pve2"));
    }

    #[test]
    fn backups_are_told_by_server_and_ids_are_not_matched_in_part() {
        let picture = Snapshot::default();
        let scene = Scene::new(&picture, None);
        let all = [backup(101, 9, GIB), backup(10, 8, GIB / 2), backup(101, 7, GIB)];
        let items: Vec<BackupItem> = all
            .into_iter()
            .map(|(guest, archive)| scene.item(&guest, archive))
            .collect();
        let groups: Vec<_> = grouped(&items)
            .into_iter()
            .map(|group| (group.vm_id, group.count, group.total_size_gb))
            .collect();
        assert_eq!(groups, [(101, 2, 2.0), (10, 1, 0.5)]);
    }
}
