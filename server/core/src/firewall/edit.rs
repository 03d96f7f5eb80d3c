//! One change to the rules of a group. Proxmox puts new rules at the head of the list and takes no digest for them, so
//! a rule that belongs elsewhere is made switched off, moved, and then switched on: it never decides in a place that
//! nobody meant.

use drover_types::firewall::{Rule, RuleDraft};
use drover_types::text::Problem;
use pve_client::{FirewallRule, FirewallRuleSpec, RulesOf};
use serde_json::{Value, json};

use super::{conflict, wire};
use crate::clusters::Cluster;
use crate::error::{Error, Result};
use crate::servers::upstream;

/// How often the list is read again where others change it at the same time.
const TRIES: u32 = 5;

/// The rules of a group that somebody changes.
pub(super) struct Editing<'a> {
    pub cluster: &'a Cluster,
    pub group: String,
    /// As they were read before the change.
    pub rules: Vec<FirewallRule>,
    /// What the caller wants, for the case that somebody else was faster.
    pub yours: Value,
}

impl Editing<'_> {
    fn of(&self) -> RulesOf<'_> {
        RulesOf::Group(&self.group)
    }

    fn digest(&self) -> Option<&str> {
        self.rules.iter().find_map(|rule| rule.digest.as_deref())
    }

    async fn read(&self) -> Result<Vec<FirewallRule>> {
        let read = self.cluster.client.firewall_rules(self.of()).await;
        read.map_err(upstream(self.cluster))
    }

    /// The rule at a place; `None` for one in words that Drover does not know.
    pub(super) fn rule(&self, pos: u32) -> Result<Option<Rule>> {
        match self.rules.iter().find(|rule| rule.pos == pos) {
            Some(rule) => Ok(wire::rule(rule)),
            None => Err(Error::NotFound(Problem::FirewallRuleNotFound { pos })),
        }
    }

    /// That somebody else was faster.
    pub(super) fn conflict(&self, now: &[FirewallRule]) -> Result<Error> {
        let current = json!({"rules": wire::rules(now), "digest": wire::digest(now)});
        conflict::edited(&self.yours, &current)
    }

    async fn settled(&self, sent: pve_client::Result<()>, pos: u32) -> Result<()> {
        match sent {
            Ok(()) => Ok(()),
            Err(error) if error.is_stale_digest() => Err(self.conflict(&self.read().await?)?),
            Err(error) if error.is_not_found() => Err(Error::NotFound(Problem::FirewallRuleNotFound { pos })),
            Err(error) => Err(conflict::refused(self.cluster, error)),
        }
    }

    pub(super) async fn change(&self, pos: u32, draft: &RuleDraft) -> Result<()> {
        let spec = wire::spec(draft);
        let client = &self.cluster.client;
        let sent = client
            .change_firewall_rule(self.of(), pos, &spec, self.digest())
            .await;
        self.settled(sent, pos).await?;
        self.is_there(pos, &spec).await
    }

    /// Moves a rule so that it is at `to` afterwards; Proxmox is told in front of what.
    pub(super) async fn put(&self, pos: u32, to: u32) -> Result<()> {
        if pos == to {
            return Ok(());
        }
        let front = if to > pos { to + 1 } else { to };
        let client = &self.cluster.client;
        let sent = client
            .move_firewall_rule(self.of(), pos, front, self.digest())
            .await;
        self.settled(sent, pos).await
    }

    pub(super) async fn delete(&self, pos: u32) -> Result<()> {
        let client = &self.cluster.client;
        let sent = client.delete_firewall_rule(self.of(), pos, self.digest()).await;
        self.settled(sent, pos).await
    }

    /// Adds a rule in front of the one that is at `pos`, or at the end.
    pub(super) async fn add(&self, draft: &RuleDraft, pos: Option<u32>) -> Result<()> {
        let count = u32::try_from(self.rules.len()).unwrap_or(u32::MAX);
        let to = pos.unwrap_or(count);
        if to > count {
            let problem = Problem::OutOfRange {
                min: 0,
                max: i64::from(count),
            };
            return Err(Error::field("pos", problem));
        }
        let wanted = wire::spec(draft);
        let first = FirewallRuleSpec {
            enable: wanted.enable && to == 0,
            ..wanted.clone()
        };
        let client = &self.cluster.client;
        let made = client.add_firewall_rule(self.of(), &first).await;
        made.map_err(|error| conflict::refused(self.cluster, error))?;
        if to == 0 {
            return self.is_there(0, &wanted).await;
        }
        for _ in 0..TRIES {
            let now = self.read().await?;
            let digest = now.iter().find_map(|rule| rule.digest.as_deref());
            let Some(new) = now.iter().find(|rule| same(&rule.spec, &first)) else {
                return Err(self.conflict(&now)?);
            };
            // Where others have added rules meanwhile, the end is elsewhere.
            let last = u32::try_from(now.len()).unwrap_or(u32::MAX).saturating_sub(1);
            let to = if pos.is_some() { to.min(last) } else { last };
            if new.pos != to {
                let front = if to > new.pos { to + 1 } else { to };
                match client.move_firewall_rule(self.of(), new.pos, front, digest).await {
                    Err(error) if error.is_stale_digest() => {}
                    other => other.map_err(upstream(self.cluster))?,
                }
                continue;
            }
            if wanted.enable {
                match client.change_firewall_rule(self.of(), to, &wanted, digest).await {
                    Err(error) if error.is_stale_digest() => continue,
                    other => other.map_err(upstream(self.cluster))?,
                }
            }
            return self.is_there(to, &wanted).await;
        }
        Err(self.conflict(&self.read().await?)?)
    }

    /// Fails where the rule at a place is not the one that was sent: then somebody else was at work at the same time.
    async fn is_there(&self, pos: u32, wanted: &FirewallRuleSpec) -> Result<()> {
        let now = self.read().await?;
        if now.iter().any(|rule| rule.pos == pos && same(&rule.spec, wanted)) {
            return Ok(());
        }
        Err(self.conflict(&now)?)
    }
}

/// Whether two rules say the same. Proxmox writes a macro as it is called, however it was named.
fn same(one: &FirewallRuleSpec, other: &FirewallRuleSpec) -> bool {
    let lower = |spec: &FirewallRuleSpec| spec.macro_name.as_deref().map(str::to_ascii_lowercase);
    lower(one) == lower(other)
        && FirewallRuleSpec {
            macro_name: None,
            ..one.clone()
        } == FirewallRuleSpec {
            macro_name: None,
            ..other.clone()
        }
}
