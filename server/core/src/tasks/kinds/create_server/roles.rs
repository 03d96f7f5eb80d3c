//! Installs the roles of the new server, once it answers. It stays though one of them fails.

use std::sync::Arc;

use drover_types::guest::GuestKind;
use drover_types::task::StepName;
use drover_types::text::Problem;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::holder::{Holder, holder};
use super::plan::Plan;
use crate::store::task_slots::UseClass;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest;
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::kinds::reserve::reserved;
use crate::tasks::kinds::roles::{RolesWork, Subject};
use crate::tasks::step::{Step, StepError};

pub(super) struct Roles(pub Arc<Plan>);

impl Step for Roles {
    fn name(&self) -> StepName {
        StepName::Roles
    }

    fn weight(&self) -> u32 {
        8
    }

    fn keeps(&self) -> bool {
        true
    }

    fn uses(&self, _class: UseClass) -> bool {
        false
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let subject = self.subject(cx).await?;
            let work = RolesWork::Apply {
                roles: self.0.input.roles.clone(),
                replaces: false,
            };
            self.0.runner.run(cx, &subject, &work).await
        }
        .boxed()
    }
}

impl Roles {
    async fn subject(&self, cx: &StepContext) -> Result<Subject, StepError> {
        let reserved = reserved(cx).await?;
        let gone = || StepError::failed(Problem::GuestGone);
        let Holder::Ours { node, .. } = holder(&self.0, cx, &reserved).await? else {
            return Err(gone());
        };
        let found = guest::config(cx, &self.0.cluster, &node, reserved.guest.vmid).await?;
        let config = found.ok_or_else(gone)?;
        Ok(Subject {
            name: self.0.input.name.clone(),
            kind: GuestKind::Qemu,
            identity: Identity::of(&config),
            guest: reserved.guest,
            node,
            config,
            is_new: true,
        })
    }
}
