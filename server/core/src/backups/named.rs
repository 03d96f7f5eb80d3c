//! From what people write to the backup they mean. What is no backup's name is refused before anything is asked for.

use drover_types::backup::Archive;
use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::text::Problem;
use pve_client::ArchiveName;

use super::known::{archive, kind_of};
use super::places::{Place, places};
use super::service::Backups;
use crate::clusters::Cluster;
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::servers::upstream;

/// The field of a request that names a backup.
pub(super) const VOLUME: &str = "volume";

/// A backup, and a node that sees its storage.
#[derive(Debug, Clone)]
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
        kind.zip(vmid).ok_or_else(|| invalid(&self.archive.volume))
    }
}

impl Backups {
    /// The backup `volume`, as its storage lists it this moment, if it is of a guest that the actor reaches.
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
        let mut all = self.all_found(actor, cluster, node, &[volume.to_owned()]).await?;
        all.pop().ok_or_else(|| gone(volume))
    }

    /// Backups of one guest on one storage, in the order in which they are named; each storage is asked once.
    ///
    /// # Errors
    /// As [`Backups::found`]; [`Error::Invalid`] too where they are not all of one guest and one storage.
    pub(super) async fn all_found(
        &self,
        actor: &Actor,
        cluster: &Cluster,
        node: Option<&str>,
        volumes: &[String],
    ) -> Result<Vec<Found>> {
        let mut names = Vec::with_capacity(volumes.len());
        for volume in volumes {
            let name: ArchiveName = volume.parse().map_err(|_| invalid(volume))?;
            names.push(name);
        }
        let Some(first) = names.first() else {
            return Err(Error::field(VOLUME, Problem::Required));
        };
        let whose = |name: &ArchiveName| (name.kind(), name.vmid(), name.storage().to_owned());
        if let Some(other) = names.iter().find(|name| whose(name) != whose(first)) {
            let volume = other.to_string();
            return Err(Error::field(VOLUME, Problem::BackupOfAnother { volume }));
        }
        let guest = GuestId::new(cluster.name.to_string(), first.vmid());
        let listed = self.listed(actor, cluster, node, first).await?;
        let find = |volume: &String| {
            let mut all = listed.iter().filter(|found| found.archive.volume == *volume);
            let found = all.find(|found| self.shows(actor, &guest, &found.archive));
            found.cloned().ok_or_else(|| gone(volume))
        };
        volumes.iter().map(find).collect()
    }

    /// What the storages of this name hold of the guest: the one that is known to hold the backup first.
    async fn listed(
        &self,
        actor: &Actor,
        cluster: &Cluster,
        node: Option<&str>,
        name: &ArchiveName,
    ) -> Result<Vec<Found>> {
        let guest = GuestId::new(cluster.name.to_string(), name.vmid());
        if !self.reaches(actor, &guest, kind_of(name)) {
            return Err(gone(name.as_str()));
        }
        let picture = self.0.inventory.snapshot();
        let rows = picture
            .storages
            .iter()
            .filter(|row| *row.cluster == *cluster.name);
        let places = places(rows);
        let of_name: Vec<_> = places
            .iter()
            .filter(|(place, _)| place.storage == name.storage())
            .collect();
        if of_name.is_empty() {
            let storage = name.storage().to_owned();
            return Err(Error::field(
                "storage",
                Problem::StorageWithoutBackups { storage },
            ));
        }
        let knows = |place: &Place| {
            self.0
                .catalog
                .with(&cluster.name, |known| known.has(place, name.as_str()))
        };
        let is_meant =
            |place: &Place| place.node.is_none() || node.is_none() || place.node.as_deref() == node;
        let mut here: Vec<_> = of_name.into_iter().filter(|(place, _)| is_meant(place)).collect();
        here.sort_by_key(|(place, _)| !knows(place));
        let (mut found, mut silent) = (Vec::new(), None);
        for (place, asked) in here {
            let Some(asked) = asked else {
                let storage = place.storage.clone();
                let node = place.node.clone().unwrap_or_default();
                let problem = Problem::StorageNotOnNode { storage, node };
                silent.get_or_insert(Error::Conflict(problem));
                continue;
            };
            let client = &cluster.client;
            let content = client.storage_content(asked, &place.storage, Some("backup"), Some(name.vmid()));
            match content.await {
                Ok(volumes) => found.extend(volumes.iter().filter_map(|one| {
                    Some(Found {
                        archive: archive(place, one)?,
                        node: (*asked).to_owned(),
                    })
                })),
                Err(error) => {
                    silent.get_or_insert(upstream(cluster)(error));
                }
            }
        }
        let is_there = found.iter().any(|one| one.archive.volume == name.as_str());
        match silent {
            // It may be there.
            Some(error) if !is_there => Err(error),
            _ => Ok(found),
        }
    }

    /// Whether the actor reaches the backups of a guest: one that is there, of this kind and covered, or, for whoever
    /// is not limited, any.
    pub(super) fn reaches(&self, actor: &Actor, guest: &GuestId, kind: GuestKind) -> bool {
        let covered = || self.0.inventory.guest_of(actor, guest);
        actor.grants.reach().is_everything() || covered().is_some_and(|row| row.kind == kind)
    }

    /// Whether the actor may see this backup of a guest that they reach: for whoever is limited not what is left of
    /// another guest that had the id before.
    pub(super) fn shows(&self, actor: &Actor, guest: &GuestId, archive: &Archive) -> bool {
        actor.grants.reach().is_everything()
            || self
                .0
                .inventory
                .made_at(guest)
                .is_none_or(|made| archive.made_at >= made)
    }
}

fn invalid(volume: &str) -> Error {
    let given = volume.to_owned();
    Error::field(VOLUME, Problem::InvalidBackupVolume { given })
}

fn gone(volume: &str) -> Error {
    let volume = volume.to_owned();
    Error::NotFound(Problem::BackupNotFound { volume })
}
