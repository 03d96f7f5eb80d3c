//! Sets and aliases by name, and whether an address is one of them.

use std::net::IpAddr;

use drover_types::firewall::input::{AddressSpec, Network};
use drover_types::firewall::{Alias, IpSet, IpSetEntry, SetScope};
use drover_types::text::Problem;

use super::scene::Scene;

/// The names that a list may use. A guest's own list finds the guest's before the cluster's
/// (`ipt_gen_src_or_dst_match`); a group's rules find the cluster's alone, as `generate_group_rules` passes no guest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    sets: &'a [IpSet],
    aliases: &'a [Alias],
    with_guest: bool,
}

impl<'a> Names<'a> {
    pub(super) const fn of_guest(scene: &Scene<'a>) -> Self {
        Self {
            sets: scene.sets,
            aliases: scene.aliases,
            with_guest: true,
        }
    }

    pub(super) const fn of_cluster(scene: &Scene<'a>) -> Self {
        Self {
            sets: scene.sets,
            aliases: scene.aliases,
            with_guest: false,
        }
    }

    /// The scopes to look in, one after the other.
    fn scopes(self, said: Option<SetScope>) -> impl Iterator<Item = SetScope> {
        [SetScope::Guest, SetScope::Cluster]
            .into_iter()
            .filter(move |scope| said.is_none_or(|said| said == *scope))
            .filter(move |scope| self.with_guest || *scope == SetScope::Cluster)
    }

    pub(super) fn set(self, scope: Option<SetScope>, name: &str) -> Option<&'a IpSet> {
        self.scopes(scope).find_map(|scope| {
            self.sets
                .iter()
                .find(|set| set.scope == scope && set.name == name)
        })
    }

    /// What an alias stands for. Case makes no difference (`verify_rule` and `resolve_alias` take `lc` of the name).
    fn alias(self, scope: Option<SetScope>, name: &str) -> Option<Network> {
        let of = |scope| {
            self.aliases
                .iter()
                .find(|alias| alias.scope == scope && alias.name.eq_ignore_ascii_case(name))
        };
        let alias = self.scopes(scope).find_map(of)?;
        Network::cleaned(&alias.cidr).ok()
    }

    /// Whether a set has an address. Of the lines that have it the one with the longest prefix decides: that is how
    /// the kernel's `hash:net`, which Proxmox makes its sets of, looks an address up, `nomatch` and all (ipset(8)).
    pub(super) fn has(self, entries: &[IpSetEntry], address: IpAddr) -> bool {
        let network = |entry: &IpSetEntry| {
            let alias = || match entry.cidr.parse() {
                Ok(AddressSpec::Alias { scope, name }) => self.alias(scope, &name),
                _ => None,
            };
            // A line that can't be read is left out (`generate_ipset_chains`).
            Network::cleaned(&entry.cidr).ok().or_else(alias)
        };
        entries
            .iter()
            .filter_map(|entry| Some((network(entry)?, entry.nomatch)))
            .filter(|(network, _)| network.contains(address))
            .max_by_key(|(network, _)| network.prefix())
            .is_some_and(|(_, nomatch)| !nomatch)
    }

    /// The family that a source or a destination fixes for its rule; a set fixes none, as Proxmox makes one of each
    /// family (`compute_ipset_chain_name`).
    pub(super) fn family(self, spec: &AddressSpec) -> Option<bool> {
        match spec {
            AddressSpec::Alias { scope, name } => self.alias(*scope, name).map(Network::is_ipv6),
            other => other.is_ipv6(),
        }
    }

    /// Whether a source or a destination is for an address.
    ///
    /// # Errors
    /// It names a set or an alias that is not there.
    pub(super) fn fits(self, spec: &AddressSpec, address: IpAddr) -> Result<bool, Problem> {
        match spec {
            AddressSpec::Networks(networks) => Ok(networks.iter().any(|network| network.contains(address))),
            AddressSpec::Range { first, last } => {
                Ok(first.is_ipv6() == address.is_ipv6() && (first..=last).contains(&&address))
            }
            AddressSpec::Set { scope, name } => {
                let set = self.set(*scope, name);
                let set = set.ok_or_else(|| Problem::IpSetNotFound { name: name.clone() })?;
                Ok(self.has(&set.entries, address))
            }
            // Proxmox makes these of its networks, and its API doesn't tell what is in them.
            AddressSpec::Sdn { name } => Err(Problem::IpSetNotFound {
                name: format!("sdn/{name}"),
            }),
            AddressSpec::Alias { scope, name } => {
                let network = self.alias(*scope, name);
                let network = network.ok_or_else(|| Problem::AliasNotFound { name: name.clone() })?;
                Ok(network.contains(address))
            }
        }
    }
}
