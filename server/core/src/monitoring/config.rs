//! The configuration that the second version of the API reads and writes as one: whether alerts are raised, the limits of
//! all servers, and how far back figures are shown.

use std::collections::BTreeMap;

use drover_types::audit::{Action, ObjectKind};
use drover_types::monitoring::{AlertRule, HistoryRange, Metric, RuleInput, RuleTarget, default_rules};
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::service::Monitoring;
use crate::audit::{self, Entry, changed};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::settings;
use crate::store::alert_rules;

/// What is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitoringConfig {
    /// Whether alerts are raised.
    pub enabled: bool,
    /// How far back figures are shown where nothing is said.
    pub default_range: HistoryRange,
    /// The limits of all servers, of those metrics that have some.
    pub limits: BTreeMap<Metric, Limits>,
}

/// From where on it warns, and is critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// From where on it warns.
    pub warning: Option<i64>,
    /// From where on it is critical.
    pub critical: Option<i64>,
}

/// A change of it; what is not said stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MonitoringConfigChange {
    /// Whether alerts are raised.
    pub enabled: Option<bool>,
    /// How far back figures are shown.
    pub default_range: Option<HistoryRange>,
    /// Limits of all servers.
    pub limits: BTreeMap<Metric, Limits>,
}

impl Monitoring {
    /// What is configured.
    ///
    /// # Errors
    /// [`Error::Denied`], or where the database does not answer.
    pub async fn config(&self, ctx: &OpContext) -> Result<MonitoringConfig> {
        ctx.require(Permission::ViewAll)?;
        let settings = self.settings().await?;
        let rules = alert_rules::all(&self.0.db).await?;
        let of_all = rules
            .into_iter()
            .map(|rule| rule.rule)
            .filter(|rule| rule.target == RuleTarget::All);
        Ok(MonitoringConfig {
            enabled: settings.enabled,
            default_range: settings.default_range,
            limits: of_all
                .map(|rule| {
                    let (warning, critical) = (rule.warning, rule.critical);
                    (rule.metric, Limits { warning, critical })
                })
                .collect(),
        })
    }

    /// Changes what is configured, all of it or nothing.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], or [`Error::Invalid`], whose fields are called `cpu_warning` and the like.
    pub async fn set_config(&self, ctx: &OpContext, change: &MonitoringConfigChange) -> Result<()> {
        let actor = ctx.require_admin()?;
        let mut write = self.0.events.begin().await?;
        let key = settings::monitoring();
        let before = self
            .0
            .settings
            .locked(&mut write, &key)
            .await?
            .unwrap_or_default();
        let mut after = before.clone();
        after.enabled = change.enabled.unwrap_or(before.enabled);
        after.default_range = change.default_range.unwrap_or(before.default_range);
        if after != before {
            after.revision += 1;
        }
        let mut entry = Entry::done(Action::SetMonitoring, ObjectKind::Setting, "monitoring");
        changed(
            &mut entry.changes,
            "enabled",
            Some(&before.enabled),
            Some(&after.enabled),
        );
        let (old, new) = (before.default_range, after.default_range);
        changed(&mut entry.changes, "default_range", Some(&old), Some(&new));
        self.0.settings.store(&mut write, &key, Some(&after)).await?;
        let mut problems = BTreeMap::new();
        for (metric, limits) in &change.limits {
            let rule = alert_rules::of_all(&mut write.tx, *metric).await?;
            let new = changed_rule(rule.as_ref(), *metric, *limits);
            if let Err(fields) = new.check() {
                let named =
                    |(field, problem): (String, Problem)| (format!("{}_{field}", metric.as_str()), problem);
                problems.extend(fields.into_iter().map(named));
                continue;
            }
            let old = rule.as_ref().map(|rule| &rule.rule);
            changed(&mut entry.changes, metric.as_str(), old, Some(&new));
            match rule {
                Some(rule) if rule.rule == new => {}
                Some(rule) => {
                    let revision = rule.revision + 1;
                    let rule = AlertRule {
                        revision,
                        rule: new,
                        ..rule
                    };
                    alert_rules::update(&mut write.tx, &rule).await?;
                }
                None => drop(alert_rules::insert(&mut write.tx, &new).await?),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Alerts);
        Ok(write.commit().await?)
    }
}

/// The rule of all with other limits; what is not said stays.
fn changed_rule(rule: Option<&AlertRule>, metric: Metric, limits: Limits) -> RuleInput {
    let first = || default_rules().into_iter().find(|rule| rule.metric == metric);
    let mut new = rule
        .map(|rule| rule.rule.clone())
        .or_else(first)
        .unwrap_or(RuleInput {
            metric,
            target: RuleTarget::All,
            warning: None,
            critical: None,
            hysteresis: 0,
            minutes: 0,
            enabled: true,
        });
    new.warning = limits.warning.or(new.warning);
    new.critical = limits.critical.or(new.critical);
    new.hysteresis = new.hysteresis.min(new.most_hysteresis());
    new
}
