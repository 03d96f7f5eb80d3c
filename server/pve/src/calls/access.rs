//! What the credentials may do.

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::Permissions;

impl Client {
    /// The privileges that the credentials hold.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn permissions(&self) -> Result<Permissions> {
        self.one(Call::get("/access/permissions", &[])).await
    }
}
