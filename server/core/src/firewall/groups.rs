//! Groups: which there are, making them, another name or comment.

use std::collections::HashMap;

use drover_types::audit::{Action, FieldChanges};
use drover_types::firewall::{Assignment, Group, GroupDraft, GroupId, GroupSummary, Renaming, RuleDraft};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::text::{Changed, Note, Problem};
use futures::future::try_join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use pve_client::{FirewallGroup, RulesOf};

use super::in_change::RENAMING;
use super::service::{Firewall, not_found};
use super::{conflict, names, rules, wire};
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::Change;
use crate::servers::upstream;
use crate::store::{firewall_changes, firewall_groups};

/// How many groups of a cluster are read at once.
const AT_ONCE: usize = 8;

/// Which servers have which groups, by Drover's record, as far as somebody may see them.
pub(super) type Holders = HashMap<(String, String), Vec<GuestId>>;

impl Firewall {
    /// The groups of a cluster, or of all, with their rules, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] for a cluster that is not there, or the cluster's.
    pub async fn groups(&self, ctx: &OpContext, cluster: Option<&str>) -> Result<Vec<Group>> {
        let actor = ctx.require(Permission::ViewAll)?;
        let clusters: Vec<&Cluster> = match cluster {
            Some(name) => vec![self.0.clusters.named(Some(name))?],
            None => self.0.clusters.iter().collect(),
        };
        let mut asked = Vec::with_capacity(clusters.len());
        for cluster in clusters {
            asked.push(self.read_all(actor, cluster));
        }
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }

    async fn read_all(&self, actor: &Actor, cluster: &Cluster) -> Result<Vec<Group>> {
        let mut groups = self.groups_of(cluster).await?;
        groups.sort_by(|one, other| one.group.cmp(&other.group));
        let holders = self.holders(actor).await?;
        let asked = groups
            .into_iter()
            .map(|group| with_rules(cluster, group, &holders));
        let read: Vec<_> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
        Ok(read.into_iter().flatten().collect())
    }

    /// A group with its rules.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], or the cluster's.
    pub async fn group(&self, ctx: &OpContext, id: &GroupId) -> Result<Group> {
        let actor = ctx.require(Permission::ViewAll)?;
        self.read(actor, id).await
    }

    /// The group that a name means where no cluster is named.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; [`Error::Conflict`] where several clusters have one of the name; or
    /// the cluster's.
    pub async fn resolve(&self, ctx: &OpContext, cluster: Option<&str>, name: &str) -> Result<GroupId> {
        ctx.signed_in()?;
        if let Some(cluster) = cluster {
            let cluster = self.0.clusters.named(Some(cluster))?;
            return Ok(GroupId::new(cluster.name.to_string(), name));
        }
        if let Some(only) = self
            .0
            .clusters
            .first()
            .filter(|_| self.0.clusters.iter().len() == 1)
        {
            return Ok(GroupId::new(only.name.to_string(), name));
        }
        let mut found = Vec::new();
        for cluster in &self.0.clusters {
            let groups = cluster
                .client
                .firewall_groups()
                .await
                .map_err(upstream(cluster))?;
            if groups.iter().any(|group| group.group == name) {
                found.push(cluster.name.to_string());
            }
        }
        match found.as_slice() {
            [] => Err(Error::NotFound(Problem::FirewallGroupNotFound {
                name: name.to_owned(),
            })),
            [cluster] => Ok(GroupId::new(cluster.clone(), name)),
            _ => Err(Error::Conflict(Problem::FirewallGroupAmbiguous {
                name: name.to_owned(),
                clusters: found,
            })),
        }
    }

    /// Makes a group without rules.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::Invalid`] for the name or a field of a rule, or the cluster's; no
    /// group is left behind.
    pub async fn create_group(&self, ctx: &OpContext, draft: &GroupDraft) -> Result<Group> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        names::group("name", &draft.name)?;
        names::comment("comment", &draft.comment)?;
        let cluster = self.0.clusters.named(draft.cluster.as_deref())?;
        let rules = rules::all_checked(cluster, &draft.rules).await?;
        let id = GroupId::new(cluster.name.to_string(), draft.name.clone());
        let comment = names::said(&draft.comment);
        let made = cluster.client.create_firewall_group(&draft.name, comment).await;
        made.map_err(|error| match error {
            error if error.is_name_taken() => conflict::taken("name", &draft.name),
            error => conflict::refused(cluster, error),
        })?;
        if let Err(error) = fill(cluster, &id, &rules).await {
            self.undo(cluster, &id).await;
            return Err(error);
        }
        let group = self.read(actor, &id).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "name", None, Some(&draft.name));
        changed(&mut changes, "comment", None, comment.as_ref());
        changed(
            &mut changes,
            "rules",
            None,
            Some(&rules).filter(|rules| !rules.is_empty()),
        );
        let note = note(&draft.name, Changed::Made);
        self.record(
            actor,
            Action::CreateFirewallGroup,
            &id.to_string(),
            changes,
            Some(&note),
        )
        .await?;
        Ok(group)
    }

    /// Takes back a group that could not be filled; what that fails on is in the log, and the group on the list.
    async fn undo(&self, cluster: &Cluster, id: &GroupId) {
        let gone = async {
            self.clear(cluster, id).await?;
            let deleted = cluster.client.delete_firewall_group(&id.name).await;
            deleted.map_err(upstream(cluster))
        };
        if let Err(error) = gone.await {
            tracing::warn!(%error, group = %id, "a group that could not be filled was not taken back");
        }
    }

    /// Gives a group another name or comment. What names it follows.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::NotFound`], [`Error::Invalid`] for the name, or the cluster's.
    pub async fn change_group(&self, ctx: &OpContext, id: &GroupId, change: &Renaming) -> Result<Group> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let name = change.name.as_deref().unwrap_or(&id.name);
        if name != id.name {
            names::group("name", name)?;
        }
        names::comment("comment", change.comment.as_deref().unwrap_or_default())?;
        let cluster = self.cluster_of(id)?;
        let before = self.listed(cluster, id).await?;
        let comment = change.comment.as_deref().map(str::trim);
        let is_renamed = name != id.name;
        if is_renamed && let Some(task) = self.withhold(id, Some(name), RENAMING).await? {
            self.let_go(id).await;
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        let sent = cluster
            .client
            .change_firewall_group(&id.name, name, comment, before.digest.as_deref())
            .await;
        if let Err(error) = sent {
            // What may still arrive is followed when the groups are read next.
            if is_renamed && !error.is_unavailable() {
                self.let_go(id).await;
            }
            return Err(match error {
                error if error.is_stale_digest() => {
                    conflict::edited(change, &self.read(actor, id).await?.summary)?
                }
                error if error.is_name_taken() => conflict::taken("name", name),
                error => conflict::refused(cluster, error),
            });
        }
        let new = GroupId::new(id.cluster.clone(), name);
        let mut write = self.0.events.begin().await?;
        if is_renamed {
            firewall_groups::rename(&mut write.tx, &id.cluster, &id.name, name).await?;
            write.changed(Change::Firewall);
            firewall_changes::end(&mut write.tx, &id.cluster, &id.name).await?;
        }
        let mut changes = FieldChanges::new();
        changed(&mut changes, "name", Some(&id.name), Some(&new.name));
        if let Some(comment) = comment {
            let old = before.comment.unwrap_or_default();
            changed(&mut changes, "comment", Some(&old), Some(&comment.to_owned()));
        }
        let note = note(name, Changed::Changed);
        let action = Action::ChangeFirewallGroup;
        self.record_in(&mut write, actor, action, &id.to_string(), changes, Some(&note))
            .await?;
        write.commit().await?;
        self.read(actor, &new).await
    }

    /// A group as Proxmox has it now.
    pub(super) async fn read(&self, actor: &Actor, id: &GroupId) -> Result<Group> {
        let cluster = self.cluster_of(id)?;
        let group = self.listed(cluster, id).await?;
        let holders = self.holders(actor).await?;
        let rules = self.rules_of(cluster, id).await?;
        Ok(of_wire(cluster, group, &rules, &holders))
    }

    /// Which servers have which groups.
    pub(super) async fn holders(&self, actor: &Actor) -> Result<Holders> {
        let mut holders = Holders::new();
        let mut all: Vec<(GuestId, Vec<String>)> =
            firewall_groups::all(&self.0.db).await?.into_iter().collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        for (guest, groups) in all {
            // What is gone has none, and what is out of reach is not told.
            if self.0.inventory.guest_of(actor, &guest).is_none() {
                continue;
            }
            for group in groups {
                holders
                    .entry((guest.cluster.clone(), group))
                    .or_default()
                    .push(guest.clone());
            }
        }
        Ok(holders)
    }

    /// Fails where one of the groups of an assignment is not there.
    pub(crate) async fn known(&self, cluster: &Cluster, assignment: &Assignment) -> Result<()> {
        if assignment.groups.is_empty() {
            return Ok(());
        }
        let known = self.groups_of(cluster).await?;
        let missing = |name: &&String| !known.iter().any(|group| group.group == **name);
        match assignment.groups.iter().find(missing) {
            Some(name) => Err(not_found(&GroupId::new(cluster.name.to_string(), name.clone()))),
            None => Ok(()),
        }
    }
}

/// What people are told of a group.
pub(super) fn note(group: &str, change: Changed) -> Note {
    Note::FirewallGroup {
        group: group.to_owned(),
        change,
    }
}

async fn with_rules(cluster: &Cluster, group: FirewallGroup, holders: &Holders) -> Result<Option<Group>> {
    match cluster.client.firewall_rules(RulesOf::Group(&group.group)).await {
        Ok(rules) => Ok(Some(of_wire(cluster, group, &rules, holders))),
        // It went since the list was read.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(upstream(cluster)(error)),
    }
}

pub(super) fn of_wire(
    cluster: &Cluster,
    group: FirewallGroup,
    rules: &[pve_client::FirewallRule],
    holders: &Holders,
) -> Group {
    let key = (cluster.name.to_string(), group.group);
    let servers = holders.get(&key).cloned().unwrap_or_default();
    let (cluster, name) = key;
    Group {
        summary: GroupSummary {
            cluster,
            name,
            comment: group.comment.unwrap_or_default(),
            rules_count: u32::try_from(rules.len()).unwrap_or(u32::MAX),
            servers,
        },
        digest: wire::digest(rules),
        rules: wire::rules(rules),
    }
}

/// Puts rules into a group that was just made. Proxmox puts each at the head of the list.
async fn fill(cluster: &Cluster, id: &GroupId, rules: &[RuleDraft]) -> Result<()> {
    for rule in rules.iter().rev() {
        let of = RulesOf::Group(&id.name);
        let added = cluster.client.add_firewall_rule(of, &wire::spec(rule)).await;
        added.map_err(|error| conflict::refused(cluster, error))?;
    }
    Ok(())
}
