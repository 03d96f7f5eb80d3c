//! Making, changing and deleting rules.

use drover_types::audit::{Action, ObjectKind};
use drover_types::monitoring::{AlertRule, RuleInput, RuleTarget};
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::service::Monitoring;
use crate::audit::{self, Entry, changed};
use crate::context::OpContext;
use crate::error::{Edited, Error, Result};
use crate::events::Change;
use crate::store::alert_rules;

/// What the audit calls a rule.
pub(super) fn name(rule: &RuleInput) -> String {
    let metric = rule.metric.as_str();
    match &rule.target {
        RuleTarget::All => metric.to_owned(),
        RuleTarget::Tag(tag) => format!("{metric} tag:{tag}"),
        RuleTarget::Server(id) => format!("{metric} {id}"),
    }
}

impl Monitoring {
    /// Every rule.
    ///
    /// # Errors
    /// [`Error::Denied`], or where the database does not answer.
    pub async fn rules(&self, ctx: &OpContext) -> Result<Vec<AlertRule>> {
        ctx.require(Permission::ViewAll)?;
        alert_rules::all(&self.0.db).await
    }

    /// Makes a rule.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], or [`Error::Invalid`].
    pub async fn create_rule(&self, ctx: &OpContext, input: &RuleInput) -> Result<AlertRule> {
        let actor = ctx.require_admin()?;
        self.check(input)?;
        let mut write = self.0.events.begin().await?;
        let rule = alert_rules::insert(&mut write.tx, input)
            .await?
            .ok_or_else(|| Error::field("target", Problem::AlertRuleTaken))?;
        let object = name(input);
        let mut entry = Entry::done(Action::CreateAlertRule, ObjectKind::AlertRule, &object);
        changed(&mut entry.changes, "rule", None::<&RuleInput>, Some(input));
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Alerts);
        write.commit().await?;
        Ok(rule)
    }

    /// Changes a rule; `revision` is that of the rule that the change was thought of with, `None` for whatever it is.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], [`Error::Invalid`], [`Error::NotFound`], or [`Error::Edited`].
    pub async fn update_rule(
        &self,
        ctx: &OpContext,
        id: i64,
        revision: Option<i64>,
        input: &RuleInput,
    ) -> Result<AlertRule> {
        let actor = ctx.require_admin()?;
        input.check().map_err(Error::Invalid)?;
        let mut write = self.0.events.begin().await?;
        let before = alert_rules::locked(&mut write.tx, id)
            .await?
            .ok_or(Error::NotFound(Problem::AlertRuleNotFound))?;
        if revision.is_some_and(|revision| revision != before.revision) {
            let value = |failed: serde_json::Error| Error::Internal(failed.to_string());
            return Err(Error::Edited(Box::new(Edited {
                problem: Problem::AlertRuleChanged,
                yours: serde_json::to_value(input).map_err(value)?,
                current: serde_json::to_value(&before).map_err(value)?,
            })));
        }
        // One of a server that is gone can still be switched off.
        if before.rule.target != input.target {
            self.check(input)?;
        }
        if alert_rules::is_taken(&mut write.tx, id, input).await? {
            return Err(Error::field("target", Problem::AlertRuleTaken));
        }
        if before.rule == *input {
            return Ok(before);
        }
        let rule = AlertRule {
            id,
            revision: before.revision + 1,
            rule: input.clone(),
        };
        alert_rules::update(&mut write.tx, &rule).await?;
        let object = name(&before.rule);
        let mut entry = Entry::done(Action::ChangeAlertRule, ObjectKind::AlertRule, &object);
        changed(&mut entry.changes, "rule", Some(&before.rule), Some(input));
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Alerts);
        write.commit().await?;
        Ok(rule)
    }

    /// Deletes a rule.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], or [`Error::NotFound`].
    pub async fn delete_rule(&self, ctx: &OpContext, id: i64) -> Result<()> {
        let actor = ctx.require_admin()?;
        let mut write = self.0.events.begin().await?;
        let before = alert_rules::locked(&mut write.tx, id)
            .await?
            .ok_or(Error::NotFound(Problem::AlertRuleNotFound))?;
        alert_rules::delete(&mut write.tx, id).await?;
        let object = name(&before.rule);
        let mut entry = Entry::done(Action::DeleteAlertRule, ObjectKind::AlertRule, &object);
        changed(&mut entry.changes, "rule", Some(&before.rule), None);
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Alerts);
        Ok(write.commit().await?)
    }

    pub(super) fn check(&self, input: &RuleInput) -> Result<()> {
        input.check().map_err(Error::Invalid)?;
        if let RuleTarget::Server(id) = &input.target
            && self.0.inventory.guest(id).is_none()
        {
            let server = id.to_string();
            return Err(Error::field("target", Problem::ServerNotFound { server }));
        }
        Ok(())
    }
}
