//! Signing in. One answer for everything that does not fit, after the same work.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use drover_types::audit::{Action, ObjectKind};
use drover_types::session::CurrentUser;
use drover_types::text::{Note, Problem};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::service::Sessions;
use super::token;
use crate::audit::{self, Entry, Who};
use crate::context::Origin;
use crate::error::{Error, Result};
use crate::store::sessions::SessionInsert;
use crate::store::{sessions, users};
use crate::throttle::Key;

/// Browsers' names are cut here.
const LONGEST_USER_AGENT: usize = 256;
/// And names that nobody has, in the audit.
const LONGEST_NAME: usize = 128;

/// Who wants to sign in, and from where.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The name.
    pub username: String,
    /// The password.
    pub password: SecretString,
    /// The address that the request came from.
    pub address: String,
    /// The browser, as it names itself.
    pub user_agent: String,
    /// The request.
    pub request_id: Uuid,
}

/// A session that was just opened.
#[derive(Debug)]
pub struct SignedIn {
    /// The secret for the cookie. It is told here and never again.
    pub token: SecretString,
    /// The session.
    pub session: Uuid,
    /// Whose it is.
    pub user: CurrentUser,
    /// When it ends, however much it is used.
    pub expires: DateTime<Utc>,
}

impl Sessions {
    /// Opens a session for whoever knows the password.
    ///
    /// # Errors
    /// [`Error::SignInFailed`] whatever it is that does not fit, [`Error::Invalid`] for an empty field,
    /// [`Error::RateLimited`] after several failures.
    pub async fn sign_in(&self, given: &Credentials) -> Result<SignedIn> {
        let username = given.username.trim();
        let mut fields = BTreeMap::new();
        for (name, empty) in [
            ("username", username.is_empty()),
            ("password", given.password.expose_secret().is_empty()),
        ] {
            if empty {
                fields.insert(name.to_owned(), Problem::Required);
            }
        }
        if !fields.is_empty() {
            return Err(Error::Invalid(fields));
        }

        let keys = [Key::account(username), Key::address(&given.address)];
        self.throttle.check(&keys)?;
        // Once more with the turn in hand: of many attempts at once only so many get by before the first ones
        // are counted.
        let slot = self.passwords.slot().await?;
        self.throttle.check(&keys)?;
        let record = users::find_by_name(&self.db, username).await?;
        let hash = record.as_ref().map(|record| record.password_hash.as_str());
        let matches = self.passwords.verify_in(slot, &given.password, hash).await?;
        let user_id = record.as_ref().map(|record| record.user.id);
        let session = match record {
            Some(record) if matches && record.user.is_active => {
                self.open(given, record.user, &record.password_hash).await?
            }
            _ => None,
        };
        let Some(session) = session else {
            self.throttle.failed(&keys);
            self.note_refusal(given, user_id).await?;
            tracing::warn!(request_id = %given.request_id, address = given.address, "sign-in failed");
            return Err(Error::SignInFailed);
        };
        self.throttle.succeeded(&keys[0]);
        tracing::info!(
            request_id = %given.request_id,
            address = given.address,
            user = session.user.id,
            "signed in"
        );
        Ok(session)
    }

    /// Writes down that somebody was refused. The same work whether or not there is such a user.
    async fn note_refusal(&self, given: &Credentials, user_id: Option<i64>) -> Result<()> {
        let name: String = given.username.trim().chars().take(LONGEST_NAME).collect();
        let origin = Origin {
            address: given.address.clone(),
            ..Origin::default()
        };
        let who = Who {
            user_id,
            username: &name,
            origin: &origin,
        };
        let entry = Entry::refused(Action::SignIn, ObjectKind::User, &name);
        let mut tx = self.db.begin().await?;
        audit::record(&mut tx, who, &entry, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Opens the session; `None` where password or account changed while the password was checked.
    async fn open(
        &self,
        given: &Credentials,
        mut user: CurrentUser,
        password_hash: &str,
    ) -> Result<Option<SignedIn>> {
        let now = self.clock.now();
        let token = token::new();
        let user_agent: String = given.user_agent.chars().take(LONGEST_USER_AGENT).collect();
        let insert = SessionInsert {
            id: Uuid::now_v7(),
            token_hash: token::hash(&token),
            user_id: user.id,
            address: &given.address,
            user_agent: &user_agent,
            at: now,
        };
        let mut write = self.events.begin().await?;
        if !users::signed_in(&mut write.tx, user.id, password_hash, now).await? {
            return Ok(None);
        }
        sessions::insert(&mut write.tx, &insert).await?;
        let origin = Origin {
            session: Some(insert.id),
            token: None,
            address: given.address.clone(),
        };
        let who = Who {
            user_id: Some(user.id),
            username: &user.username,
            origin: &origin,
        };
        let entry = Entry::done(Action::SignIn, ObjectKind::User, &user.username);
        audit::record(&mut write.tx, who, &entry, now).await?;
        let note = Note::SignedIn {
            address: given.address.clone(),
        };
        self.notifications
            .create(&mut write, Some(user.id), &note, None)
            .await?;
        write.commit().await?;
        user.last_login = Some(now);
        Ok(Some(SignedIn {
            token,
            session: insert.id,
            user,
            expires: now + self.limits.absolute,
        }))
    }
}
