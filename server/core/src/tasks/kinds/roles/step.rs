//! The step of the tasks that work on roles of a server that is there.

use drover_types::guest::GuestKind;
use drover_types::task::StepName;
use drover_types::text::Problem;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::input::RolesInput;
use super::runner::{Runner, Subject};
use crate::store::task_slots::UseClass;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest::{self, Whereabouts};
use crate::tasks::step::{Step, StepError};

pub(in crate::tasks::kinds) struct RunRoles {
    pub runner: Runner,
    pub input: RolesInput,
}

impl Step for RunRoles {
    fn name(&self) -> StepName {
        StepName::Roles
    }

    fn keeps(&self) -> bool {
        true
    }

    fn uses(&self, class: UseClass) -> bool {
        class == UseClass::Role
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let subject = self.subject(cx).await?;
            self.runner.run(cx, &subject, &self.input.work).await
        }
        .boxed()
    }
}

impl RunRoles {
    async fn subject(&self, cx: &StepContext) -> Result<Subject, StepError> {
        let RolesInput {
            guest,
            name,
            kind,
            node,
            identity,
            ..
        } = &self.input;
        let wire = match kind {
            GuestKind::Qemu => pve_client::GuestKind::Qemu,
            GuestKind::Lxc => pve_client::GuestKind::Lxc,
        };
        let cluster = &self.runner.cluster;
        let found = guest::find(cx, cluster, guest.vmid, (node, wire)).await?;
        let (node, config) = match found {
            Whereabouts::At { node, config } => (node, config),
            Whereabouts::OtherKind => return Err(StepError::failed(Problem::GuestReplaced)),
            Whereabouts::Nowhere => return Err(StepError::failed(Problem::GuestGone)),
        };
        if !identity.is_of(&config) {
            return Err(StepError::failed(Problem::GuestReplaced));
        }
        let client = &cluster.client;
        let status = cx
            .ask_for(cluster, || async {
                match kind {
                    GuestKind::Qemu => client.qemu_status(&node, guest.vmid).await,
                    GuestKind::Lxc => client.lxc_status(&node, guest.vmid).await,
                }
            })
            .await?;
        if status.status == pve_client::GuestState::Stopped {
            let server = name.clone();
            return Err(StepError::failed(Problem::ServerOff { server }));
        }
        Ok(Subject {
            guest: guest.clone(),
            name: name.clone(),
            kind: *kind,
            node,
            config: *config,
            identity: identity.clone(),
            is_new: false,
        })
    }
}
