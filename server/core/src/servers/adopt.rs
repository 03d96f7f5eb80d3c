//! Compares what the clusters have with what is on record, and takes guests into somebody's care that were made
//! elsewhere. Changes nothing in Proxmox, and adopts nothing that was not named.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::adoption::Synced;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::server_role::ServerRole;
use drover_types::text::Problem;

use super::service::{Servers, upstream};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::store::{adopted, reservations};

impl Servers {
    /// Asks every cluster anew, compares, and adopts the guests that `adopt` names for whoever asks, with `role` where
    /// one is said. Nothing is installed: the role says what the server is there for.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for one that can't be adopted, and then none is; or the cluster's where
    /// none answers.
    pub async fn sync(&self, ctx: &OpContext, adopt: &[GuestId], role: Option<ServerRole>) -> Result<Synced> {
        let actor = ctx.require(Permission::ManageServer)?;
        let mut synced = Synced {
            unreachable: self.ask_all().await?,
            ..Synced::default()
        };
        let picture = self.0.inventory.snapshot();
        let guests: BTreeMap<&GuestId, &GuestRow> = picture.guests.iter().map(|row| (&row.id, row)).collect();
        let reserved = reservations::all(&self.0.db).await?;
        // Those that are still being made too: they are nobody's to adopt, and not missing yet.
        let made: BTreeSet<GuestId> = reserved.iter().map(|one| one.guest.clone()).collect();
        let on_record = adopted::all(&self.0.db).await?;
        let known: BTreeSet<&GuestId> = on_record.iter().map(|one| &one.guest).chain(&made).collect();
        let mut problems = BTreeMap::new();
        for (n, id) in adopt.iter().enumerate() {
            let problem = match guests.get(id) {
                None => Problem::ServerNotFound {
                    server: id.to_string(),
                },
                Some(row) if row.template => Problem::GuestIsTemplate,
                Some(_) if made.contains(id) => Problem::MadeHere,
                Some(_) => continue,
            };
            problems.insert(format!("adopt[{n}]"), problem);
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let is_heard = |id: &GuestId| !synced.unreachable.contains(&id.cluster);
        let (mut updated, mut missing) = (Vec::new(), Vec::new());
        let mut write = self.0.events.begin().await?;
        for one in on_record.iter().filter(|one| is_heard(&one.guest)) {
            match guests.get(&one.guest) {
                None => {
                    adopted::delete(&mut write.tx, &one.guest).await?;
                    missing.push(one.guest.clone());
                }
                Some(row) if row.name != one.name => {
                    adopted::rename(&mut write.tx, &one.guest, &row.name).await?;
                    updated.push(one.guest.clone());
                }
                Some(_) => {}
            }
        }
        let forgotten = !missing.is_empty();
        let done = reserved.iter().filter(|one| one.made).map(|one| &one.guest);
        let gone = done.filter(|id| is_heard(id) && !guests.contains_key(id));
        missing.extend(gone.cloned());
        let now = self.0.clock.now();
        for id in adopt {
            let Some(row) = guests.get(id) else { continue };
            if adopted::insert(&mut write.tx, id, &row.name, actor.id, role, now).await? {
                synced.added.push(id.clone());
            } else if role.is_some() && on_record.iter().any(|one| one.guest == *id && one.role != role) {
                adopted::set_role(&mut write.tx, id, role).await?;
                if !updated.contains(id) {
                    updated.push(id.clone());
                }
            }
        }
        if forgotten || !(synced.added.is_empty() && updated.is_empty()) {
            write.changed(Change::Adoptions);
        }
        write.commit().await?;
        let is_other =
            |row: &&&GuestRow| !row.template && !known.contains(&row.id) && !synced.added.contains(&row.id);
        synced.others = guests
            .values()
            .filter(is_other)
            .map(|row| row.id.clone())
            .collect();
        (synced.updated, synced.missing) = (updated, missing);
        Ok(synced)
    }

    /// Asks every cluster; gives those that do not answer, where others do.
    async fn ask_all(&self) -> Result<Vec<String>> {
        let clusters = self.0.clusters.iter();
        let asked = clusters.map(|cluster| async move {
            let asked = self.0.inventory.collect(cluster).await;
            asked.map_err(|error| (cluster.name.to_string(), upstream(cluster)(error)))
        });
        let answers = futures::future::join_all(asked).await;
        let all = answers.len();
        let mut failures: Vec<(String, Error)> = answers.into_iter().filter_map(Result::err).collect();
        if failures.len() == all
            && let Some((_, error)) = failures.pop()
        {
            return Err(error);
        }
        Ok(failures
            .into_iter()
            .map(|(name, error)| {
                tracing::warn!(%error, "a cluster was not compared");
                name
            })
            .collect())
    }
}
