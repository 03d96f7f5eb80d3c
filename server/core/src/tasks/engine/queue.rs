//! The loop that claims tasks and runs them side by side, until the process stops.

use std::sync::Arc;

use drover_types::task::{TaskKind, TaskState};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::places::{Place, Places};
use super::{lease, turn};
use crate::error::Result;
use crate::events::Change;
use crate::store::task_slots;
use crate::store::tasks::{self, Lease, TaskRecord, children};
use crate::tasks::Tasks;
use crate::tasks::context::Run;

impl Tasks {
    /// Claims and runs tasks until `stop`. What runs then is interrupted at a safe point and given back.
    pub async fn run(&self, stop: CancellationToken) {
        if let Err(error) = self.void_leases().await {
            tracing::error!(%error, "the leases of the last start can't be voided");
        }
        let mut told = self.events.subscribe();
        let mut runs = JoinSet::new();
        let places = Places::default();
        let mut is_news = true;
        while !stop.is_cancelled() {
            while !stop.is_cancelled() {
                match self.claim(&stop, &places).await {
                    Ok(Some(run)) => {
                        runs.spawn(lease::guard(Arc::clone(&self.kinds), run, self.clone()));
                    }
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!(%error, "the queue can't be read");
                        break;
                    }
                }
            }
            // Whatever changes how many there are is told, or ends here.
            if is_news {
                self.report().await;
            }
            is_news = tokio::select! {
                () = stop.cancelled() => false,
                Some(ended) = runs.join_next() => {
                    note(ended);
                    true
                }
                () = places.freed() => true,
                () = tokio::time::sleep(self.settings.queue_poll) => false,
                () = until_task(&mut told) => true,
            };
        }
        while let Some(ended) = runs.join_next().await {
            note(ended);
        }
    }

    /// One process owns a SQLite file: whatever holds a lease there is gone. Replicas on PostgreSQL may be alive.
    async fn void_leases(&self) -> Result<()> {
        if self.db.is_shared() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        tasks::void_leases(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn claim(&self, stop: &CancellationToken, places: &Places) -> Result<Option<Run>> {
        let owner = Uuid::new_v4();
        let now = self.clock.now();
        // A look without the write lock first: mostly there is nothing to claim.
        let mut free = tasks::free(&self.db, now).await?;
        let (running, aside) = (self.settings.max_running, self.settings.max_aside);
        free.retain(|task| places.has_room(task.cluster.as_deref(), running, aside));
        if free.is_empty() {
            return Ok(None);
        }
        let slots = task_slots::all(&self.db).await?;
        let limit = |class| self.settings.limit(class);
        for id in turn::ready(&free, &slots, limit, self.settings.overtaking) {
            let mut write = self.events.begin().await?;
            task_slots::alone(&mut write.tx).await?;
            let until = now + self.settings.lease;
            let Some(task) = tasks::claim(&mut write.tx, id, owner, now, until).await? else {
                continue;
            };
            if !task_slots::take(&mut write.tx, id, limit).await? {
                // Another replica took what was free a moment ago.
                continue;
            }
            write.changed(Change::Task(id));
            if let Some(parent) = task.row.parent
                && children::begin(&mut write.tx, parent, now).await?
            {
                write.changed(Change::Task(parent));
            }
            write.commit().await?;
            let cluster = task.row.guest.as_ref().map(|guest| guest.cluster.clone());
            return Ok(Some(self.run_of(task, owner, stop, places.take(cluster))));
        }
        Ok(None)
    }

    fn run_of(&self, task: TaskRecord, owner: Uuid, stop: &CancellationToken, place: Place) -> Run {
        let cancel = CancellationToken::new();
        if task.cancelled_by.is_some() {
            cancel.cancel();
        }
        Run {
            db: self.db.clone(),
            events: self.events.clone(),
            clock: self.clock.clone(),
            settings: Arc::clone(&self.settings),
            lease: Lease {
                task: task.row.id,
                owner,
            },
            task,
            cancel,
            stop: stop.clone(),
            place,
        }
    }

    /// Sets the gauges of tasks that have not ended.
    async fn report(&self) {
        let Ok(counts) = tasks::counts(&self.db).await else {
            return;
        };
        for kind in TaskKind::ALL {
            for state in [TaskState::Queued, TaskState::Running] {
                let count = counts
                    .iter()
                    .find(|(k, s, _)| (k, s) == (kind, &state))
                    .map_or(0, |found| found.2);
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a gauge is a float, and a queue is short"
                )]
                metrics::gauge!("drover_tasks", "kind" => kind.as_str(), "state" => state.as_str())
                    .set(count as f64);
            }
        }
    }
}

/// Waits until a task is new or changed.
async fn until_task(told: &mut tokio::sync::broadcast::Receiver<crate::events::Signal>) {
    loop {
        match told.recv().await {
            // Progress is told without an id; it makes nothing runnable.
            Ok(signal) if signal.id.is_some() && matches!(signal.change, Change::Task(_)) => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Says where a run ended by a fault in Drover. Its lease runs out, and then it is taken up again.
fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a run ended by a fault in Drover; it is taken up again when its lease ends");
    }
}
