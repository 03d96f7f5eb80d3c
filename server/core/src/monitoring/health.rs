//! How servers are, by the rules, from what the picture shows.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;
use drover_types::monitoring::{AlertRow, GuestHealth, HealthCounts, Judge};
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::service::Monitoring;
use crate::context::OpContext;
use crate::error::{Error, Result};

/// A server, and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHealth {
    /// The server as the list shows it.
    pub row: GuestRow,
    /// How it is, and why.
    pub health: GuestHealth,
    /// When what that is judged by was told.
    pub at: Option<DateTime<Utc>>,
}

/// How all servers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many are how.
    pub counts: HealthCounts,
    /// Those that should be looked at, the worst first.
    pub problems: Vec<ServerHealth>,
    /// When that was looked at.
    pub at: DateTime<Utc>,
}

/// What judging servers takes: the rules, the alerts that stand, and which clusters have told.
pub struct Bench {
    judge: Judge,
    alerts: HashMap<GuestId, Vec<AlertRow>>,
    /// When each cluster has told last, and whether that may be out of date.
    heard: HashMap<String, (Option<DateTime<Utc>>, bool)>,
}

impl Bench {
    /// How a server is, and when what that is judged by was told.
    pub fn judge(&self, row: &GuestRow) -> (GuestHealth, Option<DateTime<Utc>>) {
        let (at, silent) = self.heard.get(&row.id.cluster).copied().unwrap_or((None, true));
        let health = self.judge.guest(row, silent);
        let health = match self.alerts.get(&row.id) {
            Some(alerts) => health.with_alerts(alerts),
            None => health,
        };
        (health, at)
    }
}

impl Monitoring {
    /// What it takes to judge the servers of `picture`.
    ///
    /// # Errors
    /// [`Error::Denied`], or where the database does not answer.
    pub async fn bench(&self, ctx: &OpContext, picture: &Snapshot) -> Result<Bench> {
        let now = self.0.clock.now().timestamp();
        let mut alerts: HashMap<GuestId, Vec<AlertRow>> = HashMap::new();
        for row in self.open(ctx).await? {
            if let Some(id) = row.subject.guest().cloned() {
                alerts.entry(id).or_default().push(row);
            }
        }
        let heard = picture.clusters.iter().map(|health| {
            let at = DateTime::from_timestamp(health.fetched_at, 0).filter(|_| health.fetched_at > 0);
            (health.name.clone(), (at, health.is_stale(now)))
        });
        Ok(Bench {
            judge: self.judge().await?,
            alerts,
            heard: heard.collect(),
        })
    }

    /// How one server is.
    ///
    /// # Errors
    /// [`Error::Denied`], or [`Error::NotFound`].
    pub async fn health(&self, ctx: &OpContext, id: &GuestId) -> Result<ServerHealth> {
        let actor = ctx.require(Permission::ViewAll)?;
        let row = self.0.inventory.guest_of(actor, id).ok_or_else(|| {
            Error::NotFound(Problem::ServerNotFound {
                server: id.to_string(),
            })
        })?;
        let bench = self.bench(ctx, &self.0.inventory.snapshot()).await?;
        let (health, at) = bench.judge(&row);
        Ok(ServerHealth { row, health, at })
    }

    /// How many servers are how, and which should be looked at.
    ///
    /// # Errors
    /// [`Error::Denied`], or where the database does not answer.
    pub async fn summary(&self, ctx: &OpContext) -> Result<Summary> {
        let picture = self.0.inventory.list(ctx)?;
        let bench = self.bench(ctx, &picture).await?;
        let mut counts = HealthCounts::default();
        let mut problems = Vec::new();
        for row in picture.guests.iter().filter(|row| !row.template) {
            let (health, at) = bench.judge(row);
            counts.add(health.health);
            if health.health.is_problem() {
                problems.push(ServerHealth {
                    row: row.clone(),
                    health,
                    at,
                });
            }
        }
        problems.sort_by_key(|one| std::cmp::Reverse(one.health.health));
        Ok(Summary {
            counts,
            problems,
            at: self.0.clock.now(),
        })
    }
}
