//! Backs a guest up.

use drover_types::backup::BackUp;
use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::task::StepName;
use futures::FutureExt;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::dump::Dump;
use crate::backups::Catalog;
use crate::clusters::Cluster;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::{Step, StepError};

/// A guest to be backed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BackUpInput {
    /// Which one.
    pub guest: GuestId,
    /// What it is.
    pub kind: GuestKind,
    /// Where it was when this was asked for.
    pub node: String,
    /// What the guest is known again by.
    pub identity: Identity,
    /// Where to, and how.
    pub how: BackUp,
    /// What a job of Proxmox's own says beside, where it is run now.
    #[serde(default)]
    pub options: Vec<(String, String)>,
    /// Whether all nodes see what is on the storage.
    pub shared: bool,
}

pub(in crate::tasks::kinds) struct BackUpServer {
    pub cluster: Cluster,
    pub catalog: Catalog,
    pub input: BackUpInput,
}

impl BackUpServer {
    fn dump(&self) -> Dump<'_> {
        Dump {
            cluster: &self.cluster,
            catalog: &self.catalog,
            vmid: self.input.guest.vmid,
            kind: self.input.kind,
            node: &self.input.node,
            identity: &self.input.identity,
            how: &self.input.how,
            options: &self.input.options,
            shared: self.input.shared,
        }
    }
}

impl Step for BackUpServer {
    fn name(&self) -> StepName {
        StepName::Backup
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move { self.dump().make(cx).await.map(drop) }.boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move { self.dump().stop(cx).await }.boxed()
    }
}
