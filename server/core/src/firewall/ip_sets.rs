//! The clusters' sets of addresses, which rules name.

use drover_types::audit::{Action, FieldChanges};
use drover_types::firewall::{IpSet, IpSetEntry, Renaming, SetScope};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use futures::stream::{self, StreamExt, TryStreamExt};
use pve_client::FirewallOf;

use super::aliases::{network, read_aliases};
use super::named_in::Named;
use super::service::Firewall;
use super::set_lines::{Step, same, same_line, steps};
use super::{conflict, names, wire};
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;

const OF: FirewallOf<'static> = FirewallOf::Cluster;
/// How many sets are read at once.
const AT_ONCE: usize = 8;

impl Firewall {
    /// The sets of a cluster with their lines, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], or the cluster's.
    pub async fn ip_sets(&self, ctx: &OpContext, cluster: Option<&str>) -> Result<Vec<IpSet>> {
        ctx.require(Permission::ViewAll)?;
        let cluster = self.0.clusters.named(cluster)?;
        read_sets(cluster, OF, SetScope::Cluster).await
    }

    /// Makes a set without lines.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::Invalid`], or the cluster's.
    pub async fn create_ip_set(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        name: &str,
        comment: &str,
    ) -> Result<IpSet> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        names::ip_set("name", name)?;
        names::comment("comment", comment)?;
        let cluster = self.0.clusters.named(cluster)?;
        let made = cluster
            .client
            .create_firewall_ip_set(OF, name, names::said(comment))
            .await;
        made.map_err(|error| conflict::refused_name(cluster, error, "name", name))?;
        let set = read_set(cluster, name).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "set", None, Some(&set));
        self.record(actor, Action::ChangeIpSet, name, changes, None)
            .await?;
        Ok(set)
    }

    /// Gives a set another name or comment. Proxmox lets no rule follow a new name, so one that is in use keeps it.
    ///
    /// # Errors
    /// As [`Firewall::create_ip_set`]; [`Error::NotFound`]; [`Error::Conflict`] where rules name it.
    pub async fn change_ip_set(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        name: &str,
        change: &Renaming,
    ) -> Result<IpSet> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let cluster = self.0.clusters.named(cluster)?;
        let before = read_set(cluster, name).await?;
        let new = change.name.as_deref().unwrap_or(name);
        names::comment("comment", change.comment.as_deref().unwrap_or_default())?;
        if new != name {
            names::ip_set("name", new)?;
            self.unused(cluster, Named::Set(name)).await?;
        }
        let listed = cluster
            .client
            .firewall_ip_sets(OF)
            .await
            .map_err(upstream(cluster))?;
        let digest = listed.iter().find_map(|set| set.digest.as_deref());
        let comment = change.comment.as_deref().unwrap_or(&before.comment).trim();
        let sent = cluster
            .client
            .change_firewall_ip_set(OF, name, new, Some(comment), digest)
            .await;
        if let Err(error) = sent {
            if error.is_stale_digest() {
                return Err(conflict::edited(change, &read_set(cluster, name).await?)?);
            }
            return Err(conflict::refused_name(cluster, error, "name", new));
        }
        let set = read_set(cluster, new).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "set", Some(&before), Some(&set));
        self.record(actor, Action::ChangeIpSet, name, changes, None)
            .await?;
        Ok(set)
    }

    /// Makes the lines of a set those that are given, in the order that [`steps`] tells. What was done is on record,
    /// whether all of it was done or not.
    ///
    /// # Errors
    /// As [`Firewall::change_ip_set`]; [`Error::Edited`] where it is not the set of `digest` any more; or
    /// [`Error::InPart`], with what it is now.
    pub async fn set_ip_set_entries(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        name: &str,
        entries: &[IpSetEntry],
        digest: Option<&str>,
    ) -> Result<IpSet> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let wanted = checked(entries)?;
        let cluster = self.0.clusters.named(cluster)?;
        let before = read_set(cluster, name).await?;
        if digest.is_some_and(|known| known != before.digest) {
            return Err(conflict::edited(&entries, &before)?);
        }
        let aliases = read_aliases(cluster, OF, SetScope::Cluster).await?;
        let steps = steps(&before.entries, &wanted, &aliases);
        let mut now = before.clone();
        let ended = rewrite(cluster, &mut now, &steps, entries).await;
        let is_changed = !same(&before.entries, &now.entries);
        if is_changed {
            let mut changes = FieldChanges::new();
            changed(&mut changes, "entries", Some(&before.entries), Some(&now.entries));
            self.record(actor, Action::ChangeIpSet, name, changes, None)
                .await?;
        }
        match ended {
            Ok(()) => Ok(now),
            Err(edited @ Error::Edited(_)) => Err(edited),
            Err(error) if is_changed => {
                let name = name.to_owned();
                Err(conflict::in_part(
                    error,
                    Problem::IpSetChangedInPart { name },
                    &now,
                )?)
            }
            Err(error) => Err(error),
        }
    }

    /// Deletes a set that no rule names, with its lines.
    ///
    /// # Errors
    /// As [`Firewall::change_ip_set`].
    pub async fn delete_ip_set(&self, ctx: &OpContext, cluster: Option<&str>, name: &str) -> Result<()> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let cluster = self.0.clusters.named(cluster)?;
        let before = read_set(cluster, name).await?;
        self.unused(cluster, Named::Set(name)).await?;
        let gone = cluster.client.delete_firewall_ip_set(OF, name).await;
        gone.map_err(upstream(cluster))?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "set", Some(&before), None);
        self.record(actor, Action::ChangeIpSet, name, changes, None).await
    }
}

/// The sets of a firewall with their lines.
pub(super) async fn read_sets(cluster: &Cluster, of: FirewallOf<'_>, scope: SetScope) -> Result<Vec<IpSet>> {
    let client = &cluster.client;
    let mut sets = client.firewall_ip_sets(of).await.map_err(upstream(cluster))?;
    sets.sort_by(|one, other| one.name.cmp(&other.name));
    let read = stream::iter(sets.into_iter().map(|set| async move {
        match client.firewall_ip_set(of, &set.name).await {
            Ok(entries) => Ok(Some(wire::ip_set(set, entries, scope))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(upstream(cluster)(error)),
        }
    }));
    let read: Vec<Option<IpSet>> = read.buffered(AT_ONCE).try_collect().await?;
    Ok(read.into_iter().flatten().collect())
}

async fn read_set(cluster: &Cluster, name: &str) -> Result<IpSet> {
    let listed = cluster
        .client
        .firewall_ip_sets(OF)
        .await
        .map_err(upstream(cluster))?;
    let Some(set) = listed.into_iter().find(|set| set.name == name) else {
        let name = name.to_owned();
        return Err(Error::NotFound(Problem::IpSetNotFound { name }));
    };
    let entries = cluster
        .client
        .firewall_ip_set(OF, name)
        .await
        .map_err(upstream(cluster))?;
    Ok(wire::ip_set(set, entries, SetScope::Cluster))
}

/// The lines as Proxmox keeps them, each once.
fn checked(entries: &[IpSetEntry]) -> Result<Vec<IpSetEntry>> {
    let mut wanted: Vec<IpSetEntry> = Vec::with_capacity(entries.len());
    for (n, entry) in entries.iter().enumerate() {
        let field = format!("entries[{n}].cidr");
        let text = entry.cidr.trim();
        let plain = text.strip_prefix("dc/").unwrap_or(text);
        let cidr = if drover_types::firewall::input::alias_name(plain).is_ok() {
            text.to_owned()
        } else {
            network(&field, text)?
        };
        if cidr.ends_with("/0") {
            let given = cidr;
            return Err(Error::field(field, Problem::InvalidAddressSpec { given }));
        }
        names::comment(&format!("entries[{n}].comment"), &entry.comment)?;
        if let Some(row) = wanted.iter().position(|one| same_line(&one.cidr, &cidr)) {
            let row = u32::try_from(row + 1).unwrap_or(u32::MAX);
            return Err(Error::field(field, Problem::SameAsRow { row }));
        }
        wanted.push(IpSetEntry {
            cidr,
            nomatch: entry.nomatch,
            comment: entry.comment.trim().to_owned(),
        });
    }
    Ok(wanted)
}

/// Makes the changes one by one. `now` is what the set is by Drover's own: what others do at the same time ends it, and
/// is told.
async fn rewrite(cluster: &Cluster, now: &mut IpSet, steps: &[Step<'_>], yours: &[IpSetEntry]) -> Result<()> {
    let (client, name) = (&cluster.client, now.name.clone());
    for step in steps {
        let mut next = now.clone();
        step.apply(&mut next.entries);
        let digest = Some(now.digest.as_str()).filter(|text| !text.is_empty());
        let sent = match step {
            // A new line is taken whatever the digest is (`register_create_ip`): what is read then tells.
            Step::Add(line) => {
                let member = (line.cidr.as_str(), line.nomatch);
                client
                    .add_firewall_ip(OF, &name, member, names::said(&line.comment))
                    .await
            }
            Step::Write { was, line } => {
                let member = (*was, line.nomatch);
                client
                    .change_firewall_ip(OF, &name, member, names::said(&line.comment), digest)
                    .await
            }
            Step::Remove(was) => client.delete_firewall_ip(OF, &name, was, digest).await,
        };
        let read = read_set(cluster, &name).await;
        match sent {
            Ok(()) => {}
            Err(error) if error.is_stale_digest() || error.is_name_taken() => {
                return Err(conflict::edited(&yours, &read?)?);
            }
            Err(error) => {
                // It may have been done all the same.
                if let Ok(read) = read
                    && same(&read.entries, &next.entries)
                {
                    *now = read;
                }
                return Err(conflict::refused(cluster, error));
            }
        }
        match read {
            Ok(read) if same(&read.entries, &next.entries) => *now = read,
            Ok(read) => {
                *now = next;
                return Err(conflict::edited(&yours, &read)?);
            }
            Err(error) => {
                *now = next;
                return Err(error);
            }
        }
    }
    Ok(())
}
