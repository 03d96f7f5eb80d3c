//! Who can grant something.

use drover_types::permission::{Grants, Permission};

use super::rules::covers;
use super::service::Users;
use crate::error::Result;
use crate::store::users::change;

impl Users {
    /// Who can give one of `permissions` for any server to the user `id`: whoever may grant, holds it for every
    /// server, and holds all that the user holds already.
    pub(crate) async fn granters(&self, id: i64, permissions: &[Permission]) -> Result<Vec<String>> {
        let all = change::list(&self.db).await?;
        let own = all
            .iter()
            .find(|user| user.id == id)
            .map(|user| user.grants.clone());
        let can = |grants: &Grants| {
            grants.allow(Permission::ManageRoles)
                && grants.allow_any(permissions)
                && grants.reach().is_everything()
                && own.as_ref().is_none_or(|own| covers(grants, own).is_ok())
        };
        Ok(all
            .iter()
            .filter(|user| user.is_active && can(&user.usable_grants()))
            .map(|user| user.username.clone())
            .collect())
    }
}
