//! "Why can't I?": what is missing, and who can grant it.

use drover_types::access::{Asked, Explanation};
use drover_types::guest::GuestRow;
use drover_types::permission::{Grants, Permission};
use drover_types::text::Problem;

use super::service::Users;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::users::change;

impl Users {
    /// Whether the actor can do what is asked about, to `guest` where one is named, and if not, why.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn explain(
        &self,
        ctx: &OpContext,
        asked: Asked,
        guest: Option<&GuestRow>,
    ) -> Result<Explanation> {
        let actor = ctx.signed_in()?;
        let permissions = asked.permissions();
        let held: Vec<Permission> = permissions
            .iter()
            .copied()
            .filter(|permission| actor.grants.allow(*permission))
            .collect();
        let reason = if actor.must_change_password {
            Some(Problem::PasswordMustChange)
        } else if held.is_empty() {
            let permission = *permissions
                .first()
                .ok_or_else(|| Error::Internal("an action needs no permission".to_owned()))?;
            Some(Problem::PermissionMissing { permission })
        } else {
            match (asked, guest) {
                (Asked::Guest(action), Some(guest)) => action.refusal(guest, &actor.grants),
                _ => None,
            }
        };
        let granted_by = if held.is_empty() {
            self.granters(actor.id, &permissions).await?
        } else {
            Vec::new()
        };
        Ok(Explanation {
            allowed: reason.is_none(),
            permissions,
            held,
            reason,
            granted_by,
        })
    }

    /// Who can give one of `permissions` to the user `id`: whoever may grant, and holds it and all that the user
    /// holds already.
    async fn granters(&self, id: i64, permissions: &[Permission]) -> Result<Vec<String>> {
        let all = change::list(&self.db).await?;
        let own = all
            .iter()
            .find(|user| user.id == id)
            .map(|user| user.grants.clone());
        let can = |grants: &Grants| {
            grants.allow(Permission::ManageRoles)
                && grants.allow_any(permissions)
                && own
                    .as_ref()
                    .is_none_or(|own| super::rules::covers(grants, own).is_ok())
        };
        Ok(all
            .iter()
            .filter(|user| user.is_active && can(&user.usable_grants()))
            .map(|user| user.username.clone())
            .collect())
    }
}
