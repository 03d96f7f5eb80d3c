//! Puts a server back to what it was at a backup: switches it off, backs up what is there now, restores, and switches it
//! on again where it ran. Until the restore begins everything is taken back; from then on what was there is gone.

use std::sync::Arc;

use drover_types::action::ActionOptions;
use drover_types::backup::BackUp;
use drover_types::guest::GuestKind as Kind;
use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{GuestConfig, GuestState, Restore};
use serde::{Deserialize, Serialize};

use super::begin::Begin;
use super::dump::{Dump, wire};
use super::restore::{self, RESTORE};
use crate::backups::{Catalog, Place};
use crate::clusters::Cluster;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest::{self, Whereabouts};
use crate::tasks::kinds::power::{Target, Verb, bring_about};
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::{Step, StepError};

/// A server to be put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OverInput {
    /// Which one.
    pub guest: GuestId,
    /// What it is.
    pub kind: Kind,
    /// Where it was when this was asked for.
    pub node: String,
    /// What the guest is known again by before.
    pub identity: Identity,
    /// What it is known by afterwards.
    pub then: Identity,
    /// Where the backup is.
    pub place: Place,
    /// The backup.
    pub volume: String,
    /// The storage for all disks; each goes where it was where nothing is said.
    pub storage: Option<String>,
    /// The backup of what is there now.
    pub safety: Option<Safety>,
    /// Whether it ran when this was asked for.
    pub ran: bool,
    /// Whether it runs afterwards.
    pub start: bool,
}

/// The backup that is made before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Safety {
    /// Where to, and how.
    pub how: BackUp,
    /// Whether all nodes see what is on the storage.
    pub shared: bool,
}

struct Over {
    cluster: Cluster,
    catalog: Catalog,
    input: OverInput,
}

/// The steps, in order.
pub(in crate::tasks::kinds) fn steps(
    cluster: Cluster,
    catalog: Catalog,
    input: OverInput,
) -> Vec<Box<dyn Step>> {
    let over = Arc::new(Over {
        cluster,
        catalog,
        input,
    });
    let mut steps: Vec<Box<dyn Step>> = vec![
        Box::new(Check(Arc::clone(&over))),
        Box::new(SwitchOff(Arc::clone(&over))),
    ];
    if over.input.safety.is_some() {
        steps.push(Box::new(SafetyBackup(Arc::clone(&over))));
    }
    steps.push(Box::new(PutBack(Arc::clone(&over))));
    if over.input.start {
        steps.push(Box::new(SwitchOn(over)));
    }
    steps
}

impl Over {
    /// Where the guest is, and how it is configured, if `identity` is still its own.
    async fn find(
        &self,
        cx: &StepContext,
        identity: &Identity,
    ) -> Result<(String, Box<GuestConfig>), StepError> {
        let meant = (self.input.node.as_str(), wire(self.input.kind));
        match guest::find(cx, &self.cluster, self.input.guest.vmid, meant).await? {
            Whereabouts::At { node, config } if identity.is_of(&config) => Ok((node, config)),
            Whereabouts::At { .. } | Whereabouts::OtherKind => Err(StepError::failed(Problem::GuestReplaced)),
            Whereabouts::Nowhere => Err(StepError::failed(Problem::GuestGone)),
        }
    }

    fn target(&self, node: String) -> Target<'_> {
        Target {
            cluster: &self.cluster,
            kind: wire(self.input.kind),
            node,
            vmid: self.input.guest.vmid,
        }
    }

    fn dump<'a>(&'a self, safety: &'a Safety) -> Dump<'a> {
        Dump {
            cluster: &self.cluster,
            catalog: &self.catalog,
            vmid: self.input.guest.vmid,
            kind: self.input.kind,
            node: &self.input.node,
            identity: &self.input.identity,
            how: &safety.how,
            options: &[],
            shared: safety.shared,
        }
    }

    fn call<'a>(&'a self, node: &'a str) -> Begin<'a> {
        Begin {
            cluster: &self.cluster,
            key: RESTORE,
            task: restore::task(self.input.kind),
            node,
            vmid: self.input.guest.vmid,
        }
    }
}

/// Looks whether everything is as it was when this was asked for.
struct Check(Arc<Over>);

impl Step for Check {
    fn name(&self) -> StepName {
        StepName::Check
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let Over { cluster, input, .. } = &*self.0;
            let (node, config) = self.0.find(cx, &input.identity).await?;
            if config.is_protected() {
                return Err(StepError::failed(Problem::GuestProtected));
            }
            restore::look(
                cx,
                cluster,
                &node,
                input.guest.vmid,
                (&input.place, &input.volume),
            )
            .await
        }
        .boxed()
    }
}

/// Switches the guest off: it is asked, and cut off where it does not hear.
struct SwitchOff(Arc<Over>);

impl SwitchOff {
    async fn switch_on_again(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let Over { cluster, input, .. } = &*self.0;
        cx.halt(cluster).await?;
        if !input.ran {
            return Ok(());
        }
        // Half a guest is not switched on.
        let (node, config) = match self.0.find(cx, &input.identity).await {
            Ok(found) => found,
            Err(StepError::Failed { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        if config.lock().is_some() {
            return Ok(());
        }
        cx.log(Progress::Starting).await?;
        bring_about(cx, &self.0.target(node), Verb::Start).await
    }
}

impl Step for SwitchOff {
    fn name(&self) -> StepName {
        StepName::Shutdown
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let (node, _) = self.0.find(cx, &self.0.input.identity).await?;
            let target = self.0.target(node);
            let status = target.status(cx).await?;
            if status.is_none_or(|status| status.status == GuestState::Stopped) {
                return Ok(());
            }
            cx.log(Progress::ShuttingDown).await?;
            let options = ActionOptions {
                force_stop: true,
                ..ActionOptions::default()
            };
            bring_about(cx, &target, Verb::Shutdown(options)).await
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.switch_on_again(cx).boxed()
    }
}

/// Backs up what is there now. That backup stays, whatever comes of the restore.
struct SafetyBackup(Arc<Over>);

impl Step for SafetyBackup {
    fn name(&self) -> StepName {
        StepName::Backup
    }

    fn weight(&self) -> u32 {
        10
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            match &self.0.input.safety {
                Some(safety) => self.0.dump(safety).make(cx).await.map(drop),
                None => Ok(()),
            }
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            match &self.0.input.safety {
                Some(safety) => self.0.dump(safety).stop(cx).await,
                None => Ok(()),
            }
        }
        .boxed()
    }
}

/// Restores. From its call on the server is the backup's, or nothing.
struct PutBack(Arc<Over>);

impl PutBack {
    /// The node that the call is sent to, or was.
    async fn node(&self, cx: &mut StepContext) -> Result<String, StepError> {
        let Over { cluster, input, .. } = &*self.0;
        // What is there once it has begun may be half of what was and half of what will be.
        if let Some(upid) = cx.upid_of(RESTORE) {
            return Ok(upid.node().to_owned());
        }
        let refusal = match self.0.find(cx, &input.identity).await {
            Ok((node, _)) => return Ok(node),
            Err(refusal) => refusal,
        };
        let node = guest::locate(cx, cluster, input.guest.vmid).await?;
        let node = node.map_or_else(|| input.node.clone(), |(node, _)| node);
        match self.0.call(&node).known(cx).await? {
            Some(upid) => Ok(upid.node().to_owned()),
            None => Err(refusal),
        }
    }

    async fn put_back(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let Over { cluster, input, .. } = &*self.0;
        let node = self.node(cx).await?;
        let (kind, vmid) = (input.kind, input.guest.vmid);
        let how = Restore {
            archive: input.volume.clone(),
            force: true,
            storage: input.storage.clone(),
            ..Restore::default()
        };
        let message = Progress::Restoring {
            volume: input.volume.clone(),
        };
        let call = self.0.call(&node);
        restore::carry_through(cx, &call, kind, &how, &message).await?;
        let config = guest::config_of(cx, cluster, wire(kind), (&node, vmid)).await?;
        match config {
            Some(config) if config.lock().is_none() && input.then.is_of(&config) => {
                cx.log(Progress::Restored).await
            }
            _ => Err(StepError::failed(Problem::RestoreIncomplete)),
        }
    }
}

impl Step for PutBack {
    fn name(&self) -> StepName {
        StepName::Restore
    }

    fn weight(&self) -> u32 {
        10
    }

    fn finishes(&self) -> bool {
        true
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.put_back(cx).boxed()
    }
}

/// Switches the server on that was put back. It stays as it is, whatever happens.
struct SwitchOn(Arc<Over>);

impl Step for SwitchOn {
    fn name(&self) -> StepName {
        StepName::Start
    }

    fn keeps(&self) -> bool {
        true
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let (node, _) = self.0.find(cx, &self.0.input.then).await?;
            cx.log(Progress::Starting).await?;
            bring_about(cx, &self.0.target(node), Verb::Start).await
        }
        .boxed()
    }
}
