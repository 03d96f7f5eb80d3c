//! Alerts and what happened to them.

use chrono::{DateTime, Utc};
use drover_types::monitoring::{
    AlertEvent, AlertEventKind, AlertLevel, AlertRow, AlertState, Metric, Subject,
};

use super::tasks::{decode, encode};
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::{Error, Result};

macro_rules! columns {
    () => {
        "id, metric, subject, level, figure, worst, reached, full_at, told, told_level, cleared, raised_at, seen_at, \
         seen_by, resolved_at"
    };
}

/// An alert that is to be raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlertInsert<'a> {
    pub metric: Metric,
    pub subject: &'a Subject,
    pub level: AlertLevel,
    pub value: i64,
    pub limit: i64,
    pub full_at: Option<i64>,
    pub at: DateTime<Utc>,
}

/// An alert, and whether people were told of it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub row: AlertRow,
    pub told: bool,
    /// The worst level that people were told.
    pub told_level: Option<AlertLevel>,
}

/// The figures of an alert that stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// The one that was seen last.
    pub value: i64,
    /// The worst since it was raised.
    pub worst: i64,
    /// When a storage will be full.
    pub full_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: i64,
    metric: String,
    subject: String,
    level: String,
    figure: i64,
    worst: i64,
    reached: i64,
    full_at: Option<i64>,
    told: bool,
    told_level: Option<String>,
    cleared: bool,
    raised_at: DateTime<Utc>,
    seen_at: Option<DateTime<Utc>>,
    seen_by: Option<String>,
    resolved_at: Option<DateTime<Utc>>,
}

impl Raw {
    fn read(self) -> Result<Kept> {
        let unknown = |what: &str| Error::corrupt("an alert", what);
        let state = match (self.resolved_at, self.cleared, self.seen_at) {
            (Some(_), ..) => AlertState::Resolved,
            (None, true, _) => AlertState::Cleared,
            (None, false, Some(_)) => AlertState::Acknowledged,
            (None, false, None) => AlertState::Raised,
        };
        let level = |name: &str| AlertLevel::parse(name).ok_or_else(|| unknown(name));
        Ok(Kept {
            told: self.told,
            told_level: self.told_level.as_deref().map(level).transpose()?,
            row: AlertRow {
                id: self.id,
                metric: Metric::parse(&self.metric).ok_or_else(|| unknown(&self.metric))?,
                subject: decode("an alert's subject", &self.subject)?,
                level: level(&self.level)?,
                state,
                value: self.figure,
                worst: self.worst,
                limit: self.reached,
                full_at: self.full_at,
                raised_at: self.raised_at,
                seen_at: self.seen_at,
                seen_by: self.seen_by,
                resolved_at: self.resolved_at,
            },
        })
    }
}

/// The alerts that are not over, those that were put away among them, the oldest first.
pub(crate) async fn standing(db: &Db) -> Result<Vec<Kept>> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM alerts WHERE resolved_at IS NULL ORDER BY id"
    ))
    .fetch_all(c))
    .await?;
    rows.into_iter().map(Raw::read).collect()
}

/// The alerts of which people are to be told: that they stand, or that they are over; the oldest first.
pub(crate) async fn untold(db: &Db) -> Result<Vec<Kept>> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM alerts WHERE told = FALSE ORDER BY id"
    ))
    .fetch_all(c))
    .await?;
    rows.into_iter().map(Raw::read).collect()
}

/// Alerts older than `before`, newest first.
pub(crate) async fn page(db: &Db, before: i64, limit: i64) -> Result<Vec<AlertRow>> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM alerts WHERE id < $1 ORDER BY id DESC LIMIT $2"
    ))
    .bind(before)
    .bind(limit)
    .fetch_all(c))
    .await?;
    rows.into_iter()
        .map(|raw| raw.read().map(|kept| kept.row))
        .collect()
}

/// The alert `id`; until the transaction ends nobody else changes it.
pub(crate) async fn locked(tx: &mut Tx, id: i64) -> Result<Option<AlertRow>> {
    // An update that changes nothing locks the row on both databases.
    let raw: Option<Raw> = on_tx!(tx, |c| sqlx::query_as(concat!(
        "UPDATE alerts SET told = told WHERE id = $1 RETURNING ",
        columns!()
    ))
    .bind(id)
    .fetch_optional(c))
    .await?;
    Ok(raw.map(Raw::read).transpose()?.map(|kept| kept.row))
}

/// Raises an alert and tells its id; `None` where one stands already.
pub(crate) async fn insert(tx: &mut Tx, new: &AlertInsert<'_>) -> Result<Option<i64>> {
    let (key, subject) = (new.subject.key(), encode(new.subject)?);
    let id: Option<i64> = on_tx!(&mut *tx, |c| sqlx::query_scalar(
        "INSERT INTO alerts (metric, subject_key, subject, level, figure, worst, reached, full_at, told, announced, cleared,
         raised_at) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, FALSE, FALSE, FALSE, $8)
         ON CONFLICT (metric, subject_key) WHERE resolved_at IS NULL DO NOTHING RETURNING id"
    )
    .bind(new.metric.as_str())
    .bind(&key)
    .bind(&subject)
    .bind(new.level.as_str())
    .bind(new.value)
    .bind(new.limit)
    .bind(new.full_at)
    .bind(new.at)
    .fetch_optional(c))
    .await?;
    if let Some(id) = id {
        happened(tx, id, AlertEventKind::Raised, new.at, None, Some(new.value)).await?;
    }
    Ok(id)
}

/// Gives a standing alert another level. One that got worse is as new: people are to be told, whoever knew of it before.
/// Tells whether it stood.
pub(crate) async fn change_level(
    tx: &mut Tx,
    id: i64,
    (level, limit): (AlertLevel, i64),
    figures: Figures,
    at: DateTime<Utc>,
) -> Result<bool> {
    let worse = level == AlertLevel::Critical;
    let done = execute!(
        &mut *tx,
        "UPDATE alerts SET level = $2, figure = $3, reached = $4, told = told AND NOT $5, cleared = cleared AND NOT $5,
         seen_at = CASE WHEN $5 THEN NULL ELSE seen_at END, seen_by = CASE WHEN $5 THEN NULL ELSE seen_by END, worst = $6
         WHERE id = $1 AND resolved_at IS NULL AND level <> $2",
        id,
        level.as_str(),
        figures.value,
        limit,
        worse,
        figures.worst,
    )
    .await?;
    if done == 0 {
        return Ok(false);
    }
    let kind = if worse {
        AlertEventKind::Worsened
    } else {
        AlertEventKind::Eased
    };
    happened(tx, id, kind, at, None, Some(figures.value)).await?;
    Ok(true)
}

/// Renews the figures of a standing alert; tells whether it stood.
pub(crate) async fn renew(tx: &mut Tx, id: i64, figures: Figures) -> Result<bool> {
    let done = execute!(
        tx,
        "UPDATE alerts SET figure = $2, worst = $3, full_at = $4 WHERE id = $1 AND resolved_at IS NULL",
        id,
        figures.value,
        figures.worst,
        figures.full_at,
    )
    .await?;
    Ok(done > 0)
}

/// Ends a standing alert; tells whether it stood. People are to be told of it if they were told of the alert, and nobody
/// has put it away.
pub(crate) async fn resolve(tx: &mut Tx, id: i64, at: DateTime<Utc>) -> Result<bool> {
    let done = execute!(
        &mut *tx,
        "UPDATE alerts SET resolved_at = $2, told = NOT announced OR cleared WHERE id = $1 AND resolved_at IS NULL",
        id,
        at,
    )
    .await?;
    if done > 0 {
        happened(tx, id, AlertEventKind::Resolved, at, None, None).await?;
    }
    Ok(done > 0)
}

/// Notes that somebody knows of a standing alert, or has put it away.
pub(crate) async fn see(tx: &mut Tx, id: i64, by: &str, clear: bool, at: DateTime<Utc>) -> Result<()> {
    execute!(
        &mut *tx,
        "UPDATE alerts SET seen_at = COALESCE(seen_at, $3), seen_by = COALESCE(seen_by, $2), cleared = cleared OR $4
         WHERE id = $1 AND resolved_at IS NULL",
        id,
        by,
        at,
        clear,
    )
    .await?;
    let kind = if clear {
        AlertEventKind::Cleared
    } else {
        AlertEventKind::Acknowledged
    };
    happened(tx, id, kind, at, Some(by), None).await
}

/// Notes that people were told of it as it is; tells whether they had not been.
pub(crate) async fn tell(tx: &mut Tx, id: i64) -> Result<bool, sqlx::Error> {
    let done = execute!(
        tx,
        "UPDATE alerts SET told = TRUE, announced = TRUE,
         told_level = CASE WHEN told_level = 'critical' THEN told_level ELSE level END WHERE id = $1 AND told = FALSE",
        id
    )
    .await?;
    Ok(done > 0)
}

async fn happened(
    tx: &mut Tx,
    id: i64,
    kind: AlertEventKind,
    at: DateTime<Utc>,
    by: Option<&str>,
    value: Option<i64>,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO alert_events (alert_id, kind, at, actor, figure) VALUES ($1, $2, $3, $4, $5)",
        id,
        kind.as_str(),
        at,
        by,
        value,
    )
    .await?;
    Ok(())
}

/// Kind, time, who and the figure.
type RawEvent = (String, DateTime<Utc>, Option<String>, Option<i64>);

/// What happened to an alert, in order.
pub(crate) async fn events(db: &Db, id: i64) -> Result<Vec<AlertEvent>> {
    let rows: Vec<RawEvent> = on_db!(db, |c| sqlx::query_as(
        "SELECT kind, at, actor, figure FROM alert_events WHERE alert_id = $1 ORDER BY id"
    )
    .bind(id)
    .fetch_all(c))
    .await?;
    rows.into_iter()
        .map(|(kind, at, by, value)| {
            let kind =
                AlertEventKind::parse(&kind).ok_or_else(|| Error::corrupt("an alert's history", &kind))?;
            Ok(AlertEvent { kind, at, by, value })
        })
        .collect()
}

/// Removes what was over before `before`, and tells how many.
pub(crate) async fn prune(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    execute!(tx, "DELETE FROM alerts WHERE resolved_at < $1", before).await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use drover_types::ids::GuestId;

    use super::*;
    use crate::store::testing::databases;
    use crate::testing::noon;

    #[tokio::test]
    async fn one_stands_about_each_thing_and_what_happened_is_kept() {
        for test in &databases().await {
            let name = test.name;
            let at = noon().now();
            let subject = Subject::Guest {
                id: GuestId::new("lab", 100),
                name: "web-1".to_owned(),
            };
            let new = AlertInsert {
                metric: Metric::Cpu,
                subject: &subject,
                level: AlertLevel::Warning,
                value: 85,
                limit: 80,
                full_at: None,
                at,
            };
            let mut tx = test.db.begin().await.unwrap();
            let id = insert(&mut tx, &new).await.unwrap().unwrap();
            assert_eq!(insert(&mut tx, &new).await.unwrap(), None, "{name}: one stands");
            assert!(tell(&mut tx, id).await.unwrap(), "{name}");
            assert!(!tell(&mut tx, id).await.unwrap(), "{name}: told already");
            see(&mut tx, id, "ada", false, at).await.unwrap();
            let later = at + TimeDelta::minutes(1);
            let figures = |value, worst| Figures {
                value,
                worst,
                full_at: None,
            };
            let critical = (AlertLevel::Critical, 95);
            let changed = change_level(&mut tx, id, critical, figures(97, 97), later).await;
            assert!(changed.unwrap(), "{name}");
            let again = change_level(&mut tx, id, critical, figures(98, 98), later).await;
            assert!(!again.unwrap(), "{name}: no change");
            assert!(renew(&mut tx, id, figures(96, 99)).await.unwrap(), "{name}");
            tx.commit().await.unwrap();

            let kept = standing(&test.db).await.unwrap().remove(0);
            assert!(!kept.told, "{name}: it got worse");
            assert_eq!(
                kept.row.state,
                AlertState::Raised,
                "{name}: nobody knows of that yet"
            );
            assert_eq!((kept.row.value, kept.row.worst), (96, 99), "{name}");
            assert_eq!(kept.row.limit, 95, "{name}");
            assert_eq!(kept.told_level, Some(AlertLevel::Warning), "{name}");
            assert_eq!(kept.row.seen_by, None, "{name}");

            let mut tx = test.db.begin().await.unwrap();
            assert!(resolve(&mut tx, id, later).await.unwrap(), "{name}");
            assert!(
                !resolve(&mut tx, id, later).await.unwrap(),
                "{name}: over already"
            );
            let second = insert(&mut tx, &new).await.unwrap();
            assert!(
                second.is_some_and(|second| second > id),
                "{name}: another may stand"
            );
            tx.commit().await.unwrap();
            let kinds: Vec<&str> = events(&test.db, id)
                .await
                .unwrap()
                .iter()
                .map(|event| event.kind.as_str())
                .collect();
            let told: Vec<_> = untold(&test.db)
                .await
                .unwrap()
                .iter()
                .map(|kept| (kept.row.id, kept.row.state))
                .collect();
            let stands = (second.unwrap(), AlertState::Raised);
            assert_eq!(told, [(id, AlertState::Resolved), stands], "{name}");
            assert_eq!(
                kinds,
                ["raised", "acknowledged", "worsened", "resolved"],
                "{name}"
            );
            assert_eq!(page(&test.db, i64::MAX, 10).await.unwrap().len(), 2, "{name}");
            assert_eq!(
                page(&test.db, second.unwrap(), 10).await.unwrap()[0].id,
                id,
                "{name}"
            );
            let mut tx = test.db.begin().await.unwrap();
            assert_eq!(prune(&mut tx, later).await.unwrap(), 0, "{name}");
            assert_eq!(
                prune(&mut tx, later + TimeDelta::seconds(1)).await.unwrap(),
                1,
                "{name}"
            );
            tx.commit().await.unwrap();
            assert!(
                events(&test.db, id).await.unwrap().is_empty(),
                "{name}: with its history"
            );
        }
    }
}
