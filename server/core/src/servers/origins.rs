//! What Drover remembers of the servers that it made, and Proxmox does not know.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;

use super::service::Servers;
use crate::context::OpContext;
use crate::error::Result;
use crate::store::reservations;

/// Where a server comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The system; empty where it was not known.
    pub os_type: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

impl Servers {
    /// The origin of every server that Drover made or is making.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied), or the database's.
    pub async fn origins(&self, ctx: &OpContext) -> Result<HashMap<GuestId, Origin>> {
        ctx.require(Permission::ViewAll)?;
        let rows = reservations::origins(&self.0.db).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let (os_type, created_at) = (row.os_type, row.created_at);
                (row.guest, Origin { os_type, created_at })
            })
            .collect())
    }
}
