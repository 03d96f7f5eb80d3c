//! What Drover remembers of the servers that it made or that somebody adopted, and Proxmox does not know.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;

use super::service::Servers;
use crate::context::OpContext;
use crate::error::Result;
use crate::store::{adopted, reservations};

/// Where a server comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The system; empty where it was not known.
    pub os_type: String,
    /// When it was asked for; `None` where it was made elsewhere.
    pub created_at: Option<DateTime<Utc>>,
    /// Who asked for it or adopted it; `None` where that user is gone.
    pub owner: Option<String>,
}

impl Servers {
    /// The origin of every server that Drover made or is making, or that was adopted.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied), or the database's.
    pub async fn origins(&self, ctx: &OpContext) -> Result<HashMap<GuestId, Origin>> {
        ctx.require(Permission::ViewAll)?;
        let adopted = adopted::all(&self.0.db).await?.into_iter().map(|row| {
            let origin = Origin {
                os_type: String::new(),
                created_at: None,
                owner: row.owner,
            };
            (row.guest, origin)
        });
        let made = reservations::origins(&self.0.db).await?.into_iter().map(|row| {
            let origin = Origin {
                os_type: row.os_type,
                created_at: Some(row.created_at),
                owner: Some(row.actor),
            };
            (row.guest, origin)
        });
        Ok(adopted.chain(made).collect())
    }
}
