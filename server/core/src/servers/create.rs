//! Accepts a server to be made: the same checks as the plan's, then task and reservation in one transaction.

use drover_types::error::FieldProblems;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::server::CreateServer;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use secrecy::SecretString;

use super::draft::Draft;
use super::promised::{Promised, refuse_addresses};
use super::service::Servers;
use crate::context::{Actor, OpContext};
use crate::crypt::hash_vm_password;
use crate::error::{Error, Result};
use crate::store::reservations::{self, Reservation};
use crate::store::{Unique, violated};
use crate::tasks::{CreateInput, NewTask, SECRET, Tasks};

/// How often an id that somebody else took at the same moment is replaced.
const TRIES: u32 = 50;

impl Servers {
    /// Queues a server to be made.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] with every field that is wrong, before anything is touched; or the
    /// cluster's.
    pub async fn create(&self, ctx: &OpContext, request: CreateServer) -> Result<TaskRow> {
        let actor = ctx.require(Permission::CreateServer)?;
        let mut secret = None;
        for _ in 0..TRIES {
            let draft = self.draft(&request).await?;
            if !draft.plan.problems.is_empty() {
                return Err(Error::Invalid(draft.plan.problems));
            }
            if secret.is_none() {
                secret = self.seal(&request).await?;
            }
            if let Some(task) = self.accept(actor, &request, &draft, secret.as_deref()).await? {
                return Ok(task);
            }
            // Somebody else was faster: the next draft takes another id.
        }
        Err(Error::Conflict(Problem::NoFreeVmid))
    }

    /// The password's hash, sealed. The password itself is forgotten here.
    async fn seal(&self, request: &CreateServer) -> Result<Option<String>> {
        let Some(password) = request.password.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let hash = hash_vm_password(&SecretString::from(password)).await?;
        self.0.vault.seal(SECRET, &SecretString::from(hash)).map(Some)
    }

    /// Writes task and reservation; `None` where the id was taken since the draft.
    ///
    /// # Errors
    /// [`Error::Invalid`] where name or address was.
    async fn accept(
        &self,
        actor: &Actor,
        request: &CreateServer,
        draft: &Draft,
        secret: Option<&str>,
    ) -> Result<Option<TaskRow>> {
        let (Some(input), Some(node), Some(vmid)) = (&draft.input, &draft.plan.node, draft.plan.vmid) else {
            return Err(Error::Conflict(Problem::NoFreeVmid));
        };
        let id = Tasks::new_id();
        let guest = GuestId::new(input.cluster.clone(), vmid);
        let mut write = self.0.events.begin().await?;
        if !draft.vmids.is_empty() {
            reservations::release_gone(&mut write.tx, &input.cluster, &draft.vmids).await?;
        }
        let task = NewTask {
            id,
            kind: TaskKind::CreateServer,
            input,
            secret,
            guest: Some(&guest),
            target: &input.name,
            actor,
            uses: &[],
            parent: None,
            retry_of: None,
        };
        let queued = match self.0.tasks.enqueue(&mut write, &task).await {
            Err(Error::Conflict(Problem::TaskInTheWay { .. })) => return Ok(None),
            other => other?,
        };
        let taken = Reservation {
            task: id,
            guest,
            name: input.name.clone(),
            node: node.clone(),
            os_type: os_type(request, input),
            made: false,
        };
        let addresses: Vec<String> = input
            .nics
            .iter()
            .filter_map(|nic| nic.address)
            .map(|address| address.to_string())
            .collect();
        if let Err(error) = reservations::insert(&mut write.tx, &taken, &addresses, self.0.clock.now()).await
        {
            return match violated(&error) {
                Some(Unique::ReservedVmid) => Ok(None),
                Some(Unique::ReservedName | Unique::ReservedAddress) => {
                    drop(write);
                    self.taken_since(request, input).await
                }
                _ => Err(error.into()),
            };
        }
        write.commit().await?;
        Ok(Some(queued))
    }

    /// Names what somebody else was faster to take; `None` where that was given back again.
    async fn taken_since(&self, request: &CreateServer, input: &CreateInput) -> Result<Option<TaskRow>> {
        let promised = Promised::all(&self.0.db, &input.cluster).await?;
        let mut problems = FieldProblems::new();
        if promised.has_name(&input.name) {
            let name = input.name.clone();
            problems.insert("name".to_owned(), Problem::NameTaken { name });
        }
        refuse_addresses(request, &promised.addresses(), &mut problems);
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
