//! Who a request's token belongs to.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::audit::{Action, ObjectKind};
use drover_types::permission::{Grants, Permission, UserRole};
use drover_types::scope::Scope;
use drover_types::session::CurrentUser;
use secrecy::SecretString;
use uuid::Uuid;

use super::service::Tokens;
use crate::audit::{self, Entry, Who};
use crate::context::{Actor, OpContext, Origin};
use crate::error::{Error, Result};
use crate::sessions::{OfUser, token};
use crate::store::sessions::TokenHash;
use crate::store::tokens::{self, TokenRecord};
use crate::store::users;
use crate::throttle::Key;

/// How long what is cached is believed, and how often the last use is written down at most.
const RECHECK: TimeDelta = TimeDelta::minutes(1);

/// A token that was found good in the database.
#[derive(Debug, Clone)]
pub struct KnownToken {
    id: Uuid,
    user: CurrentUser,
    permissions: BTreeSet<Permission>,
    scope: Scope,
    expires_at: Option<DateTime<Utc>>,
    checked_at: DateTime<Utc>,
}

impl OfUser for KnownToken {
    fn user_id(&self) -> i64 {
        self.user.id
    }
}

/// Who is behind a token.
#[derive(Debug, Clone)]
pub struct TokenUser {
    token: Uuid,
    /// The owner, with what the token may do.
    pub user: CurrentUser,
}

impl TokenUser {
    /// The context of a request with this token.
    pub fn context(&self, request_id: Uuid, address: String) -> OpContext {
        let actor = Actor {
            id: self.user.id,
            username: self.user.username.clone(),
            grants: self.user.grants.clone(),
            must_change_password: self.user.must_change_password,
            origin: Origin::default(),
        };
        OpContext::token(actor, self.token, request_id, address)
    }
}

impl Tokens {
    /// Who is behind `secret`.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] where there is no such token, or it is revoked or expired, or its owner disabled;
    /// [`Error::RateLimited`] after several of those from one address.
    pub async fn authenticate(&self, secret: &SecretString, address: &str) -> Result<TokenUser> {
        let hash = token::hash(secret);
        let now = self.clock.now();
        let (cached, generation) = self.cache.get(&hash);
        if let Some(known) = cached
            && now - known.checked_at < RECHECK
            && known.expires_at.is_none_or(|end| now < end)
        {
            return Ok(answer(known));
        }
        let keys = [Key::address(address)];
        self.throttle.check(&keys)?;
        let Some(known) = self.look_up(&hash, address).await? else {
            self.cache.forget(&hash);
            self.throttle.failed(&keys);
            tracing::warn!(address, "an API token was refused");
            return Err(Error::NotSignedIn);
        };
        self.cache.put(hash, known.clone(), generation);
        Ok(answer(known))
    }

    async fn look_up(&self, hash: &TokenHash, address: &str) -> Result<Option<KnownToken>> {
        let now = self.clock.now();
        let Some(stored) = tokens::find(&self.db, hash).await? else {
            return Ok(None);
        };
        let owner = users::find(&self.db, stored.user_id).await?;
        let Some(owner) = owner.map(|found| found.user) else {
            return Ok(None);
        };
        if !stored.is_good(now) || !owner.is_active {
            self.note_refusal(&stored, &owner, address).await?;
            return Ok(None);
        }
        if stored.last_used_at.is_none_or(|used| now - used >= RECHECK) {
            let mut tx = self.db.begin().await?;
            tokens::touch(&mut tx, stored.id, address, now).await?;
            tx.commit().await?;
        }
        Ok(Some(KnownToken {
            id: stored.id,
            permissions: stored.permissions,
            scope: stored.scope,
            expires_at: stored.expires_at,
            user: owner,
            checked_at: now,
        }))
    }

    /// Writes down that a token was used that is none any more.
    async fn note_refusal(&self, stored: &TokenRecord, owner: &CurrentUser, address: &str) -> Result<()> {
        let origin = Origin {
            session: None,
            token: Some(stored.id),
            address: address.to_owned(),
        };
        let who = Who {
            user_id: Some(owner.id),
            username: &owner.username,
            origin: &origin,
        };
        let entry = Entry::refused(Action::UseToken, ObjectKind::Token, &stored.name);
        let mut tx = self.db.begin().await?;
        audit::record(&mut tx, who, &entry, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// The owner with what the token may do: never more than the owner holds now, and never the role.
fn answer(known: KnownToken) -> TokenUser {
    let held = known.user.usable_grants();
    let permissions = known.permissions.into_iter().filter(|one| held.allow(*one));
    let grants = Grants {
        role: UserRole::Viewer,
        permissions: permissions.collect(),
        scope: known.scope.and(held.reach()),
    };
    TokenUser {
        token: known.id,
        user: CurrentUser { grants, ..known.user },
    }
}
