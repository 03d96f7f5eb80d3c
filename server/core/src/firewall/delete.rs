//! The end of a group.

use drover_types::audit::{Action, FieldChanges};
use drover_types::firewall::{GroupDeleted, GroupId};
use drover_types::permission::Permission;
use drover_types::text::{Changed, Problem};
use pve_client::RulesOf;

use super::groups::note;
use super::in_change::DELETING;
use super::service::Firewall;
use super::wire;
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::Change;
use crate::servers::upstream;
use crate::store::{firewall_changes, firewall_groups};

impl Firewall {
    /// Deletes a group with its rules. Where servers have it this is refused, or with `force` it is taken off them
    /// first. Nobody is given it meanwhile.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::NotFound`], [`Error::Conflict`] where servers have it, it could
    /// not be taken off them or a task may be about to give it, or the cluster's.
    pub async fn delete_group(&self, ctx: &OpContext, id: &GroupId, force: bool) -> Result<GroupDeleted> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let cluster = self.cluster_of(id)?;
        let before = self.listed(cluster, id).await?;
        let rules = self.rules_of(cluster, id).await?;
        let in_the_way = self.withhold(id, None, DELETING).await?;
        let emptied = async {
            let deleted = self.unassign(ctx, actor, cluster, id, force).await?;
            if let Some(task) = in_the_way {
                return Err(Error::Conflict(Problem::TaskInTheWay { task }));
            }
            self.clear(cluster, id).await?;
            match cluster.client.delete_firewall_group(&id.name).await {
                Err(error) if error.is_not_found() => {}
                other => other.map_err(upstream(cluster))?,
            }
            Ok(deleted)
        };
        let deleted = match emptied.await {
            Ok(deleted) => deleted,
            Err(error) => {
                self.let_go(id).await;
                return Err(error);
            }
        };
        let mut changes = FieldChanges::new();
        changed(&mut changes, "name", Some(&id.name), None::<&String>);
        changed(&mut changes, "comment", before.comment.as_ref(), None);
        changed(&mut changes, "rules", Some(&wire::rules(&rules)), None);
        let note = note(&id.name, Changed::Deleted);
        let action = Action::DeleteFirewallGroup;
        let mut write = self.0.events.begin().await?;
        // Nobody has it: a row that names it is of a reference that somebody has taken away in Proxmox.
        firewall_groups::forget_group(&mut write.tx, &id.cluster, &id.name).await?;
        write.changed(Change::Firewall);
        firewall_changes::end(&mut write.tx, &id.cluster, &id.name).await?;
        self.record_in(&mut write, actor, action, &id.to_string(), changes, Some(&note))
            .await?;
        write.commit().await?;
        Ok(deleted)
    }

    /// Fails where something has the group; with `force` it is taken off the servers that have it first.
    async fn unassign(
        &self,
        ctx: &OpContext,
        actor: &Actor,
        cluster: &Cluster,
        id: &GroupId,
        force: bool,
    ) -> Result<GroupDeleted> {
        let usage = self.usage(cluster, &id.name).await?;
        // Rules of nodes and of the cluster are nobody's but an administrator's of Proxmox.
        if !usage.elsewhere.is_empty() || (!force && !usage.guests.is_empty()) {
            return Err(Error::Conflict(usage.problem(actor, &self.0.inventory, &id.name)));
        }
        let mut deleted = GroupDeleted {
            servers: usage.guests.iter().map(|guest| guest.name.clone()).collect(),
            task: None,
        };
        if !usage.guests.is_empty() {
            let task = self
                .take_off(ctx, actor, cluster, &usage.guests, &id.name)
                .await?;
            deleted.task = Some(task);
            let left = self.usage(cluster, &id.name).await?;
            if !left.guests.is_empty() {
                return Err(Error::Conflict(left.problem(actor, &self.0.inventory, &id.name)));
            }
        }
        Ok(deleted)
    }

    /// Deletes the rules of a group from the last to the first, each with the digest of what was read.
    pub(super) async fn clear(&self, cluster: &Cluster, id: &GroupId) -> Result<()> {
        loop {
            let rules = self.rules_of(cluster, id).await?;
            let Some(last) = rules.last() else { return Ok(()) };
            let digest = last.digest.as_deref();
            let of = RulesOf::Group(&id.name);
            match cluster.client.delete_firewall_rule(of, last.pos, digest).await {
                // Somebody adds rules to what is being deleted: they are read again.
                Err(error) if error.is_stale_digest() => {}
                other => other.map_err(upstream(cluster))?,
            }
        }
    }
}
