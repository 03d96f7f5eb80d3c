//! What all steps share, and the list of them.

use std::sync::Arc;

use super::clone::CloneTemplate;
use super::disks::Disks;
use super::firewall::Firewall;
use super::hardware::Hardware;
use super::input::{CreateInput, marker};
use super::network::Network;
use super::roles::Roles;
use super::start::Start;
use super::wait::Wait;
use crate::clusters::Cluster;
use crate::store::reservations::{self, Reservation};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::converge::{Known, Machine};
use crate::tasks::kinds::guest;
use crate::tasks::kinds::reserve::Reserve;
use crate::tasks::kinds::roles::Runner;
use crate::tasks::step::{Step, StepError};
use crate::vault::Vault;

/// What is made, where, and what opens its secret.
pub(super) struct Plan {
    pub cluster: Cluster,
    pub vault: Vault,
    pub runner: Runner,
    pub input: CreateInput,
}

/// The steps, in order.
pub(in crate::tasks::kinds) fn steps(
    runner: Runner,
    cluster: Cluster,
    vault: Vault,
    input: CreateInput,
) -> Vec<Box<dyn Step>> {
    let plan = Arc::new(Plan {
        cluster,
        vault,
        runner,
        input,
    });
    let mut steps: Vec<Box<dyn Step>> = vec![
        Box::new(Reserve(plan.cluster.clone())),
        Box::new(CloneTemplate(Arc::clone(&plan))),
        Box::new(Hardware(Arc::clone(&plan))),
        Box::new(Disks(Arc::clone(&plan))),
        Box::new(Network(Arc::clone(&plan))),
    ];
    if !plan.input.firewall_groups.is_empty() {
        // Before it runs, so that it never does unfiltered.
        steps.push(Box::new(Firewall(Arc::clone(&plan))));
    }
    steps.push(Box::new(Start(Arc::clone(&plan))));
    steps.push(Box::new(Wait(Arc::clone(&plan))));
    if !plan.input.roles.is_empty() {
        steps.push(Box::new(Roles(plan)));
    }
    steps
}

impl Plan {
    /// The machine that was made.
    pub(super) fn machine<'a>(&'a self, cx: &StepContext, reserved: &'a Reservation) -> Machine<'a> {
        Machine {
            cluster: &self.cluster,
            node: &reserved.node,
            vmid: reserved.guest.vmid,
            kind: pve_client::GuestKind::Qemu,
            known: Known::Mark(marker(cx.task())),
        }
    }

    /// Stops what a step has started and waits until nothing is at work on the guest, so that it can be deleted.
    pub(super) async fn halt(&self, cx: &mut StepContext) -> Result<(), StepError> {
        cx.halt(&self.cluster).await?;
        if let Some(reserved) = reservations::of(cx.db(), cx.task()).await? {
            guest::quiet(cx, &self.cluster, &reserved.node, reserved.guest.vmid).await?;
        }
        Ok(())
    }
}
