//! How many tasks about servers failed lately.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::ids::GuestId;

use super::super::{Db, on_db};

/// How many tasks about each server failed from `since` on. A retry that went well takes what it was a retry of back.
pub(crate) async fn failed_since(
    db: &Db,
    since: DateTime<Utc>,
) -> Result<HashMap<GuestId, i64>, sqlx::Error> {
    let rows: Vec<(String, i64, i64)> = on_db!(db, |c| sqlx::query_as(
        "SELECT t.cluster, t.vmid, COUNT(*) FROM tasks t
         WHERE t.state = 'failed' AND t.ended_at >= $1 AND t.cluster IS NOT NULL AND t.vmid IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM tasks o WHERE o.cluster = t.cluster AND o.vmid = t.vmid AND o.kind = t.kind
         AND o.state = 'completed' AND o.ended_at > t.ended_at)
         GROUP BY t.cluster, t.vmid"
    )
    .bind(since)
    .fetch_all(c))
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(cluster, vmid, count)| Some((GuestId::new(cluster, u32::try_from(vmid).ok()?), count)))
        .collect())
}
