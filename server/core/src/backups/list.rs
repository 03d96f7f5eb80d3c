//! What there is of backups, as far as the actor's scope reaches. Backups of guests that are gone are shown to whoever
//! is not limited.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use drover_types::backup::{Archive, BackedUpServer, BackupsOverview, Coverage, ServerBackups};
use drover_types::guest::{GuestKind, GuestRow, LastBackup};
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use futures::future::join_all;

use super::coverage::{is_covered, takes};
use super::known::Listing;
use super::service::Backups;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};

/// How long the first who look wait for storages that were never heard.
const PATIENCE: Duration = Duration::from_secs(2);

/// A guest, as archives name it.
type Key = (GuestKind, u32);

impl Backups {
    /// Every server with what there is of its backups, and every storage that may hold some.
    ///
    /// # Errors
    /// [`Error::Denied`], or the database's. A cluster whose jobs can't be read is named.
    pub async fn overview(&self, ctx: &OpContext) -> Result<BackupsOverview> {
        let actor = ctx.require(Permission::BackupManagement)?;
        self.hear_the_silent().await;
        let mut overview = BackupsOverview {
            overdue_days: self.overdue_days().await?,
            ..BackupsOverview::default()
        };
        let jobs = join_all(self.0.clusters.iter().map(|cluster| self.known_jobs(cluster))).await;
        for (cluster, jobs) in self.0.clusters.iter().zip(jobs) {
            let jobs = match jobs {
                Ok(jobs) => Some(jobs),
                Err(error) => {
                    tracing::warn!(cluster = %cluster.name, %error, "the backup jobs can't be read");
                    overview.jobs_unknown.push(cluster.name.to_string());
                    None
                }
            };
            let rows = self.reached(actor, cluster);
            overview
                .storages
                .extend(self.storages(&cluster.name, |one| rows.shows(one)));
            overview
                .servers
                .extend(self.servers(cluster, &rows, jobs.as_deref()));
        }
        Ok(overview)
    }

    /// The backups of one guest, the newest first. The guest may be gone, for whoever is not limited.
    ///
    /// # Errors
    /// [`Error::Denied`], or [`Error::NotFound`].
    pub async fn of_server(&self, ctx: &OpContext, guest: &GuestId) -> Result<ServerBackups> {
        let actor = ctx.require(Permission::BackupManagement)?;
        self.hear_the_silent().await;
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        let row = self.0.inventory.guest_of(actor, guest);
        let mut archives: Vec<Archive> = self.0.catalog.with(&guest.cluster, |known| {
            let own = known.all().filter(|one| one.vmid == Some(guest.vmid));
            own.filter(|one| row.as_ref().is_none_or(|row| one.kind == Some(row.kind)))
                .filter(|one| self.shows(actor, guest, one))
                .cloned()
                .collect()
        });
        if row.is_none() && (archives.is_empty() || !actor.grants.reach().is_everything()) {
            // The same refusal as for any server that is not there.
            self.0.servers.listed(actor, guest).await?;
        }
        newest_first(&mut archives);
        let jobs = match &row {
            Some(row) => self.jobs_of(cluster, row).await,
            None => Vec::new(),
        };
        let all = self.storages(&guest.cluster, |_| false);
        let silent: BTreeSet<String> = all
            .into_iter()
            .filter(|one| one.problem.is_some() || one.fetched_at.is_none())
            .map(|one| one.storage)
            .collect();
        Ok(ServerBackups {
            guest: guest.clone(),
            archives,
            jobs,
            targets: row.map_or_else(Vec::new, |row| self.targets(&guest.cluster, &row.node)),
            silent: silent.into_iter().collect(),
        })
    }

    /// Every backup that the actor may see, of all clusters, the newest first; where `node` is named, those that it
    /// sees.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for a node that no cluster has; or that of a cluster which has never
    /// answered.
    pub async fn archives(&self, ctx: &OpContext, node: Option<&str>) -> Result<Vec<(GuestId, Archive)>> {
        let actor = ctx.require(Permission::BackupManagement)?;
        self.0.servers.unless_silent().await?;
        let picture = self.0.inventory.snapshot();
        if let Some(node) = node
            && !picture.nodes.iter().any(|row| row.name == node)
        {
            let node = node.to_owned();
            return Err(Error::NotFound(Problem::NodeNotFound { node }));
        }
        self.hear_the_silent().await;
        let mut all = Vec::new();
        for cluster in &self.0.clusters {
            let rows = self.reached(actor, cluster);
            self.0.catalog.with(&cluster.name, |known| {
                let seen = known.all().filter(|one| rows.shows(one));
                let here =
                    seen.filter(|one| node.is_none() || one.node.is_none() || one.node.as_deref() == node);
                all.extend(here.filter_map(|one| {
                    Some((GuestId::new(cluster.name.to_string(), one.vmid?), one.clone()))
                }));
            });
        }
        all.sort_by(|(_, one), (_, other)| (other.made_at, &one.volume).cmp(&(one.made_at, &other.volume)));
        Ok(all)
    }

    /// The guests that the actor reaches, with nodes and storages: what backups are told with.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn picture(&self, ctx: &OpContext) -> Result<Arc<Snapshot>> {
        let actor = ctx.require(Permission::BackupManagement)?;
        Ok(self.0.inventory.within(actor.grants.reach()))
    }

    /// Asks every storage anew for what it holds.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn refresh(&self, ctx: &OpContext) -> Result<()> {
        ctx.require(Permission::BackupManagement)?;
        let asked = self
            .0
            .clusters
            .iter()
            .map(|cluster| self.0.collector.gather(cluster));
        join_all(asked).await;
        Ok(())
    }

    /// Asks clusters that have a storage of which nothing is known yet: nothing known does not mean that there is nothing.
    async fn hear_the_silent(&self) {
        // What a task tells of one server is not what its storage holds, and voids an answer that is on its way.
        let is_new = |cluster: &&Cluster| {
            self.0.catalog.with(&cluster.name, |known| {
                let is_heard = |listing: &Listing| listing.fetched_at.is_some() || listing.problem.is_some();
                known.storages().next().is_none() || known.storages().any(|(_, listing)| !is_heard(listing))
            })
        };
        let asked = self.0.clusters.iter().filter(is_new);
        let asked = join_all(asked.map(|cluster| self.0.collector.gather(cluster)));
        // One that hangs is asked on by the collector; what the others said is there.
        if tokio::time::timeout(PATIENCE, asked).await.is_err() {
            tracing::debug!("some storages have not told their backups yet");
        }
    }

    /// The names of the jobs that back a guest up; none where they can't be read.
    async fn jobs_of(&self, cluster: &Cluster, row: &GuestRow) -> Vec<String> {
        let jobs = self.known_jobs(cluster).await.unwrap_or_else(|error| {
            tracing::warn!(cluster = %cluster.name, %error, "the backup jobs can't be read");
            Vec::new().into()
        });
        let own = jobs.iter().filter(|job| job.enabled && takes(job, row));
        own.map(|job| job.id.clone()).collect()
    }

    fn reached(&self, actor: &Actor, cluster: &Cluster) -> Reached {
        let picture = self.0.inventory.within(actor.grants.reach());
        let rows = picture
            .guests
            .iter()
            .filter(|row| *row.id.cluster == *cluster.name);
        let rows = rows.map(|row| {
            let made = self.0.inventory.made_at(&row.id);
            ((row.kind, row.id.vmid), (row.clone(), made))
        });
        Reached {
            rows: rows.collect(),
            everything: actor.grants.reach().is_everything(),
        }
    }

    fn servers(
        &self,
        cluster: &Cluster,
        reached: &Reached,
        jobs: Option<&[pve_client::BackupJob]>,
    ) -> Vec<BackedUpServer> {
        let new = |(kind, vmid): Key| BackedUpServer {
            guest: GuestId::new(cluster.name.to_string(), vmid),
            kind,
            name: String::new(),
            node: None,
            newest: None,
            without_since: None,
            count: 0,
            bytes: 0,
            storages: Vec::new(),
            coverage: Coverage::Unknown,
        };
        let mut servers: BTreeMap<Key, BackedUpServer> = BTreeMap::new();
        for (key, (row, made)) in &reached.rows {
            let coverage = match jobs {
                None => Coverage::Unknown,
                Some(jobs) if is_covered(jobs, row) => Coverage::Covered,
                Some(_) => Coverage::Uncovered,
            };
            let server = BackedUpServer {
                name: row.name.clone(),
                node: Some(row.node.clone()),
                coverage,
                without_since: made.filter(|_| row.last_backup == LastBackup::Never),
                ..new(*key)
            };
            servers.insert(*key, server);
        }
        // When the newest backup was made of which a gone guest's name was taken.
        let mut named: BTreeMap<Key, i64> = BTreeMap::new();
        self.0.catalog.with(&cluster.name, |known| {
            for one in known.all().filter(|one| reached.shows(one)) {
                let Some(key) = one.kind.zip(one.vmid) else {
                    continue;
                };
                let server = servers.entry(key).or_insert_with(|| new(key));
                server.count += 1;
                server.bytes = server.bytes.saturating_add(one.bytes);
                if one.is_good() && reached.is_own(key, one) {
                    server.newest = server.newest.max(Some(one.made_at));
                    server.without_since = server.newest;
                }
                if let Err(at) = server.storages.binary_search(&one.storage) {
                    server.storages.insert(at, one.storage.clone());
                }
                if server.node.is_none()
                    && let Some(notes) = &one.notes
                    && named.get(&key).is_none_or(|at| *at < one.made_at)
                {
                    named.insert(key, one.made_at);
                    notes
                        .lines()
                        .next()
                        .unwrap_or_default()
                        .clone_into(&mut server.name);
                }
            }
        });
        // A template is made once and changes no more.
        let is_template = |key: &Key| reached.rows.get(key).is_some_and(|(row, _)| row.template);
        servers.retain(|key, server| server.count > 0 || !is_template(key));
        for (_, server) in servers.iter_mut().filter(|(key, _)| is_template(key)) {
            server.without_since = None;
        }
        servers.into_values().collect()
    }
}

/// The guests of a cluster that an actor reaches.
struct Reached {
    /// Each with when it was made, where that is known.
    rows: BTreeMap<Key, (GuestRow, Option<i64>)>,
    everything: bool,
}

impl Reached {
    /// Whether a backup is one of theirs.
    fn shows(&self, archive: &Archive) -> bool {
        let key = archive.kind.zip(archive.vmid);
        self.everything || key.is_some_and(|key| self.rows.contains_key(&key) && self.is_own(key, archive))
    }

    /// Whether a backup is of the guest that has its id now, not of one that had it before.
    fn is_own(&self, key: Key, archive: &Archive) -> bool {
        let made = self.rows.get(&key).and_then(|(_, made)| *made);
        made.is_none_or(|made| archive.made_at >= made)
    }
}

/// The order in which backups of a guest are shown.
pub(super) fn newest_first(archives: &mut [Archive]) {
    archives.sort_by(|one, other| (other.made_at, &one.volume).cmp(&(one.made_at, &other.volume)));
}
