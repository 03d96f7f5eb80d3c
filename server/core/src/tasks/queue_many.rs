//! Many tasks into the queue at once, as the parts of one.

use drover_types::ids::{GuestId, TaskId};
use drover_types::task::TaskKind;

use super::queue::NewParent;
use super::service::Tasks;
use crate::audit;
use crate::error::Result;
use crate::events::Write;
use crate::store::task_slots::{self, Use};
use crate::store::tasks::{TaskInsert, many};

/// A part of a task.
pub(crate) struct NewPart {
    /// Its id.
    pub id: TaskId,
    /// What it does.
    pub kind: TaskKind,
    /// What the kind needs to know, as JSON. Never a secret.
    pub input: String,
    /// The guest that it changes.
    pub guest: GuestId,
    /// The guest's name.
    pub target: String,
    /// What it uses of things that only so many tasks may use at once.
    pub uses: Vec<Use>,
}

impl Tasks {
    /// Queues a task and its parts, however many, in a few statements. Only the parent is told of: its parts wait
    /// with it, and tell of themselves once they run.
    ///
    /// # Errors
    /// The database's; a violation of uniqueness where a task is at work on one of the guests.
    pub(crate) async fn enqueue_parts(
        &self,
        write: &mut Write<'_>,
        parent: &NewParent<'_>,
        parts: &[NewPart],
    ) -> Result<()> {
        self.enqueue_parent(write, parent).await?;
        let now = self.clock.now();
        let rows: Vec<TaskInsert<'_>> = parts
            .iter()
            .map(|part| TaskInsert {
                id: part.id,
                kind: part.kind,
                actor_id: parent.actor.user_id(),
                actor: &parent.actor.username,
                guest: Some(&part.guest),
                target: &part.target,
                input: &part.input,
                secret: None,
                at: now,
                parent: Some(parent.id),
                is_parent: false,
                retry_of: None,
            })
            .collect();
        many::insert(&mut write.tx, &rows).await?;
        audit::record_tasks(&mut write.tx, parent.actor, &rows).await?;
        let mut steps = Vec::new();
        for part in parts {
            let built = self.kinds.steps(part.kind, &part.input)?;
            steps.extend(
                (0_i64..)
                    .zip(built.iter().map(|step| step.name()))
                    .map(|(n, name)| (part.id, n, name)),
            );
        }
        many::insert_steps(&mut write.tx, &steps).await?;
        for part in parts {
            task_slots::insert(&mut write.tx, part.id, &part.uses).await?;
        }
        Ok(())
    }
}
