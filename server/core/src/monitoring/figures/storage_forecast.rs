//! When a storage will be full, if it goes on as in the last week: asked of Proxmox where an alert of it is raised,
//! and again as it fills or an hour later.

use std::time::Duration;

use chrono::{DateTime, Utc};
use drover_types::monitoring::{Metric, Subject};
use pve_client::{RrdPoint, Timeframe};

use crate::monitoring::engine::Turned;
use crate::monitoring::service::Monitoring;
use crate::monitoring::track::Turn;

/// How long Proxmox is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What fills more slowly than within a year is not told: so far nobody can see.
const FARTHEST_SECONDS: f64 = 366.0 * 86_400.0;

impl Monitoring {
    /// When the storage of an alert that is raised or renewed will be full; what was known before where nobody tells.
    pub(in crate::monitoring) async fn full_at(&self, one: &Turned, now: DateTime<Utc>) -> Option<i64> {
        let known = one.figures.full_at;
        let (Metric::Storage, Turn::Raised { .. } | Turn::Renewed) = (one.metric, one.turn) else {
            return known;
        };
        self.forecast(&one.subject, now).await.unwrap_or(known)
    }

    /// When a storage will be full.
    async fn forecast(&self, subject: &Subject, now: DateTime<Utc>) -> Result<Option<i64>, Untold> {
        let Subject::Storage {
            cluster,
            node,
            storage,
        } = subject
        else {
            return Err(Untold);
        };
        let picture = self.0.inventory.snapshot();
        let sees = picture.storages.iter().find(|row| {
            row.active
                && row.cluster == *cluster
                && row.name == *storage
                && (node.is_empty() || row.node == *node)
        });
        let sees = sees.ok_or(Untold)?;
        let client = &self.0.clusters.get(cluster).ok_or(Untold)?.client;
        let asked = client.storage_rrddata(&sees.node, storage, Timeframe::Week);
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(points)) => Ok(full_at(&points, sees.total_bytes, now.timestamp())),
            Ok(Err(error)) => {
                tracing::debug!(storage, %error, "the storage's past is not told");
                Err(Untold)
            }
            Err(_) => Err(Untold),
        }
    }
}

/// Nobody tells a storage's past.
struct Untold;

/// Where the straight line through what was in use reaches the whole, in seconds since 1970.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a day is told, and the time is within a year"
)]
fn full_at(points: &[RrdPoint], total: u64, now: i64) -> Option<i64> {
    let used: Vec<(f64, f64)> = points
        .iter()
        .filter_map(|point| Some(((point.time - now) as f64, point.get("used")?)))
        .collect();
    let count = used.len() as f64;
    if count < 3.0 {
        return None;
    }
    let mean = |read: fn(&(f64, f64)) -> f64| used.iter().map(read).sum::<f64>() / count;
    let (mean_time, mean_used) = (mean(|one| one.0), mean(|one| one.1));
    let spread: f64 = used.iter().map(|(time, _)| (time - mean_time).powi(2)).sum();
    let common: f64 = used
        .iter()
        .map(|(time, used)| (time - mean_time) * (used - mean_used))
        .sum();
    if spread <= 0.0 || common <= 0.0 {
        return None;
    }
    let slope = common / spread;
    let left = (total as f64 - mean_used) / slope + mean_time;
    (left > 0.0 && left < FARTHEST_SECONDS).then(|| now + left as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn points(used: impl Fn(i64) -> f64) -> Vec<RrdPoint> {
        (-7..=0)
            .map(|day| {
                serde_json::from_value(
                    serde_json::json!({"time": 1_800_000_000 + day * DAY, "used": used(day)}),
                )
                .unwrap()
            })
            .collect()
    }

    #[test]
    fn what_fills_evenly_is_full_where_the_line_says() {
        let now = 1_800_000_000;
        // 90 of 100 now, one more each day.
        let day = full_at(
            &points(|day| 90.0 + f64::from(i32::try_from(day).unwrap())),
            100,
            now,
        )
        .unwrap();
        assert!((day - now - 10 * DAY).abs() < 60, "{}", (day - now) / DAY);
        assert_eq!(full_at(&points(|_| 90.0), 100, now), None, "it does not fill");
        assert_eq!(
            full_at(&points(|_| 90.0)[..2], 100, now),
            None,
            "too little is known"
        );
    }
}
