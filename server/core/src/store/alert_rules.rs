//! Rules of alerts: one of each metric for each target.

use drover_types::ids::GuestId;
use drover_types::monitoring::{AlertRule, Metric, RuleInput, RuleTarget};

use super::tasks::{decode, encode};
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::Result;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    rule: String,
    revision: i64,
}

impl Row {
    fn read(self) -> Result<AlertRule> {
        Ok(AlertRule {
            id: self.id,
            revision: self.revision,
            rule: decode("an alert rule", &self.rule)?,
        })
    }
}

/// What a target is known again by.
fn key(target: &RuleTarget) -> String {
    match target {
        RuleTarget::All => "all".to_owned(),
        RuleTarget::Tag(tag) => format!("tag/{tag}"),
        RuleTarget::Server(id) => format!("server/{id}"),
    }
}

/// Every rule.
pub(crate) async fn all(db: &Db) -> Result<Vec<AlertRule>> {
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(
        "SELECT id, rule, revision FROM alert_rules ORDER BY id"
    )
    .fetch_all(c))
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// A rule of one server, and what that is known again by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OfServer {
    pub rule: AlertRule,
    /// As JSON; `None` where that is not known yet.
    pub identity: Option<String>,
}

/// The rules of single servers.
pub(crate) async fn of_servers(db: &Db) -> Result<Vec<OfServer>> {
    let rows: Vec<(i64, String, i64, Option<String>)> = on_db!(db, |c| sqlx::query_as(
        "SELECT id, rule, revision, identity FROM alert_rules WHERE target LIKE 'server/%' ORDER BY id"
    )
    .fetch_all(c))
    .await?;
    rows.into_iter()
        .map(|(id, rule, revision, identity)| {
            let rule = Row { id, rule, revision }.read()?;
            Ok(OfServer { rule, identity })
        })
        .collect()
}

/// Notes what the server of a rule is known again by.
pub(crate) async fn identify(tx: &mut Tx, rule: &AlertRule, identity: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE alert_rules SET identity = $2 WHERE id = $1 AND revision = $3 AND identity IS NULL",
        rule.id,
        identity,
        rule.revision
    )
    .await
    .map(drop)
}

/// Removes the rules of a server that is gone; tells how many there were.
pub(crate) async fn forget(tx: &mut Tx, guest: &GuestId) -> Result<u64, sqlx::Error> {
    let target = key(&RuleTarget::Server(guest.clone()));
    execute!(tx, "DELETE FROM alert_rules WHERE target = $1", &target).await
}

/// The rule `id`; until the transaction ends nobody else changes it.
pub(crate) async fn locked(tx: &mut Tx, id: i64) -> Result<Option<AlertRule>> {
    // An update that changes nothing locks the row on both databases.
    let row: Option<Row> = on_tx!(tx, |c| sqlx::query_as(
        "UPDATE alert_rules SET revision = revision WHERE id = $1 RETURNING id, rule, revision"
    )
    .bind(id)
    .fetch_optional(c))
    .await?;
    row.map(Row::read).transpose()
}

/// The rule of all of a metric; until the transaction ends nobody else changes it.
pub(crate) async fn of_all(tx: &mut Tx, metric: Metric) -> Result<Option<AlertRule>> {
    let row: Option<Row> = on_tx!(tx, |c| sqlx::query_as(
        "UPDATE alert_rules SET revision = revision WHERE metric = $1 AND target = 'all' RETURNING id, rule, revision"
    )
    .bind(metric.as_str())
    .fetch_optional(c))
    .await?;
    row.map(Row::read).transpose()
}

/// Adds a rule; `None` where there is one of the same metric and target.
pub(crate) async fn insert(tx: &mut Tx, rule: &RuleInput) -> Result<Option<AlertRule>> {
    let (target, text) = (key(&rule.target), encode(rule)?);
    let id: Option<i64> = on_tx!(tx, |c| sqlx::query_scalar(
        "INSERT INTO alert_rules (metric, target, rule, revision) VALUES ($1, $2, $3, 1)
         ON CONFLICT (metric, target) DO NOTHING RETURNING id"
    )
    .bind(rule.metric.as_str())
    .bind(&target)
    .bind(&text)
    .fetch_optional(c))
    .await?;
    Ok(id.map(|id| AlertRule {
        id,
        revision: 1,
        rule: rule.clone(),
    }))
}

/// Whether another rule than `id` has this metric and target.
pub(crate) async fn is_taken(tx: &mut Tx, id: i64, rule: &RuleInput) -> Result<bool> {
    let other: Option<i64> = on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM alert_rules WHERE metric = $1 AND target = $2 AND id <> $3"
    )
    .bind(rule.metric.as_str())
    .bind(key(&rule.target))
    .bind(id)
    .fetch_optional(c))
    .await?;
    Ok(other.is_some())
}

/// Changes a rule.
pub(crate) async fn update(tx: &mut Tx, rule: &AlertRule) -> Result<()> {
    let (target, text) = (key(&rule.rule.target), encode(&rule.rule)?);
    execute!(
        tx,
        "UPDATE alert_rules SET metric = $2, target = $3, rule = $4, revision = $5,
         identity = CASE WHEN target = $3 THEN identity ELSE NULL END WHERE id = $1",
        rule.id,
        rule.rule.metric.as_str(),
        &target,
        &text,
        rule.revision,
    )
    .await?;
    Ok(())
}

/// Removes a rule.
pub(crate) async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    execute!(tx, "DELETE FROM alert_rules WHERE id = $1", id).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use drover_types::monitoring::default_rules;

    use super::*;
    use crate::store::testing::databases;

    #[tokio::test]
    async fn there_is_one_of_each_and_it_is_changed_as_a_whole() {
        for test in &databases().await {
            let name = test.name;
            let mut tx = test.db.begin().await.unwrap();
            for rule in default_rules() {
                assert!(insert(&mut tx, &rule).await.unwrap().is_some(), "{name}");
                assert!(insert(&mut tx, &rule).await.unwrap().is_none(), "{name}: twice");
            }
            let cpu = default_rules()
                .into_iter()
                .find(|rule| rule.metric == Metric::Cpu)
                .unwrap();
            let web = RuleInput {
                target: RuleTarget::Tag("web".to_owned()),
                ..cpu.clone()
            };
            let made = insert(&mut tx, &web).await.unwrap().unwrap();
            assert!(is_taken(&mut tx, made.id, &cpu).await.unwrap(), "{name}");
            assert!(!is_taken(&mut tx, made.id, &web).await.unwrap(), "{name}");
            let changed = AlertRule {
                revision: 2,
                rule: RuleInput {
                    warning: Some(50),
                    ..web
                },
                ..made.clone()
            };
            update(&mut tx, &changed).await.unwrap();
            assert_eq!(
                locked(&mut tx, made.id).await.unwrap(),
                Some(changed.clone()),
                "{name}"
            );
            tx.commit().await.unwrap();
            let rules = all(&test.db).await.unwrap();
            assert_eq!(rules.len(), default_rules().len() + 1, "{name}");
            assert_eq!(rules.last(), Some(&changed), "{name}");
            let mut tx = test.db.begin().await.unwrap();
            delete(&mut tx, made.id).await.unwrap();
            assert_eq!(locked(&mut tx, made.id).await.unwrap(), None, "{name}");
        }
    }
}
