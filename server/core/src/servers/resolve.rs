//! From what people write to the guest they mean.

use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::service::{Servers, upstream};
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};

impl Servers {
    /// The guest that `text` names: a server's name, or `cluster:vmid`.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Conflict`] where several have the name, or the cluster's where it was never
    /// heard of yet.
    pub async fn resolve(&self, ctx: &OpContext, text: &str) -> Result<GuestId> {
        let picture = self.0.inventory.within(ctx.signed_in()?.grants.reach());
        let id: Option<GuestId> = text.parse().ok();
        let mut found: Vec<GuestId> = picture
            .guests
            .iter()
            .filter(|row| id.as_ref().map_or(row.name == text, |id| row.id == *id))
            .map(|row| row.id.clone())
            .collect();
        match found.len() {
            0 => {
                self.unless_silent().await?;
                Err(Error::NotFound(Problem::ServerNotFound {
                    server: text.to_owned(),
                }))
            }
            1 => Ok(found.remove(0)),
            _ => Err(Error::Conflict(Problem::ServerNameAmbiguous {
                name: text.to_owned(),
                guests: found,
            })),
        }
    }

    /// The server's row of the list.
    ///
    /// # Errors
    /// [`Error::Denied`], or [`Error::NotFound`].
    pub async fn get(&self, ctx: &OpContext, id: &GuestId) -> Result<GuestRow> {
        let actor = ctx.require(Permission::ViewAll)?;
        self.listed(actor, id).await
    }

    /// As [`Servers::get`], whatever the actor was asked for before.
    pub(crate) async fn listed(&self, actor: &Actor, id: &GuestId) -> Result<GuestRow> {
        if let Some(row) = self.0.inventory.guest_of(actor, id) {
            return Ok(row);
        }
        self.unless_silent().await?;
        Err(Error::NotFound(Problem::ServerNotFound {
            server: id.to_string(),
        }))
    }

    /// Fails where a cluster has not been heard yet and does not answer now: then nobody knows what it has.
    pub(crate) async fn unless_silent(&self) -> Result<()> {
        let picture = self.0.inventory.snapshot();
        for health in picture.clusters.iter().filter(|health| health.fetched_at == 0) {
            if let Some(cluster) = self.0.clusters.get(&health.name) {
                cluster.client.version().await.map_err(upstream(cluster))?;
            }
        }
        Ok(())
    }
}
