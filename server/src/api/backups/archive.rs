//! From what a body says of a backup to the backup it means. Nothing is asked for that is not a backup's name.

use drover_core::{Error, Result};
use drover_types::error::FieldProblems;
use drover_types::ids::GuestId;
use drover_types::text::Problem;
use pve_client::ArchiveName;

use super::body::STORAGE;
use crate::router::Server;

/// The field of bodies that names a backup.
pub(super) const FILENAME: &str = "filename";

/// The backup `filename` of a storage, however much of its volume that is. Where no storage is named, the one in
/// `filename` is meant.
///
/// # Errors
/// [`Error::Invalid`] where it is no name of a backup, or one of another storage.
pub(super) fn archive(storage: Option<&str>, filename: Option<&str>) -> Result<ArchiveName> {
    let Some(given) = filename.map(str::trim).filter(|text| !text.is_empty()) else {
        return Err(Error::field(FILENAME, Problem::Required));
    };
    // The time in a snapshot of a Proxmox Backup Server has colons too.
    let own = given
        .split_once(':')
        .map(|(own, _)| own)
        .filter(|own| !own.contains('/'));
    let storage = storage.or(own).unwrap_or(STORAGE);
    ArchiveName::in_storage(storage, given).map_err(|_| {
        let given = given.to_owned();
        Error::field(FILENAME, Problem::InvalidBackupVolume { given })
    })
}

/// Refuses a backup of any but this guest.
///
/// # Errors
/// [`Error::Invalid`].
pub(super) fn only_of(guest: &GuestId, archive: &ArchiveName) -> Result<()> {
    if archive.vmid() == guest.vmid {
        return Ok(());
    }
    let volume = archive.to_string();
    Err(Error::field(FILENAME, Problem::BackupOfAnother { volume }))
}

/// The cluster that has a node of this name: `cluster`, where that is said.
///
/// # Errors
/// [`Error::NotFound`] where none has, or [`Error::Invalid`] for a cluster that is not known.
pub(super) fn cluster_of(server: &Server, cluster: Option<&str>, node: &str) -> Result<String> {
    let only = match cluster {
        Some(name) => Some(server.drover.clusters.named(Some(name))?.name.to_string()),
        None => None,
    };
    let picture = server.drover.inventory.snapshot();
    let found = picture
        .nodes
        .iter()
        .find(|row| row.name == node && only.as_ref().is_none_or(|only| *only == row.cluster));
    found.map(|row| row.cluster.clone()).ok_or_else(|| {
        let node = node.to_owned();
        Error::NotFound(Problem::NodeNotFound { node })
    })
}

/// A service's error with fields by the names that bodies have.
pub(super) fn in_words_of_the_body(
    error: Error,
    name: impl Fn(&str, &Problem) -> Option<&'static str>,
) -> Error {
    match error {
        Error::Invalid(fields) => {
            let renamed = fields.into_iter().map(|(field, problem)| {
                let known = name(&field, &problem).map(str::to_owned);
                (known.unwrap_or(field), problem)
            });
            Error::Invalid(renamed.collect::<FieldProblems>())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "vzdump-qemu-100-2026_01_31-00_00_00.vma.zst";

    fn meant(storage: Option<&str>, filename: &str) -> Option<String> {
        archive(storage, Some(filename)).ok().map(|name| name.to_string())
    }

    #[test]
    fn as_much_of_the_volume_as_is_there_is_read() {
        let local = Some(format!("local:backup/{FILE}"));
        for given in [
            FILE.to_owned(),
            format!("backup/{FILE}"),
            format!("local:backup/{FILE}"),
        ] {
            assert_eq!(meant(None, &given), local, "{given}");
            assert_eq!(meant(Some("local"), &given), local, "{given}");
        }
        let nfs = format!("nfs:backup/{FILE}");
        assert_eq!(meant(None, &nfs), Some(nfs.clone()));
        assert_eq!(meant(Some("local"), &nfs), None, "it says another storage");
        let snapshot = "vm/100/2026-01-31T00:00:00Z";
        assert_eq!(
            meant(Some("pbs"), snapshot),
            Some(format!("pbs:backup/{snapshot}"))
        );
        assert_eq!(meant(None, snapshot), Some(format!("local:backup/{snapshot}")));
    }

    #[test]
    fn tricks_and_nothing_are_refused() {
        for given in ["", " ", "..", "/etc/passwd", "local:100/vm-100-disk-0.qcow2"] {
            assert_eq!(meant(None, given), None, "{given}");
        }
        for given in [
            format!("../{FILE}"),
            format!("local:backup/../{FILE}"),
            format!("/{FILE}"),
        ] {
            assert_eq!(meant(Some("local"), &given), None, "{given}");
        }
        assert!(archive(None, None).is_err());
    }

    #[test]
    fn the_id_is_the_whole_id() {
        let name = archive(None, Some(FILE)).unwrap();
        let only = |vmid| only_of(&GuestId::new("lab", vmid), &name).is_ok();
        assert!(only(100) && !only(10) && !only(1000) && !only(2026));
    }
}
