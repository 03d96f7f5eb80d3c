//! One thing done to several guests: a task for each of those that no other task is at work on, under one that tells of
//! all.

use drover_types::ids::GuestId;
use drover_types::many::{AcceptedServer, ManyActed, RejectedServer};
use drover_types::task::TaskKind;
use drover_types::text::{Problem, Progress};

use super::queue::NewParent;
use super::queue_many::NewPart;
use super::service::Tasks;
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::store::task_slots::Use;
use crate::store::tasks::many;
use crate::store::{Unique, task_steps, violated};

/// How often somebody may be faster.
const TRIES: u32 = 5;
/// How many names a task is told by.
const NAMES: usize = 3;

/// What is done, and to which guests.
pub(crate) struct Parts {
    /// What the tasks do together.
    pub parent: TaskKind,
    /// What each does.
    pub each: TaskKind,
    /// The guests.
    pub parts: Vec<Part>,
}

/// A guest with what its task has to know.
pub(crate) struct Part {
    pub guest: GuestId,
    /// The guest's name.
    pub name: String,
    /// What the kind needs to know, as JSON. Never a secret.
    pub input: String,
    /// What it uses of things that only so many tasks may use at once.
    pub uses: Vec<Use>,
}

impl Tasks {
    /// Queues a task for each part and their parent in one transaction; guests that a task is at work on join those
    /// that are `rejected` already. Nothing is queued where none is left.
    ///
    /// # Errors
    /// Where the database does not take it.
    pub(crate) async fn accept_parts(
        &self,
        actor: &Actor,
        parts: &Parts,
        rejected: Vec<RejectedServer>,
    ) -> Result<ManyActed> {
        for _ in 0..TRIES {
            match self.try_accept(actor, parts, rejected.clone()).await {
                // Another replica was faster with one of them, which the next try sees.
                Err(Error::Store(error)) if violated(&error) == Some(Unique::TaskOfGuest) => {}
                other => return other,
            }
        }
        Err(Error::Internal("tasks keep coming between".to_owned()))
    }

    async fn try_accept(
        &self,
        actor: &Actor,
        Parts { parent, each, parts }: &Parts,
        mut rejected: Vec<RejectedServer>,
    ) -> Result<ManyActed> {
        let at_work = many::at_work(&self.db).await?;
        // Before those of its parts, as lists sort by them.
        let parent_id = Self::new_id();
        let (mut new, mut accepted) = (Vec::new(), Vec::new());
        for part in parts {
            let name = part.name.clone();
            if let Some(task) = at_work.get(&part.guest) {
                let problem = Problem::TaskInTheWay { task: *task };
                rejected.push(RejectedServer { name, problem });
                continue;
            }
            let task = Self::new_id();
            new.push(NewPart {
                id: task,
                kind: *each,
                input: part.input.clone(),
                guest: part.guest.clone(),
                target: name.clone(),
                uses: part.uses.clone(),
            });
            let guest = part.guest.clone();
            accepted.push(AcceptedServer { name, guest, task });
        }
        if new.is_empty() {
            return Ok(ManyActed {
                rejected,
                ..ManyActed::default()
            });
        }
        let mut told: Vec<&str> = new.iter().map(|part| part.target.as_str()).take(NAMES).collect();
        if new.len() > NAMES {
            told.push("…");
        }
        let parent = NewParent {
            id: parent_id,
            kind: *parent,
            target: &told.join(", "),
            actor,
        };
        let mut write = self.events.begin().await?;
        self.enqueue_parts(&mut write, &parent, &new).await?;
        let now = self.clock.now();
        let kind = *each;
        let count = u32::try_from(new.len()).unwrap_or(u32::MAX);
        let lines = rejected.iter().map(|left_out| Progress::LeftOut {
            server: left_out.name.clone(),
            problem: left_out.problem.clone(),
        });
        for line in std::iter::once(Progress::EachOf { kind, count }).chain(lines) {
            task_steps::log(&mut write.tx, parent_id, None, &line, now).await?;
        }
        write.commit().await?;
        Ok(ManyActed {
            task: Some(parent_id),
            accepted,
            rejected,
        })
    }
}
