//! Tasks that can't go on keep nobody else waiting.

use std::sync::{Arc, Mutex};

use drover_types::ids::{GuestId, TaskId};
use drover_types::task::{StepName, TaskDetail, TaskKind, TaskState};
use drover_types::text::Progress;
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{ClientConfig, Credentials};

use super::support::{Process, Script, queue_with, settings, stage};
use crate::clusters::{Cluster, ClusterConfig, Clusters};
use crate::context::OpContext;
use crate::error::Result;
use crate::store::task_slots::Use;
use crate::tasks::context::StepContext;
use crate::tasks::step::{Kinds, Step, StepError};
use crate::tasks::{TaskSettings, Tasks};

/// What a task of the cluster that is away is asked to do, and what one of the other.
const AWAY: &str = "away";
const HERE: &str = "here";

/// A step that asks a cluster, where there is one.
struct Ask(Option<Cluster>);

impl Step for Ask {
    fn name(&self) -> StepName {
        StepName::Probe
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, std::result::Result<(), StepError>> {
        async move {
            match &self.0 {
                Some(cluster) => cx.ask_for(cluster, || cluster.client.version()).await.map(drop),
                None => Ok(()),
            }
        }
        .boxed()
    }
}

struct Asking(Clusters);

impl Kinds for Asking {
    fn steps(&self, _: TaskKind, input: &str) -> Result<Vec<Box<dyn Step>>> {
        let cluster = self.0.first().filter(|_| input.contains(AWAY)).cloned();
        Ok(vec![Box::new(Ask(cluster))])
    }
}

/// A cluster at whose address nothing answers.
fn away() -> Clusters {
    let credentials = Credentials::token("drover@pve!main=secret").unwrap();
    let config = ClusterConfig {
        name: AWAY.into(),
        client: ClientConfig::new(vec!["http://127.0.0.1:1".into()], credentials),
        node: None,
        hdd_storage: None,
        ssd_storage: None,
        templates: std::collections::BTreeMap::new(),
    };
    Clusters::connect(vec![config]).unwrap()
}

fn few() -> TaskSettings {
    TaskSettings {
        max_running: 2,
        max_aside: 3,
        ..settings()
    }
}

/// Queues tasks for guests of a cluster of this name.
async fn several(tasks: &Tasks, ctx: &OpContext, what: &str, vmids: std::ops::Range<u32>) -> Vec<TaskId> {
    let mut ids = Vec::new();
    for vmid in vmids {
        let guest = GuestId::new(what, vmid);
        ids.push(queue_with(tasks, ctx, Some(&guest), &what, &[]).await.unwrap());
    }
    ids
}

fn waits_for_proxmox(detail: &TaskDetail) -> bool {
    detail
        .log
        .iter()
        .any(|line| matches!(line.message, Progress::Retrying { .. }))
}

#[tokio::test]
async fn a_cluster_that_is_away_stops_no_other_and_not_all_of_its_own() {
    let (test, ctx) = stage().await;
    let settings = few();
    let process = Process::of(&test.db, Arc::new(Asking(away())), settings.clone());
    // One more than may run and stand aside.
    let stuck = several(&process.tasks, &ctx, AWAY, 100..106).await;
    for id in &stuck[..5] {
        process.until(&ctx, *id, waits_for_proxmox).await;
    }
    let last = process.tasks.get(&ctx, stuck[5]).await.unwrap();
    assert_eq!(
        last.task.state,
        TaskState::Queued,
        "a cluster has so many and no more"
    );
    for id in several(&process.tasks, &ctx, HERE, 100..110).await {
        assert_eq!(process.end(&ctx, id).await.task.state, TaskState::Completed);
    }
    // Where one is called off, the next gets its place.
    process.tasks.cancel(&ctx, stuck[0]).await.unwrap();
    process.end(&ctx, stuck[0]).await;
    process.until(&ctx, stuck[5], waits_for_proxmox).await;
    process.stop().await;
}

#[tokio::test]
async fn undos_that_never_succeed_keep_nobody_waiting() {
    let (test, ctx) = stage().await;
    let script = Script {
        stubborn: Arc::new(Mutex::new(u32::MAX)),
        ..Script::default()
    };
    let process = Process::of(&test.db, Arc::new(script), few());
    // Two may use it at once, and those that can't be undone do not.
    let uses = [Use::template("lab", 9000)];
    for vmid in 100..104 {
        let guest = GuestId::new("lab", vmid);
        let fails = StepName::Hardware.as_str();
        let id = queue_with(&process.tasks, &ctx, Some(&guest), &fails, &uses)
            .await
            .unwrap();
        let undo_failed =
            |detail: &TaskDetail| detail.log.iter().any(|line| line.message == Progress::UndoFailed);
        process.until(&ctx, id, undo_failed).await;
    }
    let guest = GuestId::new("lab", 200);
    let good = queue_with(&process.tasks, &ctx, Some(&guest), &"", &uses)
        .await
        .unwrap();
    assert_eq!(process.end(&ctx, good).await.task.state, TaskState::Completed);
    process.stop().await;
}
