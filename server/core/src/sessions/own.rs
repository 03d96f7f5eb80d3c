//! What a user does with their own sessions.

use drover_types::audit::{Action, ObjectKind};
use drover_types::session::{CurrentUser, SessionRow};
use drover_types::text::Problem;
use uuid::Uuid;

use super::service::Sessions;
use crate::audit::{self, Entry};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::store::{sessions, users};

impl Sessions {
    /// Keeps the session that asks alive, which counts as a sign-in, and tells whose it is, as they stand now.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], also where the user has gone.
    pub async fn refresh(&self, ctx: &OpContext) -> Result<CurrentUser> {
        let user = ctx.signed_in()?.id;
        if let Some(session) = ctx.session_id() {
            let mut tx = self.db.begin().await?;
            let now = self.clock.now();
            sessions::touch(&mut tx, session, &ctx.address, now).await?;
            users::stayed(&mut tx, user, now).await?;
            tx.commit().await?;
            // Read anew with what was just written.
            self.cache.forget_user(user);
        }
        let record = users::find(&self.db, user).await?.ok_or(Error::NotSignedIn)?;
        Ok(record.user)
    }

    /// Ends the session that asks.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn sign_out(&self, ctx: &OpContext) -> Result<()> {
        ctx.signed_in()?;
        let Some(session) = ctx.session_id() else {
            return Ok(());
        };
        self.end(ctx, session, Action::SignOut).await?;
        Ok(())
    }

    /// Ends all of the user's sessions, or all but the one that asks, and tells how many.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or [`Error::SessionNeeded`] where a token asks.
    pub async fn sign_out_everywhere(&self, ctx: &OpContext, keep_this: bool) -> Result<u64> {
        let actor = ctx.by_session()?;
        let user = actor.id;
        let keep = ctx.session_id().filter(|_| keep_this);
        let mut write = self.events.begin().await?;
        let ended = sessions::delete_all(&mut write.tx, user, keep).await?;
        let entry = Entry::done(Action::EndSessions, ObjectKind::User, &actor.username);
        audit::record(&mut write.tx, actor.into(), &entry, self.clock.now()).await?;
        write.changed(Change::UserChanged { user });
        write.commit().await?;
        self.cache.forget_user(user);
        Ok(ended)
    }

    /// The user's open sessions, the last used first.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn list(&self, ctx: &OpContext) -> Result<Vec<SessionRow>> {
        let user = ctx.signed_in()?.id;
        let (opened_after, used_after) = self.limits.since(self.clock.now());
        let current = ctx.session_id();
        let rows = sessions::list(&self.db, user, opened_after, used_after).await?;
        Ok(rows.into_iter().map(|session| session.row(current)).collect())
    }

    /// Ends one of the user's sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is no session of theirs.
    pub async fn revoke(&self, ctx: &OpContext, id: Uuid) -> Result<()> {
        if self.end(ctx, id, Action::EndSessions).await? {
            Ok(())
        } else {
            Err(Error::NotFound(Problem::NotFound))
        }
    }

    async fn end(&self, ctx: &OpContext, session: Uuid, action: Action) -> Result<bool> {
        let actor = ctx.by_session()?;
        let user = actor.id;
        let mut write = self.events.begin().await?;
        let ended = sessions::delete(&mut write.tx, user, session).await?;
        if ended {
            let entry = Entry::done(action, ObjectKind::User, &actor.username);
            audit::record(&mut write.tx, actor.into(), &entry, self.clock.now()).await?;
            write.changed(Change::UserChanged { user });
            write.commit().await?;
            self.cache.forget_user(user);
        }
        Ok(ended)
    }
}
