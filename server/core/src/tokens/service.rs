//! What a user does with their own tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;
use drover_types::audit::{Action, ObjectKind};
use drover_types::permission::Permission;
use drover_types::scope::Scope;
use drover_types::text::Problem;
use drover_types::token::{CreateToken, NewToken, TokenRow};
use drover_types::user::read_permissions;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::authenticate::KnownToken;
use crate::audit::{self, Entry, changed};
use crate::clock::Clock;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::{Change, Events};
use crate::sessions::{Cache, token};
use crate::store::Db;
use crate::store::tokens::{self, TokenInsert};
use crate::throttle::Throttle;

/// How long a name may be.
const LONGEST_NAME: u32 = 100;
/// The latest end that can be chosen, in days: ten years.
const LONGEST_DAYS: u32 = 3650;

/// The tokens. Cheap to clone; the clones share their cache.
#[derive(Clone)]
pub struct Tokens {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) events: Events,
    pub(super) throttle: Throttle,
    pub(super) cache: Arc<Cache<KnownToken>>,
}

impl Tokens {
    /// The tokens of a database.
    pub fn new(db: Db, clock: Clock, events: Events) -> Self {
        let cache = Arc::new(Cache::new(&events));
        let throttle = Throttle::new(clock.clone());
        Self {
            db,
            clock,
            events,
            throttle,
            cache,
        }
    }

    /// The user's tokens, the newest first; revoked ones are not among them.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn list(&self, ctx: &OpContext) -> Result<Vec<TokenRow>> {
        let user = ctx.signed_in()?.id;
        let now = self.clock.now();
        let found = tokens::list(&self.db, user).await?;
        Ok(found.into_iter().map(|token| token.row(now)).collect())
    }

    /// Makes a token, and tells it once.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Denied`] where it is to hold what its owner does not;
    /// [`Error::SessionNeeded`] where a token asks.
    pub async fn create(&self, ctx: &OpContext, new: &CreateToken) -> Result<NewToken> {
        let actor = owner(ctx)?;
        let (permissions, scope) = check(actor, new)?;
        let now = self.clock.now();
        let secret = token::new_for_api();
        let insert = TokenInsert {
            id: Uuid::now_v7(),
            token_hash: token::hash(&secret),
            user_id: actor.id,
            name: new.name.trim(),
            permissions: &permissions,
            scope: &scope,
            at: now,
            expires_at: new.days.map(|days| now + TimeDelta::days(days.into())),
        };
        let mut write = self.events.begin().await?;
        tokens::insert(&mut write.tx, &insert).await?;
        let mut entry = Entry::done(Action::CreateToken, ObjectKind::Token, insert.name);
        changed(&mut entry.changes, "permissions", None, Some(&permissions));
        if !scope.is_everything() {
            changed(&mut entry.changes, "scope", None, Some(&scope.written()));
        }
        changed(&mut entry.changes, "expires_at", None, insert.expires_at.as_ref());
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.commit().await?;
        Ok(NewToken {
            row: TokenRow {
                id: insert.id,
                name: insert.name.to_owned(),
                permissions: permissions.clone(),
                scope: scope.rules(),
                created_at: now,
                expires_at: insert.expires_at,
                last_used_at: None,
                last_address: String::new(),
                is_expired: false,
            },
            token: secret.expose_secret().to_owned(),
        })
    }

    /// Revokes one of the user's tokens; it is refused from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is no token of theirs; [`Error::SessionNeeded`] where a token asks.
    pub async fn revoke(&self, ctx: &OpContext, id: Uuid) -> Result<()> {
        let actor = owner(ctx)?;
        let now = self.clock.now();
        let mut write = self.events.begin().await?;
        let Some(name) = tokens::revoke(&mut write.tx, actor.id, id, now).await? else {
            return Err(Error::NotFound(Problem::NotFound));
        };
        let entry = Entry::done(Action::RevokeToken, ObjectKind::Token, &name);
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::UserChanged { user: actor.id });
        write.commit().await?;
        self.cache.forget_user(actor.id);
        Ok(())
    }
}

/// What the token is to hold and for which servers, where all that is asked for is in order. Which servers its owner
/// reaches is asked again with every use.
fn check(actor: &Actor, new: &CreateToken) -> Result<(BTreeSet<Permission>, Scope)> {
    let mut fields = BTreeMap::new();
    let name = new.name.trim();
    if name.is_empty() {
        fields.insert("name".to_owned(), Problem::Required);
    } else if name.chars().count() > LONGEST_NAME as usize {
        fields.insert("name".to_owned(), Problem::TooLong { max: LONGEST_NAME });
    }
    if new.days.is_some_and(|days| days == 0 || days > LONGEST_DAYS) {
        let (min, max) = (1, LONGEST_DAYS.into());
        fields.insert("days".to_owned(), Problem::OutOfRange { min, max });
    }
    let permissions = match new.permissions.as_deref().map(read_permissions).transpose() {
        Ok(named) => named.unwrap_or_else(|| actor.grants.effective().into_iter().collect()),
        Err(problem) => {
            fields.insert("permissions".to_owned(), problem);
            BTreeSet::new()
        }
    };
    let scope = Scope::read(&new.scope).unwrap_or_else(|problem| {
        fields.insert("scope".to_owned(), problem);
        Scope::EVERYTHING
    });
    if !fields.is_empty() {
        return Err(Error::Invalid(fields));
    }
    match permissions
        .iter()
        .find(|permission| !actor.grants.allow(**permission))
    {
        Some(permission) => Err(Error::Denied(*permission)),
        None => Ok((permissions, scope)),
    }
}

/// Who asks, by a session: a token makes and revokes no tokens.
fn owner(ctx: &OpContext) -> Result<&Actor> {
    let actor = ctx.by_session()?;
    if actor.must_change_password {
        return Err(Error::PasswordMustChange);
    }
    Ok(actor)
}
