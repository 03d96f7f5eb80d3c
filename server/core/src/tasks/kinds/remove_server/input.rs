//! What a removal knows from the beginning, and the steps it is made of.

use std::sync::Arc;

use drover_types::guest::GuestKind as Kind;
use drover_types::ids::{GuestId, TaskId};
use pve_client::GuestKind;
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::destroy::Destroy;
use super::identity::Identity;
use super::release::Release;
use super::stop::Stop;
use crate::clusters::Cluster;
use crate::tasks::step::Step;

/// A server to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RemoveInput {
    /// Its name.
    pub name: String,
    /// Which guest it is, or was to be.
    pub guest: GuestId,
    /// The guest as it was found; `None` where there was none.
    pub machine: Option<Machine>,
    /// The task whose reservation is given back.
    pub reservation: Option<TaskId>,
}

/// A guest as it was found when its removal was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// What it is.
    pub kind: Kind,
    /// Where it was.
    pub node: String,
    /// How it is known again.
    pub identity: Identity,
}

impl Machine {
    pub(super) const fn kind(&self) -> GuestKind {
        match self.kind {
            Kind::Qemu => GuestKind::Qemu,
            Kind::Lxc => GuestKind::Lxc,
        }
    }
}

/// What the steps share.
pub(super) struct Removal {
    pub cluster: Cluster,
    pub input: RemoveInput,
}

/// The steps of a removal.
pub(in crate::tasks::kinds) fn steps(cluster: Cluster, input: RemoveInput) -> Vec<Box<dyn Step>> {
    let removal = Arc::new(Removal { cluster, input });
    vec![
        Box::new(Check(Arc::clone(&removal))),
        Box::new(Stop(Arc::clone(&removal))),
        Box::new(Destroy(Arc::clone(&removal))),
        Box::new(Release(removal)),
    ]
}
