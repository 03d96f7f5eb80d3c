//! The clusters' sets of addresses and aliases, which rules name.

use drover_types::audit::{Action, FieldChanges};
use drover_types::firewall::input::Network;
use drover_types::firewall::{Alias, IpSet, IpSetEntry, Renaming, SetScope};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use futures::stream::{self, StreamExt, TryStreamExt};
use pve_client::{FirewallOf, FirewallRule, RulesOf};

use super::service::Firewall;
use super::{conflict, names, wire};
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;

const OF: FirewallOf<'static> = FirewallOf::Cluster;
/// How many sets or groups are read at once.
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
        made.map_err(|error| refused_name(cluster, error, "name", name))?;
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
            self.unused(cluster, &format!("+{name}"), name).await?;
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
            return Err(refused_name(cluster, error, "name", new));
        }
        let set = read_set(cluster, new).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "set", Some(&before), Some(&set));
        self.record(actor, Action::ChangeIpSet, name, changes, None)
            .await?;
        Ok(set)
    }

    /// Makes the lines of a set those that are given.
    ///
    /// # Errors
    /// As [`Firewall::change_ip_set`], and [`Error::Edited`] where it is not the set of `digest` any more.
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
        let client = &cluster.client;
        let mut now = before.clone();
        // What is new comes before what is old goes: nobody who is in both versions is out in between.
        for entry in &wanted {
            let there = now.entries.iter().find(|one| same_line(&one.cidr, &entry.cidr));
            if there.is_some_and(|one| one.nomatch == entry.nomatch && one.comment == entry.comment) {
                continue;
            }
            let nomatch = entry.nomatch;
            let comment = names::said(&entry.comment);
            let digest = Some(now.digest.as_str()).filter(|text| !text.is_empty());
            let sent = match there {
                Some(one) => {
                    client
                        .change_firewall_ip(OF, name, (one.cidr.as_str(), nomatch), comment, digest)
                        .await
                }
                None => {
                    client
                        .add_firewall_ip(OF, name, (entry.cidr.as_str(), nomatch), comment)
                        .await
                }
            };
            if let Err(error) = sent {
                if error.is_stale_digest() {
                    return Err(conflict::edited(&entries, &read_set(cluster, name).await?)?);
                }
                return Err(conflict::refused(cluster, error));
            }
            now = read_set(cluster, name).await?;
        }
        for old in &before.entries {
            if wanted.iter().any(|entry| same_line(&entry.cidr, &old.cidr)) {
                continue;
            }
            let digest = Some(now.digest.as_str()).filter(|text| !text.is_empty());
            match client.delete_firewall_ip(OF, name, &old.cidr, digest).await {
                Err(error) if error.is_stale_digest() => {
                    return Err(conflict::edited(&entries, &read_set(cluster, name).await?)?);
                }
                other => other.map_err(upstream(cluster))?,
            }
            now = read_set(cluster, name).await?;
        }
        let mut changes = FieldChanges::new();
        changed(&mut changes, "entries", Some(&before.entries), Some(&now.entries));
        self.record(actor, Action::ChangeIpSet, name, changes, None)
            .await?;
        Ok(now)
    }

    /// Deletes a set that no rule names, with its lines.
    ///
    /// # Errors
    /// As [`Firewall::change_ip_set`].
    pub async fn delete_ip_set(&self, ctx: &OpContext, cluster: Option<&str>, name: &str) -> Result<()> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let cluster = self.0.clusters.named(cluster)?;
        let before = read_set(cluster, name).await?;
        self.unused(cluster, &format!("+{name}"), name).await?;
        for entry in &before.entries {
            let gone = cluster
                .client
                .delete_firewall_ip(OF, name, &entry.cidr, None)
                .await;
            gone.map_err(upstream(cluster))?;
        }
        let gone = cluster.client.delete_firewall_ip_set(OF, name).await;
        gone.map_err(upstream(cluster))?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "set", Some(&before), None);
        self.record(actor, Action::ChangeIpSet, name, changes, None).await
    }

    /// The aliases of a cluster, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], or the cluster's.
    pub async fn aliases(&self, ctx: &OpContext, cluster: Option<&str>) -> Result<Vec<Alias>> {
        ctx.require(Permission::ViewAll)?;
        let cluster = self.0.clusters.named(cluster)?;
        read_aliases(cluster, OF, SetScope::Cluster).await
    }

    /// Makes an alias.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::Invalid`], or the cluster's.
    pub async fn create_alias(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        (name, cidr): (&str, &str),
        comment: &str,
    ) -> Result<Alias> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        names::alias("name", name)?;
        names::comment("comment", comment)?;
        let cidr = network("cidr", cidr)?;
        let cluster = self.0.clusters.named(cluster)?;
        let comment = names::said(comment);
        let made = cluster
            .client
            .create_firewall_alias(OF, name, &cidr, comment)
            .await;
        made.map_err(|error| refused_name(cluster, error, "name", name))?;
        let alias = read_alias(cluster, name).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "alias", None, Some(&alias));
        self.record(actor, Action::ChangeAlias, name, changes, None)
            .await?;
        Ok(alias)
    }

    /// Writes an alias anew; another name only where no rule names it.
    ///
    /// # Errors
    /// As [`Firewall::create_alias`]; [`Error::NotFound`]; [`Error::Edited`] where the aliases are not those of
    /// `digest` any more; [`Error::Conflict`] where rules name it.
    pub async fn change_alias(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        name: &str,
        alias: &Alias,
    ) -> Result<Alias> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        names::comment("comment", &alias.comment)?;
        let cidr = network("cidr", &alias.cidr)?;
        let cluster = self.0.clusters.named(cluster)?;
        let before = read_alias(cluster, name).await?;
        let new = (alias.name != before.name).then_some(alias.name.as_str());
        if let Some(new) = new {
            names::alias("name", new)?;
            self.unused(cluster, name, name).await?;
        }
        let digest = if alias.digest.is_empty() {
            &before.digest
        } else {
            &alias.digest
        };
        let digest = Some(digest.as_str()).filter(|text| !text.is_empty());
        let body = (cidr.as_str(), names::said(&alias.comment));
        let sent = cluster
            .client
            .change_firewall_alias(OF, name, new, body, digest)
            .await;
        if let Err(error) = sent {
            if error.is_stale_digest() {
                return Err(conflict::edited(alias, &read_alias(cluster, name).await?)?);
            }
            return Err(refused_name(cluster, error, "name", &alias.name));
        }
        let after = read_alias(cluster, &alias.name).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "alias", Some(&before), Some(&after));
        self.record(actor, Action::ChangeAlias, name, changes, None)
            .await?;
        Ok(after)
    }

    /// Deletes an alias that no rule names.
    ///
    /// # Errors
    /// As [`Firewall::change_alias`].
    pub async fn delete_alias(&self, ctx: &OpContext, cluster: Option<&str>, name: &str) -> Result<()> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let cluster = self.0.clusters.named(cluster)?;
        let before = read_alias(cluster, name).await?;
        self.unused(cluster, name, name).await?;
        let digest = Some(before.digest.as_str()).filter(|text| !text.is_empty());
        match cluster.client.delete_firewall_alias(OF, name, digest).await {
            Err(error) if error.is_stale_digest() => {
                let now = read_aliases(cluster, OF, SetScope::Cluster).await?;
                return Err(conflict::edited(&before, &now)?);
            }
            other => other.map_err(upstream(cluster))?,
        }
        let mut changes = FieldChanges::new();
        changed(&mut changes, "alias", Some(&before), None);
        self.record(actor, Action::ChangeAlias, name, changes, None).await
    }

    /// Fails where a rule of a group, or of the cluster itself, names this.
    async fn unused(&self, cluster: &Cluster, reference: &str, name: &str) -> Result<()> {
        let client = &cluster.client;
        let groups = client.firewall_groups().await.map_err(upstream(cluster))?;
        let rules = stream::iter(groups.into_iter().map(|group| async move {
            let read = client.firewall_rules(RulesOf::Group(&group.group)).await;
            read.map_err(upstream(cluster))
        }));
        let mut rules: Vec<Vec<FirewallRule>> = rules.buffered(AT_ONCE).try_collect().await?;
        let own = client.firewall_rules(RulesOf::Firewall(OF)).await;
        rules.push(own.map_err(upstream(cluster))?);
        let scoped = match reference.strip_prefix('+') {
            Some(set) => format!("+dc/{set}"),
            None => format!("dc/{reference}"),
        };
        let names = |text: &Option<String>| {
            text.as_deref().is_some_and(|text| {
                text.eq_ignore_ascii_case(reference) || text.eq_ignore_ascii_case(&scoped)
            })
        };
        let mut all = rules.iter().flatten();
        if all.any(|rule| names(&rule.spec.source) || names(&rule.spec.dest)) {
            let name = name.to_owned();
            return Err(Error::Conflict(Problem::FirewallNameInUse { name }));
        }
        Ok(())
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

/// The aliases of a firewall.
pub(super) async fn read_aliases(
    cluster: &Cluster,
    of: FirewallOf<'_>,
    scope: SetScope,
) -> Result<Vec<Alias>> {
    let aliases = cluster
        .client
        .firewall_aliases(of)
        .await
        .map_err(upstream(cluster))?;
    let mut aliases: Vec<Alias> = aliases.into_iter().map(|one| wire::alias(one, scope)).collect();
    aliases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(aliases)
}

async fn read_alias(cluster: &Cluster, name: &str) -> Result<Alias> {
    let all = read_aliases(cluster, OF, SetScope::Cluster).await?;
    let found = all
        .into_iter()
        .find(|alias| alias.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let name = name.to_owned();
        Error::NotFound(Problem::AliasNotFound { name })
    })
}

fn refused_name(cluster: &Cluster, error: pve_client::Error, field: &str, name: &str) -> Error {
    if error.is_name_taken() {
        conflict::taken(field, name)
    } else {
        conflict::refused(cluster, error)
    }
}

/// An address or a network as Proxmox keeps it.
fn network(field: &str, text: &str) -> Result<String> {
    let network = Network::cleaned(text).map_err(|problem| Error::field(field, problem))?;
    Ok(network.to_string())
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

/// Whether two lines are about the same addresses, however they are written.
fn same_line(one: &str, other: &str) -> bool {
    let read = |text: &str| Network::cleaned(text).ok();
    one == other || read(one).is_some_and(|network| read(other) == Some(network))
}
