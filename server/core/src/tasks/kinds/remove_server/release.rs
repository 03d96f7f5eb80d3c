//! Gives back what Drover kept for a server that is gone: its name, its id and its addresses.

use std::sync::Arc;

use drover_types::task::StepName;
use drover_types::text::Progress;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::input::Removal;
use crate::events::Change;
use crate::roles::forget_roles;
use crate::store::{adopted, alert_rules, channels, firewall_groups, reservations};
use crate::tasks::context::StepContext;
use crate::tasks::step::{Step, StepError};

pub(super) struct Release(pub Arc<Removal>);

impl Step for Release {
    fn name(&self) -> StepName {
        StepName::Release
    }

    fn finishes(&self) -> bool {
        true
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let mut write = cx.write().await?;
            if adopted::delete(&mut write.tx, &self.0.input.guest).await? {
                write.changed(Change::Adoptions);
            }
            // A guest that gets the id later has been given no groups and no roles, and no rule is for it.
            if firewall_groups::forget(&mut write.tx, &self.0.input.guest).await? > 0 {
                write.changed(Change::Firewall);
            }
            forget_roles(&mut write, &self.0.input.guest).await?;
            if alert_rules::forget(&mut write.tx, &self.0.input.guest).await? > 0 {
                write.changed(Change::Alerts);
            }
            if channels::forget_server(&mut write.tx, &self.0.input.guest, &self.0.input.name).await? {
                write.changed(Change::Channels);
            }
            if let Some(reservation) = self.0.input.reservation {
                // By its task, not by its id: the id may have been taken again since.
                reservations::release(&mut write.tx, reservation).await?;
            }
            write.commit().await?;
            if self.0.input.reservation.is_none() {
                return Ok(());
            }
            let name = self.0.input.name.clone();
            cx.log(Progress::Released { name }).await
        }
        .boxed()
    }
}
