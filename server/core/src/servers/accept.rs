//! Writes what was drafted: tasks and reservations of all rows in one transaction, or nothing.

use drover_types::error::FieldProblems;
use drover_types::ids::{GuestId, TaskId};
use drover_types::server::CreateServer;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use secrecy::SecretString;

use super::draft::Draft;
use super::promised::{Promised, refuse_addresses};
use super::service::Servers;
use crate::context::Actor;
use crate::crypt::hash_vm_password;
use crate::error::{Error, Result};
use crate::events::Write;
use crate::store::reservations::{self, Reservation};
use crate::store::{Unique, violated};
use crate::tasks::{CreateInput, NewParent, NewTask, SECRET, Tasks};

/// A server to be accepted.
pub(super) struct Row<'a> {
    pub request: &'a CreateServer,
    pub draft: &'a Draft,
    /// Its password's hash, sealed.
    pub secret: Option<&'a str>,
    /// The task in whose place it is asked for.
    pub retry_of: Option<TaskId>,
}

/// What the tasks are parts of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent<'a> {
    /// Of nothing.
    None,
    /// Of a new task with this target.
    New(&'a str),
    /// Of this one, which may have ended.
    Known(TaskId),
}

/// What was written.
pub(super) struct Accepted {
    pub parent: Option<TaskId>,
    /// In the order of the rows.
    pub tasks: Vec<TaskRow>,
}

/// Why a row can't be written.
enum Refused {
    /// Somebody else was faster with the id.
    Id,
    /// Somebody else was faster with the name or an address.
    Named,
    /// It was asked for again already.
    Retried,
}

impl Servers {
    /// The password's hash, sealed. The password itself is forgotten here.
    pub(super) async fn seal(&self, request: &CreateServer) -> Result<Option<String>> {
        let Some(password) = request.password.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let hash = hash_vm_password(&SecretString::from(password)).await?;
        self.0.vault.seal(SECRET, &SecretString::from(hash)).map(Some)
    }

    /// Writes all rows; `None` where something was taken since the drafts, and new ones have to be made.
    ///
    /// # Errors
    /// [`Error::Conflict`] where a retry was asked for already; [`Error::Invalid`] where the name or an address of
    /// a single row was taken since.
    pub(super) async fn accept(
        &self,
        actor: &Actor,
        rows: &[Row<'_>],
        parent: Parent<'_>,
    ) -> Result<Option<Accepted>> {
        let mut write = self.0.events.begin().await?;
        let parent_id = match parent {
            Parent::None => None,
            Parent::New(target) => {
                let id = Tasks::new_id();
                let new = NewParent {
                    id,
                    kind: TaskKind::CreateServers,
                    target,
                    actor,
                };
                self.0.tasks.enqueue_parent(&mut write, &new).await?;
                Some(id)
            }
            Parent::Known(id) => {
                self.0.tasks.reopen(&mut write, id).await?;
                Some(id)
            }
        };
        let mut tidied: Vec<&str> = Vec::new();
        let mut tasks = Vec::with_capacity(rows.len());
        for row in rows {
            let (Some(input), Some(node), Some(vmid)) =
                (&row.draft.input, &row.draft.plan.node, row.draft.plan.vmid)
            else {
                return Err(Error::Conflict(Problem::NoFreeVmid));
            };
            if !row.draft.vmids.is_empty() && !tidied.contains(&input.cluster.as_str()) {
                tidied.push(&input.cluster);
                reservations::release_gone(&mut write.tx, &input.cluster, &row.draft.vmids).await?;
            }
            let guest = GuestId::new(input.cluster.clone(), vmid);
            match self
                .write(&mut write, actor, row, input, node, guest, parent_id)
                .await?
            {
                Ok(task) => tasks.push(task),
                Err(Refused::Id) => return Ok(None),
                Err(Refused::Retried) => return Err(Error::Conflict(Problem::TaskNotRetryable)),
                Err(Refused::Named) => {
                    drop(write);
                    return match rows {
                        [only] => self.taken_since(only.request, input).await,
                        // The next drafts name the row.
                        _ => Ok(None),
                    };
                }
            }
        }
        write.commit().await?;
        Ok(Some(Accepted {
            parent: parent_id,
            tasks,
        }))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one row, unpacked by its only caller"
    )]
    async fn write(
        &self,
        write: &mut Write<'_>,
        actor: &Actor,
        row: &Row<'_>,
        input: &CreateInput,
        node: &str,
        guest: GuestId,
        parent: Option<TaskId>,
    ) -> Result<std::result::Result<TaskRow, Refused>> {
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::CreateServer,
            input,
            secret: row.secret,
            guest: Some(&guest),
            target: &input.name,
            actor,
            uses: &row.draft.uses,
            parent,
            retry_of: row.retry_of,
        };
        let queued = match self.0.tasks.enqueue(write, &task).await {
            Err(Error::Conflict(Problem::TaskInTheWay { .. })) => return Ok(Err(Refused::Id)),
            Err(Error::Store(error)) if violated(&error) == Some(Unique::RetryOfTask) => {
                return Ok(Err(Refused::Retried));
            }
            other => other?,
        };
        let taken = Reservation {
            task: task.id,
            guest,
            name: input.name.clone(),
            node: node.to_owned(),
            os_type: os_type(row.request, input),
            made: false,
        };
        let addresses: Vec<String> = input
            .nics
            .iter()
            .filter_map(|nic| nic.address)
            .map(|address| address.to_string())
            .collect();
        let reserved = reservations::insert(&mut write.tx, &taken, &addresses, self.0.clock.now()).await;
        if let Err(error) = reserved {
            return match violated(&error) {
                Some(Unique::ReservedVmid) => Ok(Err(Refused::Id)),
                Some(Unique::ReservedName | Unique::ReservedAddress) => Ok(Err(Refused::Named)),
                _ => Err(error.into()),
            };
        }
        Ok(Ok(queued))
    }

    /// Names what somebody else was faster to take; `None` where that was given back again.
    async fn taken_since(&self, request: &CreateServer, input: &CreateInput) -> Result<Option<Accepted>> {
        let promised = Promised::all(&self.0.db, &input.cluster).await?;
        let mut problems = FieldProblems::new();
        if promised.has_name(&input.name) {
            let name = input.name.clone();
            problems.insert("name".to_owned(), Problem::NameTaken { name });
        }
        let taken = promised.addresses().into_iter().collect();
        refuse_addresses(request, &taken, &mut problems);
        if problems.is_empty() {
            return Ok(None);
        }
        Err(Error::Invalid(problems))
    }
}

/// The system that is said, else the one that the template's name tells.
fn os_type(request: &CreateServer, input: &CreateInput) -> String {
    let said = request.os_type.as_deref().filter(|text| !text.is_empty());
    let name = input.template_name.to_ascii_lowercase();
    let told = ["ubuntu", "rocky", "centos", "debian"]
        .into_iter()
        .find(|system| name.contains(system));
    said.or(told).unwrap_or_default().to_owned()
}
