//! The clusters' names for addresses, which rules and sets name.

use drover_types::audit::{Action, FieldChanges};
use drover_types::firewall::input::Network;
use drover_types::firewall::{Alias, SetScope};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use pve_client::FirewallOf;

use super::named_in::Named;
use super::service::Firewall;
use super::{conflict, names, wire};
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;

const OF: FirewallOf<'static> = FirewallOf::Cluster;

impl Firewall {
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
        made.map_err(|error| conflict::refused_name(cluster, error, "name", name))?;
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
            self.unused(cluster, Named::Alias(name)).await?;
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
            return Err(conflict::refused_name(cluster, error, "name", &alias.name));
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
        self.unused(cluster, Named::Alias(name)).await?;
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

/// An address or a network as Proxmox keeps it.
pub(super) fn network(field: &str, text: &str) -> Result<String> {
    let network = Network::cleaned(text).map_err(|problem| Error::field(field, problem))?;
    Ok(network.to_string())
}
