//! Makes sure that the reserved id is still free, or takes the next one. What is reserved was written together
//! with the task.

use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::clusters::Cluster;
use crate::store::reservations::Reservation;
use crate::store::{Unique, reservations, violated};
use crate::tasks::context::StepContext;
use crate::tasks::step::{Step, StepError};

/// How many ids are tried.
const TRIES: u32 = 500;

pub(super) struct Reserve(pub Cluster);

/// What the task has taken.
pub(super) async fn reserved(cx: &StepContext) -> Result<Reservation, StepError> {
    let found = reservations::of(cx.db(), cx.task()).await?;
    found.ok_or_else(|| StepError::Failed {
        problem: Problem::Internal,
        cause: Some("the task's reservation is gone".to_owned()),
    })
}

impl Step for Reserve {
    fn name(&self) -> StepName {
        StepName::Reserve
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let cluster = &self.0;
            let vmid = reserved(cx).await?.guest.vmid;
            if !cx.ask_for(cluster, || cluster.client.vmid_is_free(vmid)).await? {
                next(cluster, cx, vmid, "").await?;
            }
            let reserved = reserved(cx).await?;
            cx.log(Progress::Reserved {
                guest: reserved.guest,
                node: reserved.node,
            })
            .await
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let mut write = cx.write().await?;
            reservations::release(&mut write.tx, cx.task()).await?;
            write.commit().await?;
            Ok(())
        }
        .boxed()
    }
}

/// Takes another id, because somebody else has `taken`, and strikes the call `key` out together with that.
pub(super) async fn next(
    cluster: &Cluster,
    cx: &mut StepContext,
    taken: u32,
    key: &str,
) -> Result<(), StepError> {
    let client = &cluster.client;
    cx.log(Progress::VmidTaken { vmid: taken }).await?;
    let mut vmid = cx.ask_for(cluster, || client.next_vmid()).await?;
    for _ in 0..TRIES {
        if vmid != taken
            && cx.ask_for(cluster, || client.vmid_is_free(vmid)).await?
            && take(cluster, cx, vmid, key).await?
        {
            return Ok(());
        }
        vmid += 1;
    }
    Err(StepError::failed(Problem::NoFreeVmid))
}

/// Takes this id; `false` where another task has it.
async fn take(cluster: &Cluster, cx: &mut StepContext, vmid: u32, key: &str) -> Result<bool, StepError> {
    let task = cx.task();
    cx.strike(key);
    let mut write = cx.write().await?;
    match reservations::set_vmid(&mut write.tx, task, vmid).await {
        Err(error) if violated(&error) == Some(Unique::ReservedVmid) => return Ok(false),
        other => other?,
    }
    let guest = GuestId::new(cluster.name.to_string(), vmid);
    if !cx.set_guest(&mut write, Some(&guest)).await? {
        return Ok(false);
    }
    cx.save_in(&mut write, None).await?;
    write.commit().await?;
    Ok(true)
}
