//! Queues backups: of one server, or of many as the parts of one task.

use drover_types::backup::BackUp;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::many::{ManyActed, RejectedServer};
use drover_types::permission::Permission;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use futures::StreamExt;
use futures::stream;

use super::service::Backups;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::servers::{Able, Many};
use crate::store::task_slots::Use;
use crate::store::tasks::encode;
use crate::tasks::{BackUpInput, Identity, NewTask, Tasks};

/// How many guests are asked at once for what a task has to know of them.
const AT_ONCE: usize = 16;

impl Backups {
    /// Queues a backup of a server.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; [`Error::NotFound`]; [`Error::Conflict`] where a task is at work on it
    /// or Proxmox has locked it; or the cluster's.
    pub async fn back_up(&self, ctx: &OpContext, guest: &GuestId, how: &BackUp) -> Result<TaskRow> {
        let actor = ctx.require(Permission::BackupManagement)?;
        check(how)?;
        let row = self.0.servers.free_to_change(actor, guest).await?;
        let input = self.input(&row, how, &[]).await?;
        let uses = uses(&input);
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::BackUpServer,
            input: &input,
            secret: None,
            guest: Some(guest),
            target: &row.name,
            actor,
            uses: &uses,
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    /// What somebody should know who backs a server up, before it is done: that the storage may not have the room.
    ///
    /// # Errors
    /// [`Error::Denied`], or [`Error::NotFound`].
    pub async fn warning(&self, ctx: &OpContext, guest: &GuestId, storage: &str) -> Result<Option<Problem>> {
        let actor = ctx.require(Permission::BackupManagement)?;
        let row = self.0.servers.listed(actor, guest).await?;
        Ok(self.shortage(&row, storage).await)
    }

    /// Queues a backup of every server that is named and can be backed up; the others are left out, each with its
    /// reason.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; or [`Error::NotFound`] where none of them is known.
    pub async fn back_up_many(&self, ctx: &OpContext, names: &[String], how: &BackUp) -> Result<ManyActed> {
        let actor = ctx.require(Permission::BackupManagement)?;
        check(how)?;
        let (rows, rejected) = self.0.servers.chosen(actor, names).await?;
        self.accept(actor, rows, rejected, how, &[]).await
    }

    /// Queues what can be backed up of these guests; `options` are what a job of Proxmox's says beside.
    pub(super) async fn accept(
        &self,
        actor: &Actor,
        rows: Vec<GuestRow>,
        mut rejected: Vec<RejectedServer>,
        how: &BackUp,
        options: &[(String, String)],
    ) -> Result<ManyActed> {
        let inputs = stream::iter(rows.into_iter().map(|row| async move {
            let input = match &row.lock {
                Some(lock) => Err(Error::Conflict(Problem::GuestLocked { lock: lock.clone() })),
                None => self.input(&row, how, options).await,
            };
            (row, input)
        }));
        let inputs: Vec<_> = inputs.buffered(AT_ONCE).collect().await;
        let mut able = Vec::with_capacity(inputs.len());
        for (row, input) in inputs {
            let problem = match input {
                Ok(input) => {
                    able.push(Able {
                        uses: uses(&input),
                        input: encode(&input)?,
                        guest: row.id,
                        name: row.name,
                    });
                    continue;
                }
                Err(Error::Conflict(problem) | Error::NotFound(problem)) => problem,
                Err(Error::Invalid(fields)) => fields.into_values().next().unwrap_or(Problem::MalformedBody),
                Err(error) => match error.of_cluster() {
                    Some(problem) => problem,
                    None => return Err(error),
                },
            };
            rejected.push(RejectedServer {
                name: row.name,
                problem,
            });
        }
        let many = Many {
            parent: TaskKind::BackUpServers,
            part: TaskKind::BackUpServer,
            groups: None,
        };
        self.0.servers.accept_many(actor, many, &able, rejected).await
    }

    async fn input(&self, row: &GuestRow, how: &BackUp, options: &[(String, String)]) -> Result<BackUpInput> {
        let shared = self.check_target(row, &how.storage, "storage").await?;
        let config = self.0.servers.config(row).await?;
        Ok(BackUpInput {
            guest: row.id.clone(),
            kind: row.kind,
            node: row.node.clone(),
            identity: Identity::of(&config),
            how: how.clone(),
            options: options.to_vec(),
            shared,
        })
    }
}

/// Refuses what tells by itself that it is wrong.
pub(super) fn check(how: &BackUp) -> Result<()> {
    let problems = how.problems();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

/// What a backup uses of things that only so many tasks may use at once.
fn uses(input: &BackUpInput) -> Vec<Use> {
    let (cluster, node) = (&input.guest.cluster, input.node.as_str());
    let own = (!input.shared).then_some(node);
    vec![
        Use::dump(cluster, node),
        Use::storage(cluster, own, &input.how.storage),
    ]
}
