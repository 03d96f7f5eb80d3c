//! One change to the rules of a group. Proxmox puts new rules at the head of the list and takes no digest for them, so
//! a rule is made switched off, looked at, moved, and then switched on: it never decides in a place that nobody meant,
//! nor in a list that nobody knows. Where that fails, what was made is taken back, so that a second try meets no twin.

use drover_types::firewall::{Rule, RuleDraft};
use drover_types::text::Problem;
use pve_client::{FirewallRule, FirewallRuleSpec, RulesOf};
use serde_json::{Value, json};

use super::{conflict, wire};
use crate::clusters::Cluster;
use crate::error::{Error, Result};
use crate::servers::upstream;

/// How often a rule is taken back where others change the list at the same time.
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
        let off = FirewallRuleSpec {
            enable: false,
            ..wanted.clone()
        };
        let spec = &off;
        let made = Standing { spec, pos: 0 };
        let placed = Standing { spec, pos: to };
        let spec = &wanted;
        let on = Standing { spec, pos: to };
        let client = &self.cluster.client;
        if let Err(error) = client.add_firewall_rule(self.of(), &off).await {
            // It may have been made all the same.
            if error.is_unavailable() {
                self.take_back(&[made]).await;
            }
            return Err(conflict::refused(self.cluster, error));
        }
        let mut digest = self.reached(made).await?;
        if to != 0 {
            let sent = client
                .move_firewall_rule(self.of(), 0, to + 1, digest.as_deref())
                .await;
            self.taken(sent, &[placed, made]).await?;
            digest = self.reached(placed).await?;
        }
        if !wanted.enable {
            return Ok(());
        }
        let sent = client
            .change_firewall_rule(self.of(), to, &wanted, digest.as_deref())
            .await;
        self.taken(sent, &[on, placed]).await?;
        self.is_in_force(on).await
    }

    /// The digest of a list that is the one that was known, with the new rule where it should stand.
    async fn reached(&self, at: Standing<'_>) -> Result<Option<String>> {
        match self.read().await {
            Ok(now) if at.ends(&self.rules, &now) == Some(at.pos) => {
                Ok(now.into_iter().find_map(|rule| rule.digest))
            }
            Ok(_) => Err(self.taken_back(&[at]).await?),
            Err(error) => {
                self.take_back(&[at]).await;
                Err(error)
            }
        }
    }

    /// Fails where Proxmox does not take a change to the new rule, and takes the rule back.
    async fn taken(&self, sent: pve_client::Result<()>, states: &[Standing<'_>]) -> Result<()> {
        match sent {
            Ok(()) => Ok(()),
            Err(error) if error.is_stale_digest() => Err(self.taken_back(states).await?),
            Err(error) => {
                self.take_back(states).await;
                Err(conflict::refused(self.cluster, error))
            }
        }
    }

    /// Fails where the rule that was switched on is not where it should be. Rules that others have put in front of
    /// everything since are no reason.
    async fn is_in_force(&self, on: Standing<'_>) -> Result<()> {
        match self.read().await {
            Ok(now) if on.is_at(&now) || on.found(&self.rules, &now).is_some() => Ok(()),
            Ok(_) => Err(self.taken_back(&[on]).await?),
            Err(error) => {
                self.take_back(&[on]).await;
                Err(error)
            }
        }
    }

    /// Takes the new rule back, as somebody else was at work at the same time, and says what is there then.
    async fn taken_back(&self, states: &[Standing<'_>]) -> Result<Error> {
        self.take_back(states).await;
        self.conflict(&self.read().await?)
    }

    /// Deletes the new rule where it is certain which one it is; `states` are those that it may be in. What is left
    /// is written to the log: the error that led here says more to the caller.
    async fn take_back(&self, states: &[Standing<'_>]) {
        let group = &self.group;
        for _ in 0..TRIES {
            let now = match self.read().await {
                Ok(now) => now,
                Err(error) => {
                    tracing::warn!(%group, %error, "a rule that was not finished can't be looked for and may be left");
                    return;
                }
            };
            let whole = states.iter().find_map(|state| state.ends(&self.rules, &now));
            let found = whole.or_else(|| states.iter().find_map(|state| state.found(&self.rules, &now)));
            let Some(pos) = found else {
                tracing::warn!(%group, "no rule is for certain the one that was not finished; it is left if it is there");
                return;
            };
            let digest = now.iter().find_map(|rule| rule.digest.as_deref());
            let client = &self.cluster.client;
            match client.delete_firewall_rule(self.of(), pos, digest).await {
                Ok(()) => return,
                Err(error) if error.is_stale_digest() => {}
                Err(error) => {
                    tracing::warn!(%group, pos, %error, "a rule that was not finished can't be deleted");
                    return;
                }
            }
        }
        tracing::warn!(%group, "a rule that was not finished is left, as the list changes all the time");
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

/// What the new rule says and where it stands, with the rules that were known around it.
#[derive(Clone, Copy)]
struct Standing<'a> {
    spec: &'a FirewallRuleSpec,
    pos: u32,
}

impl Standing<'_> {
    /// Whether the rule at the place says the same.
    fn is_at(&self, now: &[FirewallRule]) -> bool {
        now.iter()
            .any(|rule| rule.pos == self.pos && same(&rule.spec, self.spec))
    }

    /// Where the new rule is in a list that ends with the known rules and it among them, so that others have at most
    /// put something in front: then one that says the same elsewhere is not taken for it.
    fn ends(&self, known: &[FirewallRule], now: &[FirewallRule]) -> Option<u32> {
        let mut whole: Vec<&FirewallRuleSpec> = known.iter().map(|rule| &rule.spec).collect();
        whole.insert(usize::try_from(self.pos).ok()?.min(whole.len()), self.spec);
        let front = now.len().checked_sub(whole.len())?;
        let is_whole = now[front..]
            .iter()
            .zip(whole)
            .all(|(rule, spec)| same(&rule.spec, spec));
        let front = u32::try_from(front).ok()?;
        is_whole.then_some(self.pos + front)
    }

    /// As [`Standing::ends`]; or its place in a list that others have changed, where it is the only one of its kind
    /// and none was known before.
    fn found(&self, known: &[FirewallRule], now: &[FirewallRule]) -> Option<u32> {
        let alike = |rules: &[FirewallRule]| rules.iter().filter(|rule| same(&rule.spec, self.spec)).count();
        self.ends(known, now)
            .or_else(|| (alike(known) == 0 && alike(now) == 1 && self.is_at(now)).then_some(self.pos))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A list in words: each is a rule's comment, in capitals where the rule is on.
    fn list(text: &str) -> Vec<FirewallRule> {
        let rules = (0..).zip(text.split_whitespace());
        rules
            .map(|(pos, word)| FirewallRule {
                pos,
                spec: spec(word),
                ..FirewallRule::default()
            })
            .collect()
    }

    fn spec(word: &str) -> FirewallRuleSpec {
        FirewallRuleSpec {
            enable: word.starts_with(char::is_uppercase),
            comment: Some(word.to_lowercase()),
            ..FirewallRuleSpec::default()
        }
    }

    #[test]
    fn a_rule_is_taken_back_only_where_it_is_certain_which_one_it_is() {
        for (known, word, pos, now, found) in [
            ("A B", "n", 0, "n A B", Some(0)),
            ("A B", "n", 2, "A B n", Some(2)),
            ("A B", "N", 1, "A N B", Some(1)),
            // Others have put rules in front of it, or behind it at the head.
            ("A B", "n", 0, "X n A B", Some(1)),
            ("A B", "n", 0, "n X A B", Some(0)),
            ("A B", "n", 2, "X A B n", Some(3)),
            // Others have changed what was there.
            ("A B", "n", 0, "n A C", Some(0)),
            ("A B", "n", 0, "C n A", None),
            ("A B", "n", 0, "n n A C", None),
            // One that says the same was there before.
            ("A n", "n", 0, "n A n", Some(0)),
            ("n A", "n", 2, "n A n", Some(2)),
            ("n A", "n", 0, "n A", None),
            ("n A", "n", 0, "n n C", None),
            ("n A", "n", 0, "n", None),
            ("", "n", 0, "n", Some(0)),
            ("", "n", 0, "", None),
        ] {
            let spec = spec(word);
            let standing = Standing { spec: &spec, pos };
            let told = standing.found(&list(known), &list(now));
            assert_eq!(told, found, "{word} at {pos} of {known}, now {now}");
        }
    }
}
