//! Keeps a run within its lease: renews it, learns of a cancel, and cuts the run off where the lease is lost or
//! the process stops.

use std::sync::Arc;

use drover_types::ids::TaskId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::run;
use crate::store::tasks;
use crate::tasks::Tasks;
use crate::tasks::context::Run;
use crate::tasks::step::{Kinds, StepError};

/// Runs a task while its lease holds, and gives the lease back where it stops early.
pub(super) async fn guard(kinds: Arc<dyn Kinds>, run: Run, queue: Tasks) {
    let run = Arc::new(run);
    let id = run.lease.task;
    let _listed = Listed::new(&queue, id, run.cancel.clone());
    let stop = run.stop.clone();
    let outcome = tokio::select! {
        outcome = run::whole(&*kinds, &run) => outcome,
        () = renew(&run) => Err(StepError::LeaseLost),
        () = async {
            stop.cancelled().await;
            tokio::time::sleep(run.settings.stop_grace).await;
        } => Err(StepError::Interrupted),
    };
    match outcome {
        Ok(()) => {}
        // Cut off like this, its steps stand as they are written; whoever holds the lease goes on from there.
        Err(StepError::LeaseLost) => tracing::warn!(task = %id, "the lease is lost; the run was cut off"),
        Err(StepError::Interrupted) => give_back(&run).await,
        Err(StepError::GivenUp(error)) => {
            tracing::error!(task = %id, %error, "the run stopped; it is taken up again when its lease ends");
        }
        Err(error) => tracing::error!(task = %id, ?error, "the run ended in a way that no step may end"),
    }
}

/// Renews the lease until it is lost. A database that does not answer loses it when its time is over.
async fn renew(run: &Run) {
    let mut good_until = Instant::now() + run.settings.lease;
    loop {
        tokio::time::sleep(run.settings.heartbeat).await;
        let asked = Instant::now();
        let answer = tokio::time::timeout_at(good_until, renew_once(run)).await;
        match answer {
            Ok(Ok(Some(cancelled_by))) => {
                good_until = asked + run.settings.lease;
                if cancelled_by.is_some() {
                    run.cancel.cancel();
                }
            }
            Ok(Ok(None)) | Err(_) => return,
            Ok(Err(error)) => {
                tracing::warn!(task = %run.lease.task, %error, "the lease can't be renewed yet");
                if Instant::now() >= good_until {
                    return;
                }
            }
        }
    }
}

async fn renew_once(run: &Run) -> Result<Option<Option<String>>, sqlx::Error> {
    let mut tx = run.db.begin().await?;
    let kept = tasks::renew(&mut tx, run.lease, run.clock.now() + run.settings.lease).await?;
    tx.commit().await?;
    Ok(kept)
}

async fn give_back(run: &Run) {
    let given = async {
        let mut tx = run.db.begin().await?;
        tasks::give_back(&mut tx, run.lease).await?;
        tx.commit().await
    };
    if let Err(error) = given.await {
        tracing::warn!(task = %run.lease.task, %error, "the lease can't be given back and has to run out");
    }
}

/// Keeps a run in the list by which a cancel reaches it at once.
struct Listed<'a> {
    queue: &'a Tasks,
    id: TaskId,
}

impl<'a> Listed<'a> {
    fn new(queue: &'a Tasks, id: TaskId, cancel: CancellationToken) -> Self {
        queue.running().insert(id, cancel);
        Self { queue, id }
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.queue.running().remove(&self.id);
    }
}
