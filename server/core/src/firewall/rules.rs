//! The rules of a group: adding, changing, moving, deleting. Each is made against the digest of what was read, and
//! read back.

use drover_types::audit::{Action, FieldChanges};
use drover_types::error::FieldProblems;
use drover_types::firewall::input::{AddressSpec, RulePlace};
use drover_types::firewall::{Group, GroupId, Macro, Rule, RuleDraft, SetScope};
use drover_types::permission::Permission;
use drover_types::text::{Changed, Note, Problem};
use futures::future::try_join;
use pve_client::{FirewallOf, FirewallRef, FirewallRule};

use super::edit::Editing;
use super::evaluate::known_macros;
use super::service::{Firewall, not_found};
use super::wire;
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::servers::upstream;

/// The macros that a cluster knows, with what the evaluator's table has them stand for.
pub(super) async fn macros(cluster: &Cluster) -> Result<Vec<Macro>> {
    let macros = cluster
        .client
        .firewall_macros()
        .await
        .map_err(upstream(cluster))?;
    let mut known = known_macros();
    Ok(macros
        .into_iter()
        .map(|of| Macro {
            lines: known
                .iter_mut()
                .find(|one| one.name.eq_ignore_ascii_case(&of.name))
                .map(|one| std::mem::take(&mut one.lines))
                .unwrap_or_default(),
            name: of.name,
            description: of.description.unwrap_or_default(),
        })
        .collect())
}

/// What is wrong with the name of a set or an alias that is not there. A group's rules know the cluster's names; a
/// guest's own are the affair of whoever has the group.
fn unknown(text: &str, refs: &[FirewallRef]) -> Option<Problem> {
    let has = |kind: &str, name: &str| {
        refs.iter()
            .any(|one| one.kind == kind && one.name.eq_ignore_ascii_case(name))
    };
    match text.parse::<AddressSpec>() {
        Ok(AddressSpec::Set { scope, name }) if scope != Some(SetScope::Guest) && !has("ipset", &name) => {
            Some(Problem::IpSetNotFound { name })
        }
        Ok(AddressSpec::Alias { scope, name }) if scope != Some(SetScope::Guest) && !has("alias", &name) => {
            Some(Problem::AliasNotFound { name })
        }
        _ => None,
    }
}

/// What the names in a rule can mean in a cluster.
struct Known {
    macros: Vec<Macro>,
    refs: Vec<FirewallRef>,
}

impl Known {
    async fn read(cluster: &Cluster) -> Result<Self> {
        let refs = async {
            let refs = cluster.client.firewall_refs(FirewallOf::Cluster).await;
            refs.map_err(upstream(cluster))
        };
        let (macros, refs) = try_join(macros(cluster), refs).await?;
        Ok(Self { macros, refs })
    }

    /// The draft as it is sent, where nothing is wrong with it.
    fn checked(&self, draft: &RuleDraft) -> Result<RuleDraft> {
        let draft = draft.clone().tidied(Some(&self.macros));
        let mut problems = draft.problems(RulePlace::Group, Some(&self.macros));
        for (field, text) in [("source", &draft.source), ("dest", &draft.dest)] {
            if let Some(problem) = unknown(text, &self.refs) {
                problems.entry(field.to_owned()).or_insert(problem);
            }
        }
        if problems.is_empty() {
            Ok(draft)
        } else {
            Err(Error::Invalid(problems))
        }
    }
}

/// Drafts as they are sent, where nothing is wrong with any.
pub(super) async fn all_checked(cluster: &Cluster, drafts: &[RuleDraft]) -> Result<Vec<RuleDraft>> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let known = Known::read(cluster).await?;
    let (mut checked, mut problems) = (Vec::with_capacity(drafts.len()), FieldProblems::new());
    for (n, draft) in drafts.iter().enumerate() {
        match known.checked(draft) {
            Ok(draft) => checked.push(draft),
            Err(Error::Invalid(of_draft)) => {
                let named = of_draft.into_iter();
                problems.extend(named.map(|(field, problem)| (format!("rules[{n}].{field}"), problem)));
            }
            Err(error) => return Err(error),
        }
    }
    if problems.is_empty() {
        Ok(checked)
    } else {
        Err(Error::Invalid(problems))
    }
}

impl Firewall {
    /// Adds a rule to a group, in front of the one that is at `pos` now, or at the end.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::NotFound`], [`Error::Invalid`] by field, [`Error::Edited`]
    /// where the rules are not those of `digest` any more, or the cluster's.
    pub async fn add_rule(
        &self,
        ctx: &OpContext,
        id: &GroupId,
        draft: &RuleDraft,
        pos: Option<u32>,
        digest: Option<&str>,
    ) -> Result<Group> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let editing = self.editing(id, draft, digest).await?;
        let draft = Known::read(editing.cluster).await?.checked(draft)?;
        editing.add(&draft, pos).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "rule", None, Some(&draft));
        self.told_of(actor, id, Action::AddFirewallRule, Changed::Made, changes)
            .await
    }

    /// A rule of a group with the mark of the rules, for a change of some of its fields. `yours` is that change, for
    /// the case that somebody else was faster.
    ///
    /// # Errors
    /// As [`Firewall::change_rule`].
    pub async fn rule(
        &self,
        ctx: &OpContext,
        id: &GroupId,
        pos: u32,
        yours: &serde_json::Value,
        digest: Option<&str>,
    ) -> Result<(Rule, String)> {
        ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let editing = self.editing(id, yours, digest).await?;
        match editing.rule(pos)? {
            Some(rule) => Ok((rule, wire::digest(&editing.rules))),
            None => Err(Error::NotFound(Problem::FirewallRuleNotFound { pos })),
        }
    }

    /// Writes a rule of a group anew.
    ///
    /// # Errors
    /// As [`Firewall::add_rule`]; [`Error::NotFound`] too where there is no rule at `pos`.
    pub async fn change_rule(
        &self,
        ctx: &OpContext,
        id: &GroupId,
        pos: u32,
        draft: &RuleDraft,
        digest: Option<&str>,
    ) -> Result<Group> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let editing = self.editing(id, draft, digest).await?;
        let before = editing.rule(pos)?;
        let draft = Known::read(editing.cluster).await?.checked(draft)?;
        editing.change(pos, &draft).await?;
        let mut changes = FieldChanges::new();
        changed(
            &mut changes,
            "rule",
            before.as_ref(),
            Some(&draft.clone().at(pos)),
        );
        self.told_of(actor, id, Action::ChangeFirewallRule, Changed::Changed, changes)
            .await
    }

    /// Moves a rule of a group, so that it is at `to` afterwards.
    ///
    /// # Errors
    /// As [`Firewall::change_rule`].
    pub async fn move_rule(
        &self,
        ctx: &OpContext,
        id: &GroupId,
        pos: u32,
        to: u32,
        digest: Option<&str>,
    ) -> Result<Group> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let yours = serde_json::json!({"move": pos, "to": to});
        let editing = self.editing(id, &yours, digest).await?;
        editing.rule(pos)?;
        let last = u32::try_from(editing.rules.len())
            .unwrap_or(u32::MAX)
            .saturating_sub(1);
        if to > last {
            let problem = Problem::OutOfRange {
                min: 0,
                max: i64::from(last),
            };
            return Err(Error::field("to", problem));
        }
        editing.put(pos, to).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "position", Some(&pos), Some(&to));
        self.told_of(actor, id, Action::MoveFirewallRule, Changed::Moved, changes)
            .await
    }

    /// Deletes a rule of a group.
    ///
    /// # Errors
    /// As [`Firewall::change_rule`].
    pub async fn delete_rule(
        &self,
        ctx: &OpContext,
        id: &GroupId,
        pos: u32,
        digest: Option<&str>,
    ) -> Result<Group> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let yours = serde_json::json!({ "delete": pos });
        let editing = self.editing(id, &yours, digest).await?;
        let before = editing.rule(pos)?;
        editing.delete(pos).await?;
        let mut changes = FieldChanges::new();
        changed(&mut changes, "rule", before.as_ref(), None::<&Rule>);
        self.told_of(actor, id, Action::DeleteFirewallRule, Changed::Deleted, changes)
            .await
    }

    /// Writes down what was done to a rule, and gives the group as it is now.
    async fn told_of(
        &self,
        actor: &Actor,
        id: &GroupId,
        action: Action,
        change: Changed,
        changes: FieldChanges,
    ) -> Result<Group> {
        let note = Note::FirewallRule {
            group: id.name.clone(),
            change,
        };
        self.record(actor, action, &id.to_string(), changes, Some(&note))
            .await?;
        self.read(actor, id).await
    }

    /// The group's rules as they are now, where they are those that the caller knows.
    async fn editing(
        &self,
        id: &GroupId,
        yours: &impl serde::Serialize,
        digest: Option<&str>,
    ) -> Result<Editing<'_>> {
        let cluster = self.cluster_of(id)?;
        let rules = self.rules_of(cluster, id).await?;
        let yours = serde_json::to_value(yours).map_err(|error| Error::Internal(error.to_string()))?;
        let editing = Editing {
            cluster,
            group: id.name.clone(),
            rules,
            yours,
        };
        if digest.is_some_and(|known| known != wire::digest(&editing.rules)) {
            return Err(editing.conflict(&editing.rules)?);
        }
        Ok(editing)
    }

    /// The rules of a group, in their order.
    pub(super) async fn rules_of(&self, cluster: &Cluster, id: &GroupId) -> Result<Vec<FirewallRule>> {
        let of = pve_client::RulesOf::Group(&id.name);
        cluster.client.firewall_rules(of).await.map_err(|error| {
            if error.is_not_found() {
                not_found(id)
            } else {
                upstream(cluster)(error)
            }
        })
    }
}
