//! Makes several servers: every row is checked before anything is touched, also against the rows before it, and all
//! that are accepted are written at once.

use std::collections::HashMap;

use drover_types::bulk::{AcceptedServer, BulkCreated, BulkPlan, CreateServers, RejectedServer, repeats};
use drover_types::error::FieldProblems;
use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use drover_types::role::Generated;
use drover_types::server::CreateServer;
use drover_types::text::Problem;

use super::accept::{Accepted, Parent, Row};
use super::create::TRIES;
use super::draft::Draft;
use super::scene::Scene;
use super::service::Servers;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};

/// A row that is wanted, and the task in whose place.
pub(super) struct Wish {
    pub request: CreateServer,
    pub retry_of: Option<TaskId>,
}

impl Servers {
    /// What each row would make, where, and what is in the way. Touches nothing.
    ///
    /// # Errors
    /// Where the actor may not make servers, or a cluster does not answer. What is wrong with a row is part of its
    /// plan.
    pub async fn plan_many(&self, ctx: &OpContext, request: &CreateServers) -> Result<BulkPlan> {
        let actor = ctx.require(Permission::CreateServer)?;
        let problems = self.count_problems(request.servers.len());
        if !problems.is_empty() {
            let rows = Vec::new();
            return Ok(BulkPlan { rows, problems });
        }
        let rows = self.drafts(actor, &request.servers).await?;
        let told = |draft: Draft| {
            let mut plan = draft.plan;
            self.conceal(actor, &mut plan.problems);
            plan
        };
        Ok(BulkPlan {
            rows: rows.into_iter().map(told).collect(),
            problems,
        })
    }

    /// Queues several servers to be made, as parts of one task. One row that can't be made stops all, unless such
    /// rows are to be left out.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] with every field of every row that is wrong, before anything is
    /// touched; or a cluster's.
    pub async fn create_many(&self, ctx: &OpContext, request: CreateServers) -> Result<BulkCreated> {
        let actor = ctx.require(Permission::CreateServer)?;
        self.check_count(ctx, request.servers.len())?;
        let leave_out = request.leave_out;
        let wish = |request| Wish {
            request,
            retry_of: None,
        };
        let wishes: Vec<Wish> = request.servers.into_iter().map(wish).collect();
        let made = self.make(actor, &wishes, None, leave_out).await;
        let mut made = made.map_err(|error| self.concealed(actor, error))?;
        for row in &mut made.rejected {
            self.conceal(actor, &mut row.problems);
        }
        let Some(parent) = made.accepted.parent else {
            return Err(Error::Internal("several servers without a parent".to_owned()));
        };
        let name = |row: usize| wishes[row].request.name.clone();
        let accepted = made.rows.iter().zip(&made.accepted.tasks);
        Ok(BulkCreated {
            task: self.0.tasks.get(ctx, parent).await?.task,
            accepted: accepted
                .map(|(&row, task)| AcceptedServer {
                    row,
                    name: name(row),
                    task: task.id,
                })
                .collect(),
            rejected: made.rejected,
            generated: made.generated,
        })
    }

    /// Checks and writes rows, as parts of `parent` or of a new task.
    pub(super) async fn make(
        &self,
        actor: &Actor,
        wishes: &[Wish],
        parent: Option<TaskId>,
        leave_out: bool,
    ) -> Result<Made> {
        let requests: Vec<CreateServer> = wishes.iter().map(|wish| wish.request.clone()).collect();
        let mut secrets: HashMap<usize, Option<String>> = HashMap::new();
        for _ in 0..TRIES {
            let drafts = Box::pin(self.drafts(actor, &requests)).await?;
            let plan = BulkPlan {
                rows: drafts.iter().map(|draft| draft.plan.clone()).collect(),
                problems: FieldProblems::new(),
            };
            let good: Vec<usize> = (0..drafts.len())
                .filter(|row| plan.rows[*row].problems.is_empty())
                .collect();
            if good.is_empty() || (good.len() < drafts.len() && !leave_out) {
                return Err(Error::Invalid(plan.all_problems()));
            }
            for row in &good {
                if !secrets.contains_key(row) {
                    secrets.insert(*row, self.seal(&requests[*row]).await?);
                }
            }
            let rows: Vec<Row<'_>> = good
                .iter()
                .map(|&row| Row {
                    request: &requests[row],
                    draft: &drafts[row],
                    secret: secrets.get(&row).and_then(Option::as_deref),
                    retry_of: wishes[row].retry_of,
                })
                .collect();
            let target = target(&requests, &good);
            let parent = parent.map_or(Parent::New(&target), Parent::Known);
            if let Some(accepted) = self.accept(actor, &rows, parent).await? {
                let rejected = plan.rows.into_iter().enumerate();
                let generated = good.iter().flat_map(|&row| drafts[row].generated.clone());
                return Ok(Made {
                    generated: generated.collect(),
                    accepted,
                    rows: good,
                    rejected: rejected
                        .filter(|(_, plan)| !plan.problems.is_empty())
                        .map(|(row, plan)| RejectedServer {
                            row,
                            name: plan.name,
                            problems: plan.problems,
                        })
                        .collect(),
                });
            }
            // Somebody else was faster: the next drafts take other ids, or name what was taken.
        }
        Err(Error::Conflict(Problem::NoFreeVmid))
    }

    /// A draft for each row, each counting those before it.
    async fn drafts(&self, actor: &Actor, requests: &[CreateServer]) -> Result<Vec<Draft>> {
        let mut rows = requests.to_vec();
        let mut scenes: HashMap<String, Scene<'_>> = HashMap::new();
        let mut unknown: HashMap<usize, FieldProblems> = HashMap::new();
        for (at, row) in rows.iter_mut().enumerate() {
            match self.cluster(row.cluster.as_deref()) {
                Ok(cluster) => {
                    // Rows that name their cluster and rows that don't may meet in it.
                    let name = cluster.name.to_string();
                    if !scenes.contains_key(&name) {
                        scenes.insert(name.clone(), self.scene(cluster).await?);
                    }
                    row.cluster = Some(name);
                }
                Err(Error::Invalid(problems)) => {
                    unknown.insert(at, problems);
                }
                Err(error) => return Err(error),
            }
        }
        let mut repeats = repeats(&rows);
        let mut drafts = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            if let Some(problems) = unknown.remove(&at) {
                drafts.push(Draft::of_no_cluster(row, problems));
                continue;
            }
            let scene = row.cluster.as_ref().and_then(|name| scenes.get_mut(name));
            let Some(scene) = scene else {
                return Err(Error::Internal("a row without its cluster".to_owned()));
            };
            let repeated = repeats.remove(&at).unwrap_or_default();
            drafts.push(self.draft_in(actor, scene, row, repeated).await?);
        }
        Ok(drafts)
    }

    /// How many servers one request makes at most.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or the database's.
    pub fn most_servers(&self, ctx: &OpContext) -> Result<u32> {
        ctx.signed_in()?;
        Ok(self.0.tasks.bulk_limit())
    }

    /// Whether one request may ask for `count` servers, for whoever has to read each of them first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] with the field `servers`, or the database's.
    pub fn check_count(&self, ctx: &OpContext, count: usize) -> Result<()> {
        ctx.require(Permission::CreateServer)?;
        let problems = self.count_problems(count);
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(problems))
        }
    }

    fn count_problems(&self, count: usize) -> FieldProblems {
        let max = i64::from(self.0.tasks.bulk_limit());
        let mut problems = FieldProblems::new();
        if !(1..=max).contains(&i64::try_from(count).unwrap_or(i64::MAX)) {
            problems.insert("servers".to_owned(), Problem::OutOfRange { min: 1, max });
        }
        problems
    }
}

/// What became of rows.
pub(super) struct Made {
    pub accepted: Accepted,
    /// The rows that were accepted, in the order of their tasks.
    pub rows: Vec<usize>,
    pub rejected: Vec<RejectedServer>,
    /// Secrets of roles that were made up.
    pub generated: Vec<Generated>,
}

/// What the parent is about: the first and the last name.
fn target(requests: &[CreateServer], good: &[usize]) -> String {
    let name = |row: Option<&usize>| row.map_or("", |row| requests[*row].name.as_str());
    match good {
        [only] => name(Some(only)).to_owned(),
        _ => format!("{} … {}", name(good.first()), name(good.last())),
    }
}
