//! Groups that are being deleted or renamed. That is noted before the first call to Proxmox: from then on no task begins
//! to give a guest such a group, and a new name is followed whatever becomes of the process.

use chrono::TimeDelta;
use drover_types::firewall::GroupId;
use drover_types::ids::{GuestId, TaskId};
use pve_client::FirewallGroup;

use super::service::{Firewall, not_found};
use crate::clusters::Cluster;
use crate::error::Result;
use crate::events::Change;
use crate::servers::upstream;
use crate::store::{firewall_changes, firewall_groups};

/// For how long another name may take to be given.
pub(super) const RENAMING: TimeDelta = TimeDelta::minutes(2);
/// For how long a group may take to go: it may have to be taken off many servers first.
pub(super) const DELETING: TimeDelta = TimeDelta::minutes(20);

impl Firewall {
    /// Notes that a group is about to get another name, or to go. Tells which task is at work on the groups of a guest
    /// that has it by the record, as that task may be about to give it.
    pub(super) async fn withhold(
        &self,
        id: &GroupId,
        new_name: Option<&str>,
        limit: TimeDelta,
    ) -> Result<Option<TaskId>> {
        let until = self.0.clock.now() + limit;
        let mut write = self.0.events.begin().await?;
        // Whoever writes the record now is waited for; whoever comes later sees what is noted here.
        firewall_groups::lock(&mut write.tx).await?;
        firewall_changes::begin(&mut write.tx, &id.cluster, &id.name, new_name, until).await?;
        let record = firewall_groups::all_in(&mut write.tx).await?;
        write.commit().await?;
        let tasks = firewall_changes::tasks(&self.0.db, &id.cluster).await?;
        let gives = |guest: &GuestId| record.get(guest).is_some_and(|groups| groups.contains(&id.name));
        Ok(tasks
            .into_iter()
            .find(|(guest, _)| gives(guest))
            .map(|(_, task)| task))
    }

    /// Nothing came of it: the group may be given again.
    pub(super) async fn let_go(&self, id: &GroupId) {
        let ended = async {
            let mut write = self.0.events.begin().await?;
            firewall_changes::end(&mut write.tx, &id.cluster, &id.name).await?;
            write.commit().await
        };
        if let Err(error) = ended.await {
            tracing::warn!(%error, group = %id, "a group can't be given until its time is over");
        }
    }

    /// The groups of a cluster. The record follows those that got another name of which it was not told.
    pub(super) async fn groups_of(&self, cluster: &Cluster) -> Result<Vec<FirewallGroup>> {
        // Read before the groups: what has begun since is not judged by them.
        let new_names = firewall_changes::new_names(&self.0.db, &cluster.name).await?;
        let groups = cluster
            .client
            .firewall_groups()
            .await
            .map_err(upstream(cluster))?;
        for named in new_names {
            let has = |name: &str| groups.iter().any(|group| group.group == name);
            let is_done = has(&named.new_name) && !has(&named.name);
            if !is_done && named.ends_at > self.0.clock.now() {
                continue;
            }
            let mut write = self.0.events.begin().await?;
            if is_done {
                firewall_groups::rename(&mut write.tx, &cluster.name, &named.name, &named.new_name).await?;
                write.changed(Change::Firewall);
            }
            firewall_changes::end(&mut write.tx, &cluster.name, &named.name).await?;
            write.commit().await?;
        }
        Ok(groups)
    }

    /// The group in the list of its cluster.
    pub(super) async fn listed(&self, cluster: &Cluster, id: &GroupId) -> Result<FirewallGroup> {
        let mut groups = self.groups_of(cluster).await?.into_iter();
        groups
            .find(|group| group.group == id.name)
            .ok_or_else(|| not_found(id))
    }
}
