//! Compares what the clusters have with what is on record, and takes guests into somebody's care that were made
//! elsewhere. Changes nothing in Proxmox, and adopts nothing that was not named.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::adoption::Synced;
use drover_types::audit::{Action, ObjectKind};
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::role::RoleKey;
use drover_types::text::{Note, Problem};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use pve_client::GuestConfig;

use super::service::{Servers, upstream};
use crate::audit::{self, Entry};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::notifications::told;
use crate::store::{adopted, reservations};

/// How many configurations are read at once.
const AT_ONCE: usize = 8;

impl Servers {
    /// Asks every cluster anew, compares, and adopts the guests that `adopt` names for whoever asks, with `role` where
    /// something is said of it: a role, or that they have none. Nothing is installed: the role says what the server is there for.
    ///
    /// # Errors
    /// [`Error::Denied`] or [`Error::Limited`]; [`Error::Invalid`] for one that can't be adopted, and then none is; or the cluster's where
    /// none answers.
    pub async fn sync(
        &self,
        ctx: &OpContext,
        adopt: &[GuestId],
        role: Option<Option<RoleKey>>,
    ) -> Result<Synced> {
        let actor = ctx.require_for_all(Permission::ManageServer)?;
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
        let addresses = self.addresses_of(adopt, &guests).await?;
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
            let held = addresses.get(id).cloned().unwrap_or_default();
            if adopted::insert(
                &mut write.tx,
                id,
                &row.name,
                actor.id,
                role.as_ref().and_then(Option::as_ref),
                now,
            )
            .await?
            {
                let entry = Entry::done(Action::AdoptServers, ObjectKind::Server, &row.name);
                audit::record(&mut write.tx, actor.into(), &entry, now).await?;
                synced.added.push(id.clone());
            } else if let Some(role) = &role
                && on_record.iter().any(|one| one.guest == *id && one.role != *role)
            {
                adopted::set_role(&mut write.tx, id, role.as_ref()).await?;
                if !updated.contains(id) {
                    updated.push(id.clone());
                }
            }
            adopted::set_addresses(&mut write.tx, id, &held).await?;
        }
        if forgotten || !(synced.added.is_empty() && updated.is_empty()) {
            write.changed(Change::Adoptions);
            let count = |list: &[GuestId]| u32::try_from(list.len()).unwrap_or(u32::MAX);
            let note = Note::ServersSynced {
                added: count(&synced.added),
                updated: count(&updated),
                missing: count(&missing),
            };
            told(&mut write, actor.user_id(), &note, None, now).await?;
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

    /// The fixed addresses of the guests that are adopted, by their configuration.
    async fn addresses_of(
        &self,
        adopt: &[GuestId],
        guests: &BTreeMap<&GuestId, &GuestRow>,
    ) -> Result<BTreeMap<GuestId, BTreeSet<String>>> {
        let rows = adopt.iter().filter_map(|id| guests.get(id).copied());
        // Boxed: the compiler can't tell that a stream of borrowing futures may change threads.
        let asked: Vec<BoxFuture<'_, _>> = rows
            .map(|row| async move { Ok((row.id.clone(), fixed_addresses(&self.config(row).await?))) }.boxed())
            .collect();
        futures::stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
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

/// The addresses that the configuration itself gives, as people write them.
fn fixed_addresses(config: &GuestConfig) -> BTreeSet<String> {
    let all = config.fixed_addresses().into_iter();
    all.map(|address| address.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_addresses_are_those_that_no_server_of_addresses_gives() {
        let machine: GuestConfig = serde_json::from_value(serde_json::json!({
            "net0": "virtio=BC:24:11:00:05:01,bridge=vmbr0", "net1": "virtio=BC:24:11:00:05:02,bridge=vmbr1",
            "ipconfig0": "ip=10.0.0.5/24,gw=10.0.0.1,ip6=FD00:0::5/64", "ipconfig1": "ip=dhcp,ip6=auto",
        }))
        .unwrap();
        let expected: BTreeSet<String> = ["10.0.0.5", "fd00::5"].map(str::to_owned).into();
        assert_eq!(fixed_addresses(&machine), expected);
        let container: GuestConfig = serde_json::from_value(serde_json::json!({
            "rootfs": "local:101/vm-101-disk-0.raw,size=4G",
            "net0": "name=eth0,bridge=vmbr0,ip=10.0.0.6/24,gw=10.0.0.1", "net1": "name=eth1,bridge=vmbr0,ip=dhcp",
        }))
        .unwrap();
        assert_eq!(
            fixed_addresses(&container),
            BTreeSet::from(["10.0.0.6".to_owned()])
        );
    }
}
