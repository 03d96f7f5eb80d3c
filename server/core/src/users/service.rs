//! The service. Sessions are another one; here they only end with a password.

use std::collections::BTreeMap;

use drover_types::audit::{Action, ObjectKind};
use drover_types::permission::UserRole;
use drover_types::session::CurrentUser;
use drover_types::text::{Note, Problem};
use secrecy::{ExposeSecret, SecretString};

use crate::audit::{self, Entry};
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::{Change, Events};
use crate::notifications::Notifications;
use crate::passwords::{self, Passwords};
use crate::sessions::SessionLimits;
use crate::store::users::UserInsert;
use crate::store::{Db, Unique, sessions, users, violated};
use crate::throttle::{Key, Throttle};

/// The name of the first user.
const ADMIN: &str = "admin";

/// The users. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) events: Events,
    pub(super) notifications: Notifications,
    pub(super) passwords: Passwords,
    pub(super) limits: SessionLimits,
    throttle: Throttle,
}

/// How the first start went.
#[derive(Debug)]
pub enum FirstAdmin {
    /// It was not the first: there are users.
    NotFirst,
    /// `admin` has the password that was given.
    Given,
    /// `admin` has this password. It is told here and never again.
    Generated(SecretString),
}

impl Users {
    /// The users of a database; of their sessions those are open that `limits` lets stand.
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        notifications: Notifications,
        passwords: Passwords,
        limits: SessionLimits,
    ) -> Self {
        let throttle = Throttle::new(clock.clone());
        Self {
            db,
            clock,
            events,
            notifications,
            passwords,
            limits,
            throttle,
        }
    }

    /// Adds the administrator `admin` where there is no user yet, with the password `given` or a new one.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `given` breaks the rule for passwords.
    pub async fn ensure_admin(&self, given: Option<&SecretString>) -> Result<FirstAdmin> {
        let mut tx = self.db.begin().await?;
        let any = users::any(&mut tx).await?;
        drop(tx);
        if any {
            return Ok(FirstAdmin::NotFirst);
        }
        let (password, first) = if let Some(given) = given {
            self.passwords
                .rule
                .check(given, ADMIN)
                .map_err(|problem| Error::field("DROVER_ADMIN_PASSWORD", problem))?;
            (given.clone(), FirstAdmin::Given)
        } else {
            let password = passwords::generate();
            (password.clone(), FirstAdmin::Generated(password))
        };
        let password_hash = self.passwords.hash(&password).await?;
        let insert = UserInsert {
            username: ADMIN,
            password_hash: &password_hash,
            role: UserRole::Admin,
            permissions: UserRole::Admin.defaults(),
            at: self.clock.now(),
        };
        let mut tx = self.db.begin().await?;
        match users::insert(&mut tx, &insert).await {
            Ok(_) => {
                tx.commit().await?;
                Ok(first)
            }
            // Another replica started at the same time and was first.
            Err(error) if violated(&error) == Some(Unique::Username) => Ok(FirstAdmin::NotFirst),
            Err(error) => Err(error.into()),
        }
    }

    /// Who asks, as they stand now.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], also where the user has gone.
    pub async fn current(&self, ctx: &OpContext) -> Result<CurrentUser> {
        let id = ctx.signed_in()?.id;
        let record = users::find(&self.db, id).await?.ok_or(Error::NotSignedIn)?;
        Ok(record.user)
    }

    /// Changes the password of who asks, and ends their other sessions.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `current_password`, `new_password` or `confirm_password`;
    /// [`Error::RateLimited`] after several wrong ones; [`Error::SessionNeeded`] where a token asks.
    pub async fn change_password(
        &self,
        ctx: &OpContext,
        current: &SecretString,
        new: &SecretString,
        confirm: &SecretString,
    ) -> Result<()> {
        let actor = ctx.by_session()?;
        self.check_change(&actor.username, current, new, confirm)?;
        let record = users::find(&self.db, actor.id).await?.ok_or(Error::NotSignedIn)?;

        // Whoever came upon an open session must not find out the password by trying here.
        let key = [Key::Proof(actor.id)];
        let wrong = || Error::field("current_password", Problem::WrongPassword);
        let slot = self.passwords.slot().await?;
        self.throttle.check(&key)?;
        let old_hash = record.password_hash.as_str();
        if !self.passwords.verify_in(slot, current, Some(old_hash)).await? {
            self.throttle.failed(&key);
            let mut write = self.events.begin().await?;
            let refused = Entry::refused(Action::ChangePassword, ObjectKind::User, &actor.username);
            audit::record(&mut write.tx, actor.into(), &refused, self.clock.now()).await?;
            write.commit().await?;
            return Err(wrong());
        }
        self.throttle.succeeded(&key[0]);

        let new_hash = self.passwords.hash(new).await?;
        let now = self.clock.now();
        let mut write = self.events.begin().await?;
        if !users::set_password(&mut write.tx, actor.id, old_hash, &new_hash, now).await? {
            return Err(wrong());
        }
        sessions::delete_all(&mut write.tx, actor.id, ctx.session_id()).await?;
        let entry = Entry::done(Action::ChangePassword, ObjectKind::User, &actor.username);
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::UserChanged { user: actor.id });
        self.notifications
            .create(&mut write, Some(actor.id), &Note::PasswordChanged, None)
            .await?;
        write.commit().await?;
        tracing::info!(request_id = %ctx.request_id, user = actor.id, "password changed");
        Ok(())
    }

    /// What can be seen to be wrong without hashing anything.
    fn check_change(
        &self,
        username: &str,
        current: &SecretString,
        new: &SecretString,
        confirm: &SecretString,
    ) -> Result<()> {
        let mut fields = BTreeMap::new();
        for (name, value) in [
            ("current_password", current),
            ("new_password", new),
            ("confirm_password", confirm),
        ] {
            if value.expose_secret().is_empty() {
                fields.insert(name.to_owned(), Problem::Required);
            }
        }
        if !fields.contains_key("new_password")
            && let Err(problem) = self.passwords.rule.check(new, username)
        {
            fields.insert("new_password".to_owned(), problem);
        }
        if !fields.contains_key("confirm_password") && new.expose_secret() != confirm.expose_secret() {
            fields.insert("confirm_password".to_owned(), Problem::PasswordsDiffer);
        }
        if fields.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(fields))
        }
    }
}
