//! Which servers a task is about.

use drover_types::channel::Concerned;
use drover_types::ids::{GuestId, TaskId};

use super::super::{Tx, on_tx};

/// The servers that a task, or its parts, are about.
pub(crate) async fn servers_of(tx: &mut Tx, id: TaskId) -> Result<Vec<Concerned>, sqlx::Error> {
    let rows: Vec<(String, i64, String)> = on_tx!(tx, |c| sqlx::query_as(
        "SELECT DISTINCT cluster, vmid, target FROM tasks WHERE (id = $1 OR parent = $1) AND cluster IS NOT NULL \
         AND vmid IS NOT NULL ORDER BY cluster, vmid"
    )
    .bind(id.0)
    .fetch_all(c))
    .await?;
    let concerned = |(cluster, vmid, name): (String, i64, String)| {
        let id = GuestId::new(cluster, u32::try_from(vmid).ok()?);
        Some(Concerned::by_id(id, name))
    };
    Ok(rows.into_iter().filter_map(concerned).collect())
}
