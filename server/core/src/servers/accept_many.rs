//! Queues a task for each of several servers under one that tells of all: what acts on many of them ends here.

use std::collections::BTreeSet;

use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::many::{AcceptedServer, MOST_SERVERS, ManyActed, RejectedServer};
use drover_types::task::TaskKind;
use drover_types::text::{Problem, Progress};

use super::service::Servers;
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::store::task_slots::Use;
use crate::store::tasks::many;
use crate::store::{Unique, firewall_groups, task_steps, violated};
use crate::tasks::{NewParent, NewPart, Tasks};

/// How often somebody may be faster.
const TRIES: u32 = 5;
/// How many names a task is told by.
const NAMES: usize = 3;

/// A server that can be worked on.
pub(crate) struct Able {
    pub guest: GuestId,
    pub name: String,
    /// What its task has to know.
    pub input: String,
    /// What its task uses of things that only so many may use at once.
    pub uses: Vec<Use>,
}

/// What is done to all of them.
#[derive(Clone, Copy)]
pub(crate) struct Many<'a> {
    /// The task that tells of all.
    pub parent: TaskKind,
    /// The task of each.
    pub part: TaskKind,
    /// The firewall groups on record that each must have; one that has others is left out.
    pub groups: Option<&'a [String]>,
}

impl Servers {
    /// The rows that are named, and what stands against the other names.
    ///
    /// # Errors
    /// [`Error::Invalid`] for too few or too many names; [`Error::NotFound`] where none of them is known; or a
    /// cluster's.
    pub(crate) async fn chosen(
        &self,
        actor: &Actor,
        names: &[String],
    ) -> Result<(Vec<GuestRow>, Vec<RejectedServer>)> {
        let problem = match names.len() {
            0 => Some(Problem::Required),
            1..=MOST_SERVERS => None,
            _ => Some(Problem::OutOfRange {
                min: 1,
                max: i64::try_from(MOST_SERVERS).unwrap_or(i64::MAX),
            }),
        };
        if let Some(problem) = problem {
            return Err(Error::field("server_names", problem));
        }
        let (rows, rejected) = self.named(actor, names);
        if rows.is_empty() {
            self.unless_silent().await?;
            let unknown = |one: &RejectedServer| matches!(one.problem, Problem::ServerNotFound { .. });
            if rejected.iter().all(unknown) {
                let server = names.join(", ");
                return Err(Error::NotFound(Problem::ServerNotFound { server }));
            }
        }
        Ok((rows, rejected))
    }

    /// Queues the parent and its parts in one transaction. What a task is at work on is left out.
    ///
    /// # Errors
    /// Where the database does not take it.
    pub(crate) async fn accept_many(
        &self,
        actor: &Actor,
        many: Many<'_>,
        able: &[Able],
        rejected: Vec<RejectedServer>,
    ) -> Result<ManyActed> {
        let mut edited = BTreeSet::new();
        for _ in 0..TRIES {
            match self
                .try_accept(actor, many, able, rejected.clone(), &mut edited)
                .await
            {
                Ok(Some(acted)) => return Ok(acted),
                Ok(None) => {}
                // Another replica was faster with one of them, which the next try sees.
                Err(Error::Store(error)) if violated(&error) == Some(Unique::TaskOfGuest) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Internal("tasks keep coming between".to_owned()))
    }

    /// `None` where somebody was faster with the groups of some, who are in `edited` then.
    async fn try_accept(
        &self,
        actor: &Actor,
        many: Many<'_>,
        able: &[Able],
        mut rejected: Vec<RejectedServer>,
        edited: &mut BTreeSet<GuestId>,
    ) -> Result<Option<ManyActed>> {
        let at_work = many::at_work(&self.0.db).await?;
        let mut write = self.0.events.begin().await?;
        // Before those of its parts, as lists sort by them.
        let parent = Tasks::new_id();
        let (mut parts, mut accepted) = (Vec::new(), Vec::new());
        for Able {
            guest,
            name,
            input,
            uses,
        } in able
        {
            let in_the_way = at_work
                .get(guest)
                .map(|task| Problem::TaskInTheWay { task: *task });
            let other_groups = || edited.contains(guest).then_some(Problem::FirewallChanged);
            if let Some(problem) = in_the_way.or_else(other_groups) {
                let name = name.clone();
                rejected.push(RejectedServer { name, problem });
                continue;
            }
            let id = Tasks::new_id();
            parts.push(NewPart {
                id,
                kind: many.part,
                input: input.clone(),
                guest: guest.clone(),
                target: name.clone(),
                uses: uses.clone(),
            });
            accepted.push(AcceptedServer {
                name: name.clone(),
                guest: guest.clone(),
                task: id,
            });
        }
        if parts.is_empty() {
            return Ok(Some(ManyActed {
                rejected,
                ..ManyActed::default()
            }));
        }
        let target = told(&parts);
        let new = NewParent {
            id: parent,
            kind: many.parent,
            target: &target,
            actor,
        };
        self.0.tasks.enqueue_parts(&mut write, &new, &parts).await?;
        if let Some(groups) = many.groups {
            // Behind the rows of the tasks: a guest has one task at a time, so that from here on none but these
            // changes what is on record.
            let now = firewall_groups::all_in(&mut write.tx).await?;
            let differs = |guest: &GuestId| now.get(guest).map_or(&[][..], Vec::as_slice) != groups;
            let found: Vec<GuestId> = accepted
                .iter()
                .map(|one| one.guest.clone())
                .filter(differs)
                .collect();
            if !found.is_empty() {
                edited.extend(found);
                return Ok(None);
            }
        }
        let now = self.0.clock.now();
        let each = Progress::EachOf {
            kind: many.part,
            count: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        };
        task_steps::log(&mut write.tx, parent, None, &each, now).await?;
        for left_out in &rejected {
            let line = Progress::LeftOut {
                server: left_out.name.clone(),
                problem: left_out.problem.clone(),
            };
            task_steps::log(&mut write.tx, parent, None, &line, now).await?;
        }
        write.commit().await?;
        Ok(Some(ManyActed {
            task: Some(parent),
            accepted,
            rejected,
        }))
    }
}

/// The names that a task is told by.
fn told(parts: &[NewPart]) -> String {
    let names = parts.iter().map(|part| part.target.as_str());
    let mut told: Vec<&str> = names.take(NAMES).collect();
    if parts.len() > NAMES {
        told.push("…");
    }
    told.join(", ")
}
