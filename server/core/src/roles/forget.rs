//! What is forgotten with a server.

use drover_types::ids::GuestId;

use crate::error::Result;
use crate::events::{Change, Write};
use crate::store::{role_runs, server_connections, server_roles};

/// Forgets the roles of a server, its runs, and how Drover signs in to it; tells whether it had roles. Another guest that
/// gets the id later has none.
pub(crate) async fn forget_roles(write: &mut Write<'_>, guest: &GuestId) -> Result<bool> {
    let had_roles = server_roles::forget(&mut write.tx, guest).await? > 0;
    role_runs::forget(&mut write.tx, guest).await?;
    server_connections::forget(&mut write.tx, guest).await?;
    if had_roles {
        write.changed(Change::Roles);
    }
    Ok(had_roles)
}
