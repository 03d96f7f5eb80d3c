//! Who a request comes from.

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::session::CurrentUser;
use secrecy::SecretString;
use uuid::Uuid;

use super::cache::Known;
use super::service::Sessions;
use super::token;
use crate::context::{Actor, OpContext, Origin};
use crate::error::Result;
use crate::store::sessions::TokenHash;
use crate::store::{sessions, users};

/// How long what is cached is believed, and how often the last use is written down at most.
const RECHECK: TimeDelta = TimeDelta::minutes(1);

/// What kind of sign of life a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Something that a person did: it keeps the session alive.
    Request,
    /// A stream, or a page that asks by itself: it does not.
    Passive,
}

/// Who is behind a token.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who acts, for an [`OpContext`].
    pub actor: Actor,
    /// The session.
    pub session: Uuid,
    /// The user, as pages show them.
    pub user: CurrentUser,
    /// When the session ends if nothing more is done.
    pub expires: DateTime<Utc>,
}

impl Authenticated {
    /// The context of a request of this session.
    pub fn context(&self, request_id: Uuid, address: String) -> OpContext {
        OpContext::session(self.actor.clone(), self.session, request_id, address)
    }
}

impl Sessions {
    /// Who is behind `token`; `None` where the session has ended or there never was one.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn authenticate(
        &self,
        token: &SecretString,
        address: &str,
        activity: Activity,
    ) -> Result<Option<Authenticated>> {
        let token = token::hash(token);
        let now = self.clock.now();
        let (cached, generation) = self.cache.get(&token);
        if let Some(mut known) = cached.clone()
            && now - known.checked_at < RECHECK
            && now < self.limits.end(known.created_at, known.last_used_at)
        {
            if activity == Activity::Request {
                known.last_used_at = now;
                self.cache.used(&token, now);
            }
            return Ok(Some(self.answer(known)));
        }
        let Some(known) = self.look_up(&token, cached, address, activity).await? else {
            self.cache.forget(&token);
            return Ok(None);
        };
        self.cache.put(token, known.clone(), generation);
        Ok(Some(self.answer(known)))
    }

    /// Reads session and user, and writes down what the cache alone knew of its use.
    async fn look_up(
        &self,
        token: &TokenHash,
        cached: Option<Known>,
        address: &str,
        activity: Activity,
    ) -> Result<Option<Known>> {
        let now = self.clock.now();
        let Some(stored) = sessions::find(&self.db, token).await? else {
            return Ok(None);
        };
        let mut last_used_at = cached.map_or(stored.last_used_at, |known| {
            known.last_used_at.max(stored.last_used_at)
        });
        if now >= self.limits.end(stored.created_at, last_used_at) {
            return Ok(None);
        }
        let Some(record) = users::find(&self.db, stored.user_id).await? else {
            return Ok(None);
        };
        if !record.user.is_active {
            return Ok(None);
        }
        if activity == Activity::Request {
            last_used_at = now;
        }
        if last_used_at - stored.last_used_at >= RECHECK {
            let mut tx = self.db.begin().await?;
            sessions::touch(&mut tx, stored.id, address, last_used_at).await?;
            tx.commit().await?;
        }
        Ok(Some(Known {
            session: stored.id,
            user: record.user,
            created_at: stored.created_at,
            last_used_at,
            checked_at: now,
        }))
    }

    fn answer(&self, known: Known) -> Authenticated {
        Authenticated {
            actor: Actor {
                id: known.user.id,
                username: known.user.username.clone(),
                grants: known.user.usable_grants(),
                must_change_password: known.user.must_change_password,
                origin: Origin::default(),
            },
            session: known.session,
            expires: self.limits.end(known.created_at, known.last_used_at),
            user: known.user,
        }
    }
}
