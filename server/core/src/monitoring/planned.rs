//! Whether a server was stopped on purpose: Proxmox's own list of tasks tells, whoever asked for them.

use drover_types::guest::GuestRow;
use pve_client::TaskEntry;

use crate::clusters::Cluster;

/// How much earlier than a server was last seen to run its stop may have ended, in seconds: the picture lags.
const LAG: i64 = 60;

/// Tasks that stop one server (`PVE::API2::Qemu`, `PVE::API2::LXC`, `PVE::API2::HA::Resources`).
const STOPS: &[&str] = &[
    "hamigrate",
    "hashutdown",
    "hastop",
    "qmdestroy",
    "qmigrate",
    "qmrestore",
    "qmrollback",
    "qmshutdown",
    "qmstop",
    "qmsuspend",
    "vzdestroy",
    "vzmigrate",
    "vzrestore",
    "vzrollback",
    "vzshutdown",
    "vzstop",
    "vzsuspend",
];

/// Tasks after which it runs again: while one goes on, nothing is said.
const RESTARTS: &[&str] = &["qmreboot", "qmreset", "qmstart", "vzreboot", "vzstart", "vzdump"];

/// Tasks that stop what is on a node (`PVE::API2::Nodes`).
const OF_NODE: &[&str] = &["migrateall", "stopall", "suspendall"];

/// Why a server is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Somebody wanted it so.
    Planned,
    /// Nobody did.
    Unplanned,
    /// Something is going on that may start it again.
    Unsure,
}

/// A server that has stopped, and when it was last seen to run, in seconds since 1970.
pub(super) type Stopped = (GuestRow, i64);

/// Why each of `stopped`, all of one cluster, is off, by Proxmox's latest tasks.
pub(super) async fn planned(cluster: &Cluster, stopped: &[Stopped]) -> pve_client::Result<Vec<Stop>> {
    let tasks = cluster.client.cluster_tasks().await?;
    Ok(stopped.iter().map(|one| why(&tasks, one)).collect())
}

fn why(tasks: &[TaskEntry], (row, seen): &Stopped) -> Stop {
    let counts = |task: &&TaskEntry| task.endtime.is_none_or(|end| end >= seen - LAG);
    let of_node = |task: &&TaskEntry| OF_NODE.contains(&task.upid.kind()) && task.upid.node() == row.node;
    let begun = |task: &&TaskEntry| task.starttime.unwrap_or_else(|| task.upid.start_time());
    // What was done with it last counts: one that was stopped and started again is on.
    let last = tasks
        .iter()
        .filter(|task| task.upid.vmid() == Some(row.id.vmid) || of_node(task))
        .filter(counts)
        .max_by_key(begun);
    match last {
        Some(task) if STOPS.contains(&task.upid.kind()) || of_node(&task) => Stop::Planned,
        Some(task) if RESTARTS.contains(&task.upid.kind()) && task.endtime.is_none() => Stop::Unsure,
        _ => Stop::Unplanned,
    }
}

#[cfg(test)]
mod tests {
    use drover_types::ids::GuestId;

    use super::*;

    fn task(kind: &str, id: &str, start: i64, end: Option<i64>) -> TaskEntry {
        let upid = format!("UPID:pve1:00000001:00000001:65A1B2C3:{kind}:{id}:root@pam:");
        serde_json::from_value(serde_json::json!({"upid": upid, "starttime": start, "endtime": end})).unwrap()
    }

    #[test]
    fn what_was_done_with_it_last_explains_why_it_is_off() {
        let row = GuestRow {
            node: "pve1".to_owned(),
            ..GuestRow::unknown(GuestId::new("lab", 100))
        };
        let off = |tasks: &[TaskEntry]| why(tasks, &(row.clone(), 1000));
        assert_eq!(off(&[task("qmstop", "100", 990, Some(995))]), Stop::Planned);
        assert_eq!(
            off(&[task("qmshutdown", "100", 800, None)]),
            Stop::Planned,
            "it still runs"
        );
        assert_eq!(
            off(&[task("qmstop", "100", 800, Some(900))]),
            Stop::Unplanned,
            "it ran after that"
        );
        assert_eq!(
            off(&[task("qmstop", "101", 990, Some(995))]),
            Stop::Unplanned,
            "another's"
        );
        let again = [
            task("qmstop", "100", 980, Some(985)),
            task("qmstart", "100", 990, Some(995)),
        ];
        assert_eq!(off(&again), Stop::Unplanned, "it was started since");
        assert_eq!(off(&[task("qmreboot", "100", 990, None)]), Stop::Unsure);
        assert_eq!(
            off(&[task("qmreboot", "100", 990, Some(999))]),
            Stop::Unplanned,
            "it did not come back"
        );
        assert_eq!(off(&[task("stopall", "", 990, Some(1100))]), Stop::Planned);
        assert_eq!(
            off(&[task("vzdump", "", 900, None)]),
            Stop::Unplanned,
            "a backup of others"
        );
        assert_eq!(off(&[]), Stop::Unplanned);
    }
}
