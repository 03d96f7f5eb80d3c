//! Makes a server from a backup, at an id that was reserved for it. Its description names the task, so that only what
//! this task has made is ever taken away again.

use std::sync::Arc;

use drover_types::guest::GuestKind as Kind;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{GuestConfig, Restore};
use serde::{Deserialize, Serialize};

use super::begin::Begin;
use super::dump::wire;
use super::restore::{self, RESTORE};
use crate::backups::Place;
use crate::clusters::Cluster;
use crate::store::reservations::{self, Reservation};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::create_server::{is_taken, marker};
use crate::tasks::kinds::guest::{self, Whereabouts};
use crate::tasks::kinds::made;
use crate::tasks::kinds::power::{Target, Verb, bring_about};
use crate::tasks::kinds::reserve::{self, Reserve, reserved};
use crate::tasks::step::{Step, StepError};

/// How many ids are tried.
const ROUNDS: u32 = 20;

/// A server to be made from a backup. Its id and its node are in its reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NewGuestInput {
    /// The cluster.
    pub cluster: String,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The id of the guest that was backed up.
    pub source: u32,
    /// Where the backup is.
    pub place: Place,
    /// The backup.
    pub volume: String,
    /// The storage for all disks; each goes where the first guest had it where nothing is said.
    pub storage: Option<String>,
    /// The description in the backup, without the marks of tasks.
    pub description: String,
    /// Whether it is started.
    pub start: bool,
}

struct NewGuest {
    cluster: Cluster,
    input: NewGuestInput,
}

/// The steps, in order.
pub(in crate::tasks::kinds) fn steps(cluster: Cluster, input: NewGuestInput) -> Vec<Box<dyn Step>> {
    let start = input.start;
    let new = Arc::new(NewGuest { cluster, input });
    let mut steps: Vec<Box<dyn Step>> = vec![
        Box::new(Reserve(new.cluster.clone())),
        Box::new(Make(Arc::clone(&new))),
    ];
    if start {
        steps.push(Box::new(SwitchOn(new)));
    }
    steps
}

impl NewGuest {
    /// The guest at the reserved id and its node, if this task has made it: the description of a whole one names the
    /// task, and a restore that fails half way leaves one with nothing but its memory (`PVE::QemuServer`,
    /// `restore_destroy_volumes`).
    async fn own(
        &self,
        cx: &StepContext,
        at: &Reservation,
    ) -> Result<Option<(String, Box<GuestConfig>)>, StepError> {
        let meant = (at.node.as_str(), wire(self.input.kind));
        let found = guest::find(cx, &self.cluster, at.guest.vmid, meant).await?;
        Ok(match found {
            Whereabouts::At { node, config }
                if guest::says(&config, &marker(cx.task()))
                    || (cx.upid_of(RESTORE).is_some() && is_bare(&config)) =>
            {
                Some((node, config))
            }
            _ => None,
        })
    }

    fn call<'a>(&'a self, at: &'a Reservation) -> Begin<'a> {
        Begin {
            cluster: &self.cluster,
            key: RESTORE,
            task: restore::task(self.input.kind),
            node: &at.node,
            vmid: at.guest.vmid,
        }
    }

    /// What is written into the new guest's description.
    fn description(&self, cx: &StepContext) -> String {
        let mark = marker(cx.task());
        if self.input.description.is_empty() {
            mark
        } else {
            format!("{}\n\n{mark}", self.input.description)
        }
    }
}

/// Whether a guest has nothing that somebody could miss.
fn is_bare(config: &GuestConfig) -> bool {
    config.name().is_none() && config.disks().is_empty() && config.nics().is_empty()
}

/// Restores into the reserved id.
struct Make(Arc<NewGuest>);

impl Make {
    async fn make(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let NewGuest { cluster, input } = &*self.0;
        let message = Progress::Restoring {
            volume: input.volume.clone(),
        };
        for _ in 0..ROUNDS {
            let at = reserved(cx).await?;
            if cx.upid_of(RESTORE).is_none() {
                restore::look(cx, cluster, &at.node, input.source, (&input.place, &input.volume)).await?;
            }
            let how = Restore {
                archive: input.volume.clone(),
                unique: true,
                storage: input.storage.clone(),
                name: Some(input.name.clone()),
                description: Some(self.0.description(cx)),
                ..Restore::default()
            };
            let call = self.0.call(&at);
            match restore::carry_through(cx, &call, input.kind, &how, &message).await {
                Err(StepError::Failed {
                    cause: Some(cause), ..
                }) if is_taken(&cause) => {
                    reserve::next(cluster, cx, at.guest.vmid, RESTORE).await?;
                    continue;
                }
                other => other?,
            }
            let Some((_, config)) = self.0.own(cx, &at).await? else {
                return Err(StepError::failed(Problem::RestoreIncomplete));
            };
            if config.lock().is_some() || is_bare(&config) {
                return Err(StepError::failed(Problem::RestoreIncomplete));
            }
            let mut write = cx.write().await?;
            reservations::set_made(&mut write.tx, cx.task()).await?;
            write.commit().await?;
            return cx.log(Progress::Restored).await;
        }
        Err(StepError::failed(Problem::NoFreeVmid))
    }

    /// Stops the restore, and deletes what it has made.
    async fn remove(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let NewGuest { cluster, input } = &*self.0;
        let Some(at) = reservations::of(cx.db(), cx.task()).await? else {
            return cx.halt(cluster).await;
        };
        self.0.call(&at).known(cx).await?;
        cx.halt(cluster).await?;
        let Some((node, _)) = self.0.own(cx, &at).await? else {
            return Ok(());
        };
        let vmid = at.guest.vmid;
        guest::quiet(cx, cluster, &node, vmid).await?;
        made::delete(cx, cluster, wire(input.kind), (&node, vmid)).await?;
        if let Some((_, config)) = self.0.own(cx, &at).await? {
            let lock = config.lock().unwrap_or_default().to_owned();
            return Err(StepError::failed(Problem::GuestLocked { lock }));
        }
        cx.log(Progress::RemovedGuest { guest: at.guest }).await
    }
}

impl Step for Make {
    fn name(&self) -> StepName {
        StepName::Restore
    }

    fn weight(&self) -> u32 {
        10
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.make(cx).boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.remove(cx).boxed()
    }
}

/// Switches the new server on. From here on it stays, whatever happens.
struct SwitchOn(Arc<NewGuest>);

impl Step for SwitchOn {
    fn name(&self) -> StepName {
        StepName::Start
    }

    fn keeps(&self) -> bool {
        true
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let at = reserved(cx).await?;
            let Some((node, _)) = self.0.own(cx, &at).await? else {
                return Err(StepError::failed(Problem::GuestGone));
            };
            cx.log(Progress::Starting).await?;
            let target = Target {
                cluster: &self.0.cluster,
                kind: wire(self.0.input.kind),
                node,
                vmid: at.guest.vmid,
            };
            bring_about(cx, &target, Verb::Start).await
        }
        .boxed()
    }
}
