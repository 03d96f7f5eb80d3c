//! From a server's name in an address to its row, for whoever may manage backups.

use std::sync::Arc;

use drover_core::{Error, Result};
use drover_types::guest::GuestRow;
use drover_types::inventory::Snapshot;
use drover_types::permission::Permission;
use drover_types::text::Problem;

use crate::api::servers::queued;
use crate::request::Request;
use crate::router::Server;

/// The server that is named, and the picture that it is in.
///
/// # Errors
/// Where the permission is missing, or none or several are called that.
pub(super) async fn named(
    server: &Server,
    request: &Request,
    name: &str,
) -> Result<(GuestRow, Arc<Snapshot>)> {
    let guest = queued::named(server, request, &[Permission::BackupManagement], name).await?;
    let picture = server.drover.backups.picture(&request.context)?;
    let row = picture.guests.iter().find(|row| row.id == guest).cloned();
    let row = row.ok_or_else(|| {
        let server = name.to_owned();
        Error::NotFound(Problem::ServerNotFound { server })
    })?;
    Ok((row, picture))
}
