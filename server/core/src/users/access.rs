//! What lets another user in: their sessions and API tokens, and taking those away. Whoever may not reset their
//! password sees none of it: where somebody is and what their scripts hold is as much theirs.

use drover_types::audit::{Action, ObjectKind};
use drover_types::permission::Permission;
use drover_types::session::SessionRow;
use drover_types::text::Problem;
use drover_types::token::TokenRow;
use uuid::Uuid;

use super::manage::{missing, of_user, target};
use super::rules;
use super::service::Users;
use crate::audit::{Entry, changed};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::store::{sessions, tokens, users};

impl Users {
    /// A user's open sessions, the last used first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `manage_users`, or where the user holds more than the actor; [`Error::NotFound`].
    pub async fn sessions_of(&self, ctx: &OpContext, username: &str) -> Result<Vec<SessionRow>> {
        let user = self.seen(ctx, username).await?;
        let (opened_after, used_after) = self.limits.since(self.clock.now());
        let current = ctx.session_id();
        let rows = sessions::list(&self.db, user, opened_after, used_after).await?;
        Ok(rows.into_iter().map(|session| session.row(current)).collect())
    }

    /// A user's API tokens, the newest first; revoked ones are not among them.
    ///
    /// # Errors
    /// As [`Users::sessions_of`].
    pub async fn tokens_of(&self, ctx: &OpContext, username: &str) -> Result<Vec<TokenRow>> {
        let user = self.seen(ctx, username).await?;
        let now = self.clock.now();
        let found = tokens::list(&self.db, user).await?;
        Ok(found.into_iter().map(|token| token.row(now)).collect())
    }

    /// Ends all sessions of a user but the one that asks, and tells how many.
    ///
    /// # Errors
    /// As [`Users::reset_password`].
    pub async fn end_sessions(&self, ctx: &OpContext, username: &str) -> Result<u64> {
        let (mut write, actor) = self.begin(ctx, Permission::ManageUsers).await?;
        let id = target(ctx, &mut write, &actor, username).await?.user.id;
        let keep = ctx.session_id().filter(|_| ctx.is_user(id));
        let ended = sessions::delete_all(&mut write.tx, id, keep).await?;
        self.record(ctx, &mut write, &of_user(Action::EndSessions, username))
            .await?;
        write.changed(Change::UserChanged { user: id });
        write.commit().await?;
        Ok(ended)
    }

    /// Ends one session of a user.
    ///
    /// # Errors
    /// As [`Users::reset_password`]; [`Error::NotFound`] also where it is no session of theirs.
    pub async fn end_session(&self, ctx: &OpContext, username: &str, session: Uuid) -> Result<()> {
        let (mut write, actor) = self.begin(ctx, Permission::ManageUsers).await?;
        let user = target(ctx, &mut write, &actor, username).await?.user;
        if !sessions::delete(&mut write.tx, user.id, session).await? {
            return Err(Error::NotFound(Problem::NotFound));
        }
        let mut entry = of_user(Action::EndSessions, &user.username);
        changed(&mut entry.changes, "session", Some(&session), None);
        self.record(ctx, &mut write, &entry).await?;
        write.changed(Change::UserChanged { user: user.id });
        Ok(write.commit().await?)
    }

    /// Revokes an API token of a user; it is refused from then on.
    ///
    /// # Errors
    /// As [`Users::end_session`].
    pub async fn revoke_token_of(&self, ctx: &OpContext, username: &str, token: Uuid) -> Result<()> {
        let (mut write, actor) = self.begin(ctx, Permission::ManageUsers).await?;
        let user = target(ctx, &mut write, &actor, username).await?.user;
        let now = self.clock.now();
        let Some(name) = tokens::revoke(&mut write.tx, user.id, token, now).await? else {
            return Err(Error::NotFound(Problem::NotFound));
        };
        let mut entry = Entry::done(Action::RevokeToken, ObjectKind::Token, &name);
        // Names of tokens are their owners' own: several may have a "backup script".
        changed(&mut entry.changes, "owner", Some(&user.username), None);
        self.record(ctx, &mut write, &entry).await?;
        write.changed(Change::UserChanged { user: user.id });
        Ok(write.commit().await?)
    }

    /// The id of the user who is meant, if the actor may see what lets them in.
    async fn seen(&self, ctx: &OpContext, username: &str) -> Result<i64> {
        let actor = ctx.require(Permission::ManageUsers)?;
        let found = users::find_by_name(&self.db, username).await?;
        let user = found.ok_or_else(|| missing(username))?.user;
        rules::covers(&actor.grants, &user.grants)?;
        Ok(user.id)
    }
}
