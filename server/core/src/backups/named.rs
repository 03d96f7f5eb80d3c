//! From what people write to the backup they mean. What is no backup's name is refused before anything is asked for.

use drover_types::backup::Archive;
use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::text::Problem;
use pve_client::ArchiveName;

use super::known::archive;
use super::places::{Place, places};
use super::service::Backups;
use crate::clusters::Cluster;
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::servers::upstream;

/// The field of a request that names a backup.
pub(super) const VOLUME: &str = "volume";

/// A backup, and a node that sees its storage.
pub(super) struct Found {
    pub archive: Archive,
    pub node: String,
}

impl Found {
    /// Where it is.
    pub(super) fn place(&self) -> Place {
        Place::of(&self.archive)
    }

    /// Whose it is: of a guest that may be gone.
    pub(super) fn of(&self) -> Result<(GuestKind, u32)> {
        let (kind, vmid) = (self.archive.kind, self.archive.vmid);
        kind.zip(vmid).ok_or_else(|| {
            let given = self.archive.volume.clone();
            Error::field(VOLUME, Problem::InvalidBackupVolume { given })
        })
    }
}

impl Backups {
    /// The backup `volume`, as its storage lists it this moment, if the actor reaches its guest.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no backup's name; [`Error::NotFound`]; or the cluster's.
    pub(super) async fn found(
        &self,
        actor: &Actor,
        cluster: &Cluster,
        node: Option<&str>,
        volume: &str,
    ) -> Result<Found> {
        let name: ArchiveName = volume.parse().map_err(|_| {
            let given = volume.to_owned();
            Error::field(VOLUME, Problem::InvalidBackupVolume { given })
        })?;
        let gone = || {
            let volume = volume.to_owned();
            Error::NotFound(Problem::BackupNotFound { volume })
        };
        if !self.reaches(actor, &GuestId::new(cluster.name.to_string(), name.vmid())) {
            return Err(gone());
        }
        let picture = self.0.inventory.snapshot();
        let rows = picture
            .storages
            .iter()
            .filter(|row| *row.cluster == *cluster.name);
        let places = places(rows);
        let mut here: Vec<(&Place, Option<&str>)> = places
            .iter()
            .filter(|(place, _)| place.storage == name.storage())
            .filter(|(place, _)| place.node.is_none() || node.is_none() || place.node.as_deref() == node)
            .map(|(place, asked)| (place, *asked))
            .collect();
        if here.is_empty() {
            let storage = name.storage().to_owned();
            return Err(Error::field(
                "storage",
                Problem::StorageWithoutBackups { storage },
            ));
        }
        // The node that is known to have it first.
        let knows = |place: &Place| {
            self.0
                .catalog
                .with(&cluster.name, |known| known.has(place, volume))
        };
        here.sort_by_key(|(place, _)| !knows(place));
        for (place, asked) in here {
            let Some(asked) = asked else { continue };
            let client = &cluster.client;
            let content = client.storage_content(asked, &place.storage, Some("backup"), Some(name.vmid()));
            let volumes = content.await.map_err(upstream(cluster))?;
            let listed = volumes.iter().find(|one| one.volid == volume);
            if let Some(archive) = listed.and_then(|one| archive(place, one)) {
                let node = asked.to_owned();
                return Ok(Found { archive, node });
            }
        }
        Err(gone())
    }

    /// Whether the actor reaches a guest: one that is there and covered, or, for whoever is not limited, any.
    pub(super) fn reaches(&self, actor: &Actor, guest: &GuestId) -> bool {
        actor.grants.reach().is_everything() || self.0.inventory.guest_of(actor, guest).is_some()
    }
}
