//! Finding a guest in its cluster, and waiting until nothing is at work on it.

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::text::Problem;
use pve_client::{
    ConfigView, GuestConfig, GuestKind, Resource, ResourceType, TaskEntry, TaskFilter, TaskSource, Upid,
};

use crate::clusters::Cluster;
use crate::store::task_steps;
use crate::tasks::context::StepContext;
use crate::tasks::step::StepError;

/// How far Drover's clock and a node's may be apart: as far as the clocks of Proxmox's own nodes, which believe a
/// ticket for so long before it was made (`PVE::AccessControl::verify_ticket`).
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Where a guest is, by the list of the whole cluster.
pub(super) async fn locate(
    cx: &StepContext,
    cluster: &Cluster,
    vmid: u32,
) -> Result<Option<(String, GuestKind)>, StepError> {
    let all = cx
        .ask_for(cluster, || {
            cluster.client.cluster_resources(Some(ResourceType::Vm))
        })
        .await?;
    Ok(all.into_iter().find_map(|one| match one {
        Resource::Guest(guest) if guest.vmid == vmid => Some((guest.node, guest.kind)),
        _ => None,
    }))
}

/// Where the guest with an id is found.
pub(super) enum Whereabouts {
    /// Nobody has the id.
    Nowhere,
    /// A container has it instead of a machine, or the other way round.
    OtherKind,
    /// A guest of the kind that was meant has it.
    At {
        /// The node it is on.
        node: String,
        /// How it is configured.
        config: Box<GuestConfig>,
    },
}

/// Looks for the guest with an id on the node where it was, and where the cluster says that it is otherwise.
pub(super) async fn find(
    cx: &StepContext,
    cluster: &Cluster,
    vmid: u32,
    (node, kind): (&str, GuestKind),
) -> Result<Whereabouts, StepError> {
    let at = |node: &str, config| Whereabouts::At {
        node: node.to_owned(),
        config: Box::new(config),
    };
    if let Some(config) = current(cx, cluster, vmid, (node, kind)).await? {
        return Ok(at(node, config));
    }
    let Some((node, found)) = locate(cx, cluster, vmid).await? else {
        return Ok(Whereabouts::Nowhere);
    };
    if found != kind {
        return Ok(Whereabouts::OtherKind);
    }
    // The list lags: what has no configuration any more is gone.
    let config = current(cx, cluster, vmid, (&node, kind)).await?;
    Ok(config.map_or(Whereabouts::Nowhere, |config| at(&node, config)))
}

/// A guest's configuration as it runs now; `None` where the node does not have it.
async fn current(
    cx: &StepContext,
    cluster: &Cluster,
    vmid: u32,
    (node, kind): (&str, GuestKind),
) -> Result<Option<GuestConfig>, StepError> {
    let (client, view) = (&cluster.client, ConfigView::Current);
    let answer = match kind {
        GuestKind::Qemu => cx.ask(cluster, || client.qemu_config(node, vmid, view)).await?,
        GuestKind::Lxc => cx.ask(cluster, || client.lxc_config(node, vmid, view)).await?,
    };
    match answer {
        Ok(config) => Ok(Some(config)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(StepError::proxmox(&cluster.name, &error)),
    }
}

/// A virtual machine's configuration; `None` where the node does not have it.
pub(super) async fn config(
    cx: &StepContext,
    cluster: &Cluster,
    node: &str,
    vmid: u32,
) -> Result<Option<GuestConfig>, StepError> {
    config_of(cx, cluster, GuestKind::Qemu, (node, vmid)).await
}

/// A guest's configuration; `None` where the node does not have it.
pub(super) async fn config_of(
    cx: &StepContext,
    cluster: &Cluster,
    kind: GuestKind,
    (node, vmid): (&str, u32),
) -> Result<Option<GuestConfig>, StepError> {
    let (client, view) = (&cluster.client, pve_client::ConfigView::Pending);
    let read = cx.ask(cluster, || async {
        match kind {
            GuestKind::Qemu => client.qemu_config(node, vmid, view).await,
            GuestKind::Lxc => client.lxc_config(node, vmid, view).await,
        }
    });
    match read.await? {
        Ok(config) => Ok(Some(config)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(StepError::proxmox(&cluster.name, &error)),
    }
}

/// Whether a guest's description says `mark`.
pub(super) fn says(config: &GuestConfig, mark: &str) -> bool {
    config.description().is_some_and(|text| text.contains(mark))
}

/// Waits until no task of Proxmox's is at work on a guest: then what it has is what it will have.
pub(super) async fn quiet(
    cx: &StepContext,
    cluster: &Cluster,
    node: &str,
    vmid: u32,
) -> Result<(), StepError> {
    let filter = TaskFilter {
        vmid: Some(vmid),
        source: Some(TaskSource::Active),
        ..TaskFilter::default()
    };
    let mut aside = None;
    while !running(cx, cluster, node, &filter).await?.is_empty() {
        aside.get_or_insert_with(|| cx.stand_aside());
        cx.pause(cx.settings().proxmox_poll).await?;
    }
    Ok(())
}

/// The tasks of these types for this guest that a call which was meant at `at`, and not answered, may have started:
/// those of our own user, begun while it may have been sent, that no other task of Drover's has started. The latest
/// first.
pub(super) async fn strays(
    cx: &StepContext,
    cluster: &Cluster,
    (node, vmid): (&str, u32),
    kinds: &[&str],
    at: DateTime<Utc>,
    source: TaskSource,
) -> Result<Vec<TaskEntry>, StepError> {
    let (since, until) = (at - SKEW, cx.sent_until(at) + SKEW);
    let filter = TaskFilter {
        vmid: Some(vmid),
        source: Some(source),
        since: Some(since.timestamp()),
        ..TaskFilter::default()
    };
    let mut found = cx
        .ask_for(cluster, || cluster.client.node_tasks(node, &filter))
        .await?;
    found.retain(|TaskEntry { upid, .. }| {
        upid.user() == cluster.client.user()
            && kinds.contains(&upid.kind())
            && upid.start_time() <= until.timestamp()
    });
    let names: Vec<String> = found.iter().map(|entry| entry.upid.to_string()).collect();
    let others = task_steps::known_to_others(cx.db(), cx.task(), &names).await?;
    found.retain(|entry| !others.iter().any(|other| other == entry.upid.as_str()));
    Ok(found)
}

/// Those of them that still run.
pub(super) async fn running_since(
    cx: &StepContext,
    cluster: &Cluster,
    node: &str,
    vmid: u32,
    kind: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Upid>, StepError> {
    let found = strays(cx, cluster, (node, vmid), &[kind], since, TaskSource::Active).await?;
    Ok(found
        .into_iter()
        .filter(|entry| entry.outcome().is_none())
        .map(|entry| entry.upid)
        .collect())
}

async fn running(
    cx: &StepContext,
    cluster: &Cluster,
    node: &str,
    filter: &TaskFilter,
) -> Result<Vec<Upid>, StepError> {
    let entries = cx
        .ask_for(cluster, || cluster.client.node_tasks(node, filter))
        .await?;
    Ok(entries
        .into_iter()
        .filter(|entry| entry.outcome().is_none())
        .map(|entry| entry.upid)
        .collect())
}

/// Whether a task of Proxmox's failed because something else held the guest, by its reason: that of
/// `PVE::AbstractConfig::check_lock` or `PVE::Tools::lock_file_full`.
pub(super) fn was_locked(reason: &str) -> bool {
    reason.contains("is locked (") || (reason.contains("can't lock file") && reason.contains("got timeout"))
}

/// A failure of a task of Proxmox's.
pub(super) fn task_failed(kind: &str, reason: String) -> StepError {
    StepError::Failed {
        problem: Problem::ProxmoxTaskFailed {
            kind: kind.to_owned(),
        },
        cause: Some(reason),
    }
}
