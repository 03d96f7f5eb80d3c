//! The storage for a disk of which only the kind is said.

use drover_types::permission::Permission;
use drover_types::storage::DiskKind;

use super::service::Servers;
use crate::context::OpContext;
use crate::error::Result;
use crate::storage;

impl Servers {
    /// The storage of `cluster`, or of the first where none is named, for disks of this kind: what is set, else
    /// what is configured; `None` where nothing is said, or there is no such cluster.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied), or the database's.
    pub async fn default_storage(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        kind: DiskKind,
    ) -> Result<Option<String>> {
        ctx.require(Permission::CreateServer)?;
        let Ok(cluster) = self.cluster(cluster) else {
            return Ok(None);
        };
        let defaults = storage::defaults(&self.0.settings, cluster).await?;
        let wanted = match kind {
            DiskKind::Hdd => defaults.hdd,
            DiskKind::Ssd => defaults.ssd,
        };
        Ok(wanted.name().map(str::to_owned))
    }
}
