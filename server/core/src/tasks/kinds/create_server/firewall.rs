//! Gives the new server its firewall groups and switches its firewall on, before it runs for the first time.

use std::sync::Arc;

use drover_types::task::StepName;
use drover_types::text::Problem;
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::GuestKind;

use super::holder::{Holder, holder};
use super::plan::Plan;
use crate::events::Change;
use crate::store::task_slots::UseClass;
use crate::store::{firewall_groups, reservations};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::firewall::{check_groups, enable_guest, filter_nics, give, say_what_is_off};
use crate::tasks::kinds::reserve::reserved;
use crate::tasks::step::{Step, StepError};

pub(super) struct Firewall(pub Arc<Plan>);

impl Step for Firewall {
    fn name(&self) -> StepName {
        StepName::Firewall
    }

    fn uses(&self, class: UseClass) -> bool {
        class != UseClass::Template
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let Plan { cluster, input, .. } = &*self.0;
            let reserved = reserved(cx).await?;
            let Holder::Ours { node, identity, .. } = holder(&self.0, cx, &reserved).await? else {
                return Err(StepError::failed(Problem::GuestGone));
            };
            let at = (GuestKind::Qemu, node.as_str(), reserved.guest.vmid);
            check_groups(cx, cluster, &input.firewall_groups).await?;
            // Proxmox copies the template's rules too; none of them is Drover's.
            give(
                cx,
                cluster,
                (&reserved.guest, &identity),
                at,
                &input.firewall_groups,
            )
            .await?;
            enable_guest(cx, cluster, at).await?;
            filter_nics(cx, &self.0.machine(cx, &reserved)).await?;
            say_what_is_off(cx, cluster).await
        }
        .boxed()
    }

    /// The guest goes with its rules; what is known of them goes too.
    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            self.0.halt(cx).await?;
            if let Some(reserved) = reservations::of(cx.db(), cx.task()).await? {
                let mut write = cx.write().await?;
                firewall_groups::forget(&mut write.tx, &reserved.guest).await?;
                write.changed(Change::Firewall);
                write.commit().await?;
            }
            Ok(())
        }
        .boxed()
    }
}
