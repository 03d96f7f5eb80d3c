//! Tells of failed backups that Proxmox made of itself: of its jobs, and of people who work in Proxmox. What was noticed
//! is kept, so that each is told once, whichever replica looks and however often Drover starts.

use std::collections::{BTreeMap, HashMap};

use drover_types::channel::Concerned;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;
use drover_types::permission::{Grants, Permission};
use drover_types::session::CurrentUser;
use drover_types::text::Note;
use futures::future::join_all;
use pve_client::TaskEntry;
use serde::{Deserialize, Serialize};

use super::foreign::{Failure, failed_tasks, read, unread};
use super::service::Backups;
use crate::channels;
use crate::clusters::{Cluster, Clusters};
use crate::error::Result;
use crate::events::Write;
use crate::notifications::told;
use crate::settings::{self, Settings};
use crate::store::users::change::list;
use crate::store::{audit, tasks};

/// How long ago a task may have begun that is looked at, in seconds: three days, as Drover may have been off for a while
/// and a backup takes long.
const WINDOW: i64 = 3 * 86_400;
/// For how long a log is asked for again that can't be read, in seconds.
const PATIENCE: i64 = 3_600;
/// How many logs are read at one look; the others have their turn at the next.
const AT_ONCE: usize = 20;
/// How many servers are named at most.
const NAMED: usize = 5;
/// The same for the house.
const NAMED_OUTSIDE: usize = 50;

/// The failed backup tasks of a cluster that were noticed lately.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Noticed {
    /// When the cluster was looked at first, in seconds since 1970: what ended before is no news.
    since: i64,
    /// By UPID.
    tasks: BTreeMap<String, NoticedTask>,
}

/// A failed backup task; times are in seconds since 1970.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct NoticedTask {
    began: i64,
    ended: i64,
    noticed: i64,
    /// The guests that people were told of; none where it is a task's of Drover's own, which tells its end itself.
    guests: Vec<u32>,
}

/// A server that has no backup of a task.
struct Missed<'a> {
    concerned: Concerned,
    row: Option<&'a GuestRow>,
    reason: String,
}

impl Backups {
    /// Tells everybody who looks after backups which failed that Drover has not begun, each once. What had ended when
    /// a cluster was first looked at is left alone.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn tell_failed(&self) -> Result<()> {
        let looks = self.0.clusters.iter().map(|cluster| self.look_at(cluster));
        join_all(looks).await.into_iter().collect()
    }

    async fn look_at(&self, cluster: &Cluster) -> Result<()> {
        let now = self.0.clock.now().timestamp();
        let picture = self.0.inventory.snapshot();
        let nodes = picture.nodes.iter();
        let nodes: Vec<&str> = nodes
            .filter(|node| *node.cluster == *cluster.name && node.online)
            .map(|node| node.name.as_str())
            .collect();
        if nodes.is_empty() {
            return Ok(());
        }
        let key = settings::noticed_backups(&cluster.name);
        let known: Option<Noticed> = self.0.settings.get(&key).await?;
        let listed = failed_tasks(cluster, &nodes, now - WINDOW).await;
        let found: Vec<(TaskEntry, Option<Failure>)> = match &known {
            Some(known) => self.read_new(cluster, known, listed, now).await?,
            None => listed.into_iter().map(|task| (task, None)).collect(),
        };
        if known.is_some() && found.is_empty() {
            return Ok(());
        }
        let users = list(&self.0.db).await?;
        let mut write = self.0.events.begin().await?;
        let locked = self.0.settings.locked(&mut write, &key).await?;
        let mut all = locked.unwrap_or(Noticed {
            since: now,
            tasks: BTreeMap::new(),
        });
        all.tasks.retain(|_, task| task.began >= now - 2 * WINDOW);
        let mut news = Vec::new();
        for (task, failure) in found {
            let upid = task.upid.to_string();
            // Another replica may have told of it meanwhile.
            if all.tasks.contains_key(&upid) {
                continue;
            }
            let guests = failure.iter().flat_map(|one| &one.guests).map(|(vmid, _)| *vmid);
            let noticed = NoticedTask {
                began: task.upid.start_time(),
                ended: task.endtime.unwrap_or(now),
                noticed: now,
                guests: guests.collect(),
            };
            all.tasks.insert(upid, noticed);
            news.extend(failure.map(|failure| (task.upid.node().to_owned(), failure)));
        }
        self.0.settings.store(&mut write, &key, Some(&all)).await?;
        if !news.is_empty() {
            announce(&mut write, &users, cluster, &picture, &news).await?;
        }
        Ok(write.commit().await?)
    }

    /// Of the tasks that are not known yet: what each has failed for, or nothing where nobody is to be told of it here.
    async fn read_new(
        &self,
        cluster: &Cluster,
        known: &Noticed,
        listed: Vec<TaskEntry>,
        now: i64,
    ) -> Result<Vec<(TaskEntry, Option<Failure>)>> {
        let is_new = |task: &TaskEntry| !known.tasks.contains_key(task.upid.as_str());
        let mut found = Vec::new();
        for task in listed.into_iter().filter(is_new).take(AT_ONCE) {
            let ended = task.endtime.unwrap_or(now);
            if ended < known.since || audit::is_ours(&self.0.db, task.upid.as_str()).await? {
                found.push((task, None));
                continue;
            }
            let guest = task.upid.vmid().map(|vmid| GuestId::new(&*cluster.name, vmid));
            if let Some(guest) = guest
                && tasks::unended_of(&self.0.db, &guest).await?.is_some()
            {
                // A task of Drover's that was killed right after its call may still find that this is its own.
                continue;
            }
            match read(cluster, &task).await {
                Some(failure) => found.push((task, Some(failure))),
                None if now - ended > PATIENCE => {
                    let failure = unread(&task);
                    found.push((task, Some(failure)));
                }
                None => {}
            }
        }
        Ok(found)
    }
}

async fn announce(
    write: &mut Write<'_>,
    users: &[CurrentUser],
    cluster: &Cluster,
    picture: &Snapshot,
    news: &[(String, Failure)],
) -> Result<()> {
    let mut missed: BTreeMap<u32, Missed<'_>> = BTreeMap::new();
    for (vmid, reason) in news.iter().flat_map(|(_, failure)| &failure.guests) {
        let id = GuestId::new(&*cluster.name, *vmid);
        let at = picture.guests.binary_search_by(|row| row.id.cmp(&id)).ok();
        let row = at.map(|at| &picture.guests[at]);
        let name = row.map_or_else(|| vmid.to_string(), |row| row.name.clone());
        missed.entry(*vmid).or_insert_with(|| Missed {
            concerned: Concerned::by_id(id, name),
            row,
            reason: reason.clone(),
        });
    }
    let whole = news.iter().filter(|(_, failure)| failure.guests.is_empty());
    let nodes: BTreeMap<&str, &str> = whole
        .map(|(node, failure)| (node.as_str(), failure.reason.as_str()))
        .collect();
    let at = write.now();
    for user in users.iter().filter(|user| user.is_active) {
        let grants = user.usable_grants();
        if !grants.allow(Permission::BackupManagement) {
            continue;
        }
        let is_all = grants.reach().is_everything();
        let own: Vec<&Missed<'_>> = missed.values().filter(|one| sees(&grants, one)).collect();
        let none = BTreeMap::new();
        if let Some(note) = note(&own, if is_all { &nodes } else { &none }, NAMED) {
            told(write, Some(user.id), &note, None, at).await?;
        }
    }
    let all: Vec<&Missed<'_>> = missed.values().collect();
    if let Some(note) = note(&all, &nodes, NAMED_OUTSIDE) {
        let concerned: Vec<Concerned> = all.iter().map(|one| one.concerned.clone()).collect();
        channels::put_for_house(write, &note, &concerned, at).await?;
    }
    Ok(())
}

fn sees(grants: &Grants, missed: &Missed<'_>) -> bool {
    match missed.row {
        Some(row) => grants.cover(row),
        None => grants.reach().is_everything(),
    }
}

fn note(missed: &[&Missed<'_>], nodes: &BTreeMap<&str, &str>, named: usize) -> Option<Note> {
    let first = missed.first().map(|one| one.reason.as_str());
    let reason = first.or_else(|| nodes.values().next().copied())?;
    Some(Note::BackupsFailed {
        servers: missed
            .iter()
            .take(named)
            .map(|one| one.concerned.name.clone())
            .collect(),
        others: u32::try_from(missed.len().saturating_sub(named)).unwrap_or(u32::MAX),
        nodes: nodes.keys().map(|node| (*node).to_owned()).collect(),
        reason: reason.to_owned(),
    })
}

/// How many backups of each server failed that were noticed at `since` or later, in seconds since 1970. One that was made
/// since then takes that back.
///
/// # Errors
/// Where the database does not answer.
pub(crate) async fn failed_lately(
    settings: &Settings,
    clusters: &Clusters,
    picture: &Snapshot,
    since: i64,
) -> Result<HashMap<GuestId, i64>> {
    let mut failed: HashMap<GuestId, i64> = HashMap::new();
    for cluster in clusters {
        let key = settings::noticed_backups(&cluster.name);
        let noticed = settings.get(&key).await?.unwrap_or_default();
        for task in noticed.tasks.values().filter(|task| task.noticed >= since) {
            for vmid in &task.guests {
                let id = GuestId::new(&*cluster.name, *vmid);
                let at = picture.guests.binary_search_by(|row| row.id.cmp(&id)).ok();
                let last = at.and_then(|at| picture.guests[at].last_backup.at());
                if last.is_none_or(|last| last <= task.ended) {
                    *failed.entry(id).or_default() += 1;
                }
            }
        }
    }
    Ok(failed)
}
