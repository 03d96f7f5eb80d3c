//! "Why can't I?": what is missing, a permission, the reach of a scope or the server's state, and who can grant it.

use drover_types::access::{Asked, Explanation};
use drover_types::guest::GuestRow;
use drover_types::permission::Permission;
use drover_types::text::Problem;

use crate::context::{Actor, OpContext};
use crate::drover::Drover;
use crate::error::{Error, Result};

/// The server that is asked about, as the actor sees it.
enum About {
    /// None is.
    Nothing,
    Guest(Box<GuestRow>),
    /// It is not there, or not for the actor: which of the two is not told.
    Unseen,
}

impl Drover {
    /// Whether the actor can do what is asked about, to the server that is named, and if not, why. An empty name
    /// asks about no server.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`]; [`Error::NotFound`] where there is no such server and the actor reaches all;
    /// [`Error::Conflict`] where several have the name; or the cluster's.
    pub async fn explain(&self, ctx: &OpContext, asked: Asked, server: &str) -> Result<Explanation> {
        let actor = ctx.signed_in()?;
        let permissions = asked.permissions();
        let held: Vec<Permission> = permissions
            .iter()
            .copied()
            .filter(|permission| actor.grants.allow(*permission))
            .collect();
        let about = if server.is_empty() || held.is_empty() {
            // Whoever may not do it is told that, and nothing of the server.
            About::Nothing
        } else {
            self.about(ctx, actor, server).await?
        };
        let (reason, is_granted) = if actor.must_change_password {
            (Some(Problem::PasswordMustChange), true)
        } else if held.is_empty() {
            let permission = *permissions
                .first()
                .ok_or_else(|| Error::Internal("an action needs no permission".to_owned()))?;
            (Some(Problem::PermissionMissing { permission }), false)
        } else {
            match (asked, about) {
                (_, About::Unseen) => {
                    let (server, scope) = (server.to_owned(), actor.grants.reach().to_string());
                    (Some(Problem::NotAmongServers { server, scope }), false)
                }
                (Asked::Guest(action), About::Guest(guest)) => (action.refusal(&guest, &actor.grants), true),
                _ => (None, true),
            }
        };
        let granted_by = if is_granted {
            Vec::new()
        } else {
            self.users.granters(actor.id, &permissions).await?
        };
        Ok(Explanation {
            allowed: reason.is_none(),
            permissions,
            held,
            reason,
            granted_by,
        })
    }

    async fn about(&self, ctx: &OpContext, actor: &Actor, server: &str) -> Result<About> {
        let found = match self.servers.resolve(ctx, server).await {
            Ok(id) => self.servers.listed(actor, &id).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(row) => Ok(About::Guest(Box::new(row))),
            Err(Error::NotFound(_)) if !actor.grants.reach().is_everything() => Ok(About::Unseen),
            Err(error) => Err(error),
        }
    }
}
