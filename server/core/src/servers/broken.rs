//! Finds servers that went wrong, by comparing what Drover keeps, how its tasks ended and what Proxmox has.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::action::GuestAction;
use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::{GuestId, TaskId};
use drover_types::removal::{BrokenServer, CleanupStatus, Inconsistency};
use drover_types::task::{StepName, StepState, TaskKind, TaskState};
use pve_client::{GuestConfig, Resource, ResourceType};

use super::service::{Servers, upstream};
use super::work::machine;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::inventory::guest_row;
use crate::store::reservations::{self, Reservation};
use crate::store::task_steps;
use crate::store::tasks::{self, Wanted};
use crate::tasks::{Machine, is_made_by};

/// How many creations that came to nothing are compared with what Proxmox has.
const FAILED: i64 = 500;

/// The tasks after which a guest has been running.
const STARTING: [TaskKind; 4] = [
    TaskKind::StartServer,
    TaskKind::ResumeServer,
    TaskKind::RebootServer,
    TaskKind::ApplyConfiguration,
];

/// A server that went wrong, with what its removal has to know.
pub(super) struct Found {
    pub server: BrokenServer,
    pub machine: Option<Machine>,
    pub reservation: Option<TaskId>,
}

impl Servers {
    /// Every server that went wrong.
    ///
    /// # Errors
    /// [`Error::Denied`] or [`Error::Limited`], or a cluster's.
    pub async fn broken(&self, ctx: &OpContext) -> Result<Vec<BrokenServer>> {
        ctx.require_any_for_all(GuestAction::Delete.permissions())?;
        let found = self.find_broken().await?;
        Ok(found.into_iter().map(|found| found.server).collect())
    }

    /// What is known under a name; nothing where nothing is.
    ///
    /// # Errors
    /// [`Error::Denied`] or [`Error::Limited`], or a cluster's.
    pub async fn cleanup_status(&self, ctx: &OpContext, name: &str) -> Result<CleanupStatus> {
        ctx.require_any_for_all(GuestAction::Delete.permissions())?;
        let means = |id: &GuestId, other: &str| other == name || id.to_string() == name;
        let broken = self.find_broken().await?;
        if let Some(found) = broken
            .iter()
            .find(|found| means(&found.server.guest, &found.server.name))
        {
            return Ok(CleanupStatus {
                is_reserved: found.server.is_reserved,
                is_there: found.server.is_there,
                what: Some(found.server.what),
            });
        }
        let reserved = reservations::all(&self.0.db).await?;
        let picture = self.0.inventory.snapshot();
        Ok(CleanupStatus {
            is_reserved: reserved.iter().any(|one| means(&one.guest, &one.name)),
            is_there: picture.guests.iter().any(|row| means(&row.id, &row.name)),
            what: None,
        })
    }

    pub(super) async fn find_broken(&self) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for cluster in &self.0.clusters {
            let there = guests(cluster).await?;
            let standing = reservations::in_cluster(&self.0.db, &cluster.name).await?;
            for one in standing.iter().filter(|one| one.ended) {
                let row = there.get(&one.taken.guest.vmid);
                // Of one that was made and is there, only a start that failed is of interest.
                let may_be = row.is_none_or(|row| row.status == GuestStatus::Stopped && one.partial);
                if may_be || !one.taken.made {
                    found.extend(self.of_reservation(&one.taken, row).await?);
                }
            }
            let kept: Vec<u32> = standing.iter().map(|one| one.taken.guest.vmid).collect();
            found.extend(self.left_behind(cluster, &there, &kept).await?);
        }
        found.sort_by(|one, other| one.server.name.cmp(&other.server.name));
        Ok(found)
    }

    /// What is wrong with a server whose creation has ended and for which Drover keeps something.
    async fn of_reservation(&self, taken: &Reservation, row: Option<&GuestRow>) -> Result<Option<Found>> {
        let Some(task) = tasks::get(&self.0.db, taken.task).await? else {
            return Ok(None);
        };
        let broken = |what, is_there| BrokenServer {
            name: taken.name.clone(),
            guest: taken.guest.clone(),
            what,
            is_reserved: true,
            is_there,
            created_at: task.row.created_at,
        };
        let reservation = Some(taken.task);
        let own = match row {
            Some(row) => self.own(row, taken.task).await?.map(|config| (row, config)),
            None => None,
        };
        let Some((row, config)) = own else {
            // Nobody has the id, or somebody else.
            let gone = !taken.made || row.is_none();
            return Ok(gone.then(|| Found {
                server: broken(Inconsistency::Gone, false),
                machine: None,
                reservation,
            }));
        };
        let what = if !taken.made {
            Inconsistency::HalfMade
        } else if task.row.state == TaskState::Partial && self.never_started(taken).await? {
            Inconsistency::NeverStarted
        } else {
            return Ok(None);
        };
        Ok(Some(Found {
            server: broken(what, true),
            machine: Some(machine(row, &config)),
            reservation,
        }))
    }

    /// Whether a creation failed at the start of the server, and no task of Drover's has started it since.
    async fn never_started(&self, taken: &Reservation) -> Result<bool> {
        let steps = task_steps::of(&self.0.db, taken.task).await?;
        let failed = |step: &task_steps::StepRecord| {
            step.row.name == StepName::Start && step.row.state == StepState::Failed
        };
        if !steps.iter().any(failed) {
            return Ok(false);
        }
        for kind in STARTING {
            let wanted = Wanted {
                state: Some(TaskState::Completed),
                kind: Some(kind),
                guest: Some(&taken.guest),
                limit: 1,
                ..Wanted::default()
            };
            // One before the creation was about another guest with this id.
            let latest = tasks::list(&self.0.db, &wanted).await?;
            if latest.first().is_some_and(|task| task.row.id.0 >= taken.task.0) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Guests that carry the mark of a creation which came to nothing. Only those of its name are asked for it.
    async fn left_behind(
        &self,
        cluster: &Cluster,
        there: &HashMap<u32, GuestRow>,
        kept: &[u32],
    ) -> Result<Vec<Found>> {
        let mut by_name: HashMap<&str, Vec<&GuestRow>> = HashMap::new();
        for row in there.values().filter(|row| !kept.contains(&row.id.vmid)) {
            by_name.entry(&row.name).or_default().push(row);
        }
        let mut found = Vec::new();
        for state in [TaskState::Failed, TaskState::Cancelled] {
            let wanted = Wanted {
                state: Some(state),
                kind: Some(TaskKind::CreateServer),
                limit: FAILED,
                ..Wanted::default()
            };
            for task in tasks::list(&self.0.db, &wanted).await? {
                for row in by_name.get(task.row.target.as_str()).into_iter().flatten() {
                    let Some(config) = self.own(row, task.row.id).await? else {
                        continue;
                    };
                    found.push(left(cluster, row, &config, task.row.created_at));
                }
            }
        }
        Ok(found)
    }

    /// The configuration of a guest, if it is the one that this task made.
    async fn own(&self, row: &GuestRow, task: TaskId) -> Result<Option<GuestConfig>> {
        if row.kind != GuestKind::Qemu {
            return Ok(None);
        }
        match self.config(row).await {
            Ok(config) => Ok(is_made_by(&config, task).then_some(config)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn left(cluster: &Cluster, row: &GuestRow, config: &GuestConfig, created_at: DateTime<Utc>) -> Found {
    Found {
        server: BrokenServer {
            name: row.name.clone(),
            guest: GuestId::new(cluster.name.to_string(), row.id.vmid),
            what: Inconsistency::LeftBehind,
            is_reserved: false,
            is_there: true,
            created_at,
        },
        machine: Some(machine(row, config)),
        reservation: None,
    }
}

/// The guests that a cluster has this moment, by id.
async fn guests(cluster: &Cluster) -> Result<HashMap<u32, GuestRow>> {
    let all = cluster
        .client
        .cluster_resources(Some(ResourceType::Vm))
        .await
        .map_err(upstream(cluster))?;
    Ok(all
        .into_iter()
        .filter_map(|one| match one {
            Resource::Guest(guest) => Some((guest.vmid, guest)),
            _ => None,
        })
        // When it was started is of no interest here.
        .map(|(vmid, guest)| (vmid, guest_row(&cluster.name, guest, 0)))
        .collect())
}
