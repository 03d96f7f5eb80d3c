//! Tells administrators what another does to users.

use drover_types::text::{Changed, Note};

use super::service::Users;
use crate::context::OpContext;
use crate::error::Result;
use crate::events::Write;
use crate::store::users::change;

impl Users {
    /// Tells every administrator but the one who did it, and but the user it was done to.
    pub(super) async fn tell_administrators(
        &self,
        ctx: &OpContext,
        write: &mut Write<'_>,
        (id, username): (i64, &str),
        change: Changed,
    ) -> Result<()> {
        let by = ctx.signed_in()?;
        let note = Note::UserAdmin {
            username: username.to_owned(),
            change,
            by: by.username.clone(),
        };
        for admin in change::admin_ids(&mut write.tx).await? {
            if admin != by.id && admin != id {
                self.notifications.create(write, Some(admin), &note, None).await?;
            }
        }
        Ok(())
    }
}
