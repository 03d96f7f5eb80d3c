//! One action on several servers: a task for each, all parts of one.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use drover_types::action::{ActionOptions, GuestAction};
use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::many::{ManyActed, RejectedServer};
use drover_types::task::TaskKind;
use drover_types::text::Problem;
use futures::future::join_all;
use tokio::time::{Instant, timeout_at};

use super::accept_many::{Able, Many};
use super::act::{check, is_no_obstacle};
use super::service::Servers;
use super::work::Work;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::store::tasks::{encode, many};
use crate::tasks::Identity;

/// How many guests are asked at once for what a task has to know of them.
const AT_ONCE: usize = 16;
/// For how long those to be switched are asked: whoever waits for the answer is waiting for this too.
const ASKED_FOR: Duration = Duration::from_millis(150);

/// Whether a guest is only so while a task is at work on it.
const fn is_passing(status: GuestStatus) -> bool {
    matches!(
        status,
        GuestStatus::Creating
            | GuestStatus::Starting
            | GuestStatus::Stopping
            | GuestStatus::Rebooting
            | GuestStatus::Deleting
    )
}

/// A guest's name as its configuration has it: Proxmox lists those that have none by their ids.
fn name(row: &GuestRow) -> String {
    let is_none = ["VM", "CT"]
        .iter()
        .any(|kind| row.name == format!("{kind} {}", row.id.vmid));
    if is_none { String::new() } else { row.name.clone() }
}

impl Servers {
    /// Queues `action` on every server that is named and allows it; the others are left out, each with its reason.
    /// What the servers are like is taken from the picture: a task finds out anew.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; [`Error::NotFound`] where none of them is known; or the cluster's.
    pub async fn act_on_many(
        &self,
        ctx: &OpContext,
        names: &[String],
        action: GuestAction,
        options: ActionOptions,
    ) -> Result<ManyActed> {
        let actor = ctx.require_any(action.permissions())?;
        check(options)?;
        let (rows, mut rejected) = self.chosen(actor, names).await?;
        let mut silent = None;
        let mut able = Vec::new();
        for row in self.settled(actor, rows, &mut rejected, &mut silent).await? {
            match action.refusal(&row, &actor.grants) {
                Some(problem) if !is_no_obstacle(&problem, action, &row) => {
                    rejected.push(RejectedServer {
                        name: row.name,
                        problem,
                    });
                }
                _ => able.push(row),
            }
        }
        let able = self
            .prepared(able, action, options, &mut rejected, &mut silent)
            .await?;
        if let Some(error) = silent.filter(|_| able.is_empty()) {
            return Err(error);
        }
        let many = Many {
            parent: TaskKind::ActOnServers,
            part: Work::kind(action),
            groups: None,
        };
        self.accept_many(actor, many, &able, rejected).await
    }

    /// The rows that are named and there for the actor, each once, and the names that are none or several servers'.
    pub(crate) fn named(&self, actor: &Actor, names: &[String]) -> (Vec<GuestRow>, Vec<RejectedServer>) {
        let picture = self.0.inventory.within(actor.grants.reach());
        let mut by_name: HashMap<&str, Vec<&GuestRow>> = HashMap::new();
        for row in &picture.guests {
            by_name.entry(&row.name).or_default().push(row);
        }
        let (mut rows, mut rejected) = (Vec::new(), Vec::new());
        let mut seen: BTreeSet<GuestId> = BTreeSet::new();
        for name in names {
            let by_id = || {
                let id: GuestId = name.parse().ok()?;
                let at = picture.guests.binary_search_by(|row| row.id.cmp(&id)).ok()?;
                picture.guests.get(at)
            };
            let found = match by_id() {
                Some(row) => vec![row],
                None => by_name.get(name.as_str()).cloned().unwrap_or_default(),
            };
            let problem = match found.as_slice() {
                [] => Problem::ServerNotFound { server: name.clone() },
                [row] => {
                    if seen.insert(row.id.clone()) {
                        rows.push((*row).clone());
                    }
                    continue;
                }
                several => Problem::ServerNameAmbiguous {
                    name: name.clone(),
                    guests: several.iter().map(|row| row.id.clone()).collect(),
                },
            };
            rejected.push(RejectedServer {
                name: name.clone(),
                problem,
            });
        }
        (rows, rejected)
    }

    /// The rows, those that a task is at work on left out. The picture may still show what a task that has ended
    /// was about to do: such a guest is asked itself. Of those that can't be asked one error is left in `silent`.
    async fn settled(
        &self,
        actor: &Actor,
        rows: Vec<GuestRow>,
        rejected: &mut Vec<RejectedServer>,
        silent: &mut Option<Error>,
    ) -> Result<Vec<GuestRow>> {
        let at_work = many::at_work(&self.0.db).await?;
        let mut settled = Vec::with_capacity(rows.len());
        for row in rows {
            let problem = if let Some(task) = at_work.get(&row.id) {
                Problem::TaskInTheWay { task: *task }
            } else if is_passing(row.status) {
                match self.row(actor, &row.id).await {
                    Ok(row) => {
                        settled.push(row);
                        continue;
                    }
                    Err(Error::NotFound(problem)) => problem,
                    Err(error) => match error.of_cluster() {
                        Some(problem) => {
                            silent.get_or_insert(error);
                            problem
                        }
                        None => return Err(error),
                    },
                }
            } else {
                settled.push(row);
                continue;
            };
            rejected.push(RejectedServer {
                name: row.name,
                problem,
            });
        }
        Ok(settled)
    }

    /// What the tasks have to know of each; what forbids one is added to `rejected`. Of those that can't be asked
    /// one error is left in `silent`.
    async fn prepared(
        &self,
        rows: Vec<GuestRow>,
        action: GuestAction,
        options: ActionOptions,
        rejected: &mut Vec<RejectedServer>,
        silent: &mut Option<Error>,
    ) -> Result<Vec<Able>> {
        let mut able = Vec::with_capacity(rows.len());
        let until = Instant::now() + ASKED_FOR;
        for some in rows.chunks(AT_ONCE) {
            let mut asked = Vec::with_capacity(some.len());
            for row in some {
                asked.push(self.work_of_many(row, action, options, until));
            }
            for (row, work) in some.iter().zip(join_all(asked).await) {
                match work {
                    Ok(work) => able.push(Able {
                        guest: row.id.clone(),
                        name: row.name.clone(),
                        input: encode(&work)?,
                        uses: Vec::new(),
                    }),
                    Err(Error::Conflict(problem) | Error::NotFound(problem)) => {
                        rejected.push(RejectedServer {
                            name: row.name.clone(),
                            problem,
                        });
                    }
                    Err(other) => {
                        let Some(problem) = other.of_cluster() else {
                            return Err(other);
                        };
                        silent.get_or_insert(other);
                        rejected.push(RejectedServer {
                            name: row.name.clone(),
                            problem,
                        });
                    }
                }
            }
        }
        Ok(able)
    }

    /// What one task has to know. What is switched is known again by its name alone where there is no time to ask it.
    async fn work_of_many(
        &self,
        row: &GuestRow,
        action: GuestAction,
        options: ActionOptions,
        until: Instant,
    ) -> Result<Work> {
        let work = self.work(row, action, options);
        if action == GuestAction::Delete {
            return work.await;
        }
        let asked = async {
            // Nothing is begun that can't be awaited.
            if Instant::now() >= until {
                return None;
            }
            timeout_at(until, work).await.ok()
        };
        match asked.await {
            Some(Err(error)) if error.of_cluster().is_none() => Err(error),
            Some(Ok(work)) => Ok(work),
            // Whether it can be reached its task finds out.
            Some(Err(_)) | None => Ok(Work::switch(row, Identity::named(name(row)), options)),
        }
    }
}
