//! What is done to other users. Who may do it to whom is decided in the transaction that does it, with what both
//! hold then: two administrators who demote each other at once leave one.

use std::collections::BTreeMap;

use drover_types::audit::{Action, ObjectKind};
use drover_types::permission::{Grants, Permission, UserRole};
use drover_types::scope::Scope;
use drover_types::session::CurrentUser;
use drover_types::text::{Changed, Note, Problem};
use drover_types::user::{ChangeUser, CreateUser, UserWithPassword, read_permissions, read_role};
use secrecy::{ExposeSecret, SecretString};

use super::rules;
use super::service::Users;
use crate::audit::{self, Entry, user_changes};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::{Change, Write};
use crate::passwords;
use crate::store::users::change::{self, Account};
use crate::store::users::{self, UserInsert, UserRecord};
use crate::store::{Unique, sessions, violated};

impl Users {
    /// Every user, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `manage_users`.
    pub async fn list(&self, ctx: &OpContext) -> Result<Vec<CurrentUser>> {
        ctx.require(Permission::ManageUsers)?;
        change::list(&self.db).await
    }

    /// One user.
    ///
    /// # Errors
    /// [`Error::Denied`] without `manage_users`, [`Error::NotFound`].
    pub async fn get(&self, ctx: &OpContext, username: &str) -> Result<CurrentUser> {
        ctx.require(Permission::ManageUsers)?;
        let found = users::find_by_name(&self.db, username).await?;
        found.map(|found| found.user).ok_or_else(|| missing(username))
    }

    /// Makes a user, with the password `given` or one that is told once and must be changed.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Denied`] without `manage_users`, or where more is granted than the actor holds.
    pub async fn create(
        &self,
        ctx: &OpContext,
        new: &CreateUser,
        given: Option<&SecretString>,
    ) -> Result<UserWithPassword> {
        ctx.require(Permission::ManageUsers)?;
        let mut fields = BTreeMap::new();
        let mut check = |field: &str, checked: Result<(), Problem>| {
            if let Err(problem) = checked {
                fields.insert(field.to_owned(), problem);
            }
        };
        check("username", rules::username(&new.username));
        check("name", rules::name(&new.name));
        check("email", rules::email(&new.email));
        let role = match new.role.as_str() {
            "" => Ok(UserRole::Developer),
            name => read_role(name),
        };
        check("role", role.as_ref().map(drop).map_err(Clone::clone));
        let named = new.permissions.as_deref().map(read_permissions).transpose();
        check("permissions", named.as_ref().map(drop).map_err(Clone::clone));
        let scope = Scope::read(&new.scope);
        check("scope", scope.as_ref().map(drop).map_err(Clone::clone));
        if let Some(given) = given {
            let checked = self.passwords.rule.check(given, &new.username);
            let empty = given.expose_secret().is_empty();
            check("password", if empty { Err(Problem::Required) } else { checked });
        }
        let (true, Ok(role), Ok(named), Ok(scope)) = (fields.is_empty(), role, named, scope) else {
            return Err(Error::Invalid(fields));
        };
        let grants = Grants {
            role,
            permissions: named.unwrap_or_else(|| role.defaults().iter().copied().collect()),
            scope,
        };
        may_be_limited(role, &grants.scope)?;
        rules::covers(&ctx.signed_in()?.grants, &grants)?;
        let generated = given.is_none().then(passwords::generate);
        let password = given.or(generated.as_ref()).cloned().unwrap_or_default();
        let hash = self.passwords.hash(&password).await?;

        let (mut write, actor) = self.begin(ctx, Permission::ManageUsers).await?;
        rules::covers(&actor, &grants)?;
        let taken = || {
            let name = new.username.clone();
            Error::field("username", Problem::NameTaken { name })
        };
        if change::is_taken(&mut write.tx, &new.username).await? {
            return Err(taken());
        }
        let now = self.clock.now();
        let insert = UserInsert {
            username: &new.username,
            password_hash: &hash,
            role,
            permissions: &[],
            at: now,
        };
        let id = match users::insert(&mut write.tx, &insert).await {
            Err(error) if violated(&error) == Some(Unique::Username) => return Err(taken()),
            inserted => inserted?,
        };
        let account = Account {
            name: &new.name,
            email: &new.email,
            role,
            is_active: true,
        };
        change::set_account(&mut write.tx, id, &account, now).await?;
        change::set_grants(&mut write.tx, id, &grants.permissions, &grants.scope).await?;
        if generated.is_some() {
            change::reset_password(&mut write.tx, id, &hash, true, now).await?;
        }
        let user = as_it_is(&mut write, id).await?;
        let entry = of_user(Action::CreateUser, &user.username);
        let entry = entry.changing(user_changes(None, Some(&user)));
        self.record(ctx, &mut write, &entry).await?;
        self.tell_administrators(ctx, &mut write, (id, &user.username), Changed::Made)
            .await?;
        write.changed(Change::UserChanged { user: id });
        write.commit().await?;
        tracing::info!(request_id = %ctx.request_id, user = id, "user created");
        Ok(UserWithPassword {
            user,
            password: generated.map(|password| password.expose_secret().to_owned()),
        })
    }

    /// Changes a user. What of it takes effect does so at once, on open sessions too; a disabled user's end.
    ///
    /// # Errors
    /// [`Error::Invalid`], also for the last administrator and for oneself; [`Error::Denied`] without
    /// `manage_users`, without `manage_roles` for role, permissions and scope, or where the user holds more or is to hold
    /// more than the actor; [`Error::NotFound`].
    pub async fn update(&self, ctx: &OpContext, username: &str, asked: &ChangeUser) -> Result<CurrentUser> {
        let regrants = asked.role.is_some() || asked.permissions.is_some() || asked.scope.is_some();
        let edits = asked.name.is_some() || asked.email.is_some() || asked.is_active.is_some();
        if regrants {
            ctx.require(Permission::ManageRoles)?;
        }
        if edits || !regrants {
            ctx.require(Permission::ManageUsers)?;
        }
        let field = |name: &str| {
            let name = name.to_owned();
            move |problem| Error::field(name, problem)
        };
        let role = asked.role.as_deref().map(read_role).transpose();
        let role = role.map_err(field("role"))?;
        let permissions = asked.permissions.as_deref().map(read_permissions).transpose();
        let permissions = permissions.map_err(field("permissions"))?;
        let scope = asked.scope.as_deref().map(Scope::read).transpose();
        let scope = scope.map_err(field("scope"))?;
        rules::name(asked.name.as_deref().unwrap_or_default()).map_err(field("name"))?;
        rules::email(asked.email.as_deref().unwrap_or_default()).map_err(field("email"))?;

        let needed = if regrants {
            Permission::ManageRoles
        } else {
            Permission::ManageUsers
        };
        let (mut write, actor) = self.begin(ctx, needed).await?;
        let before = target(ctx, &mut write, &actor, username).await?.user;
        let mut after = before.clone();
        if let Some(role) = role {
            after.grants = before.grants.in_role(role);
        }
        if let Some(permissions) = permissions {
            after.grants.permissions = permissions;
        }
        if let Some(scope) = scope {
            may_be_limited(after.grants.role, &scope)?;
            after.grants.scope = scope;
        }
        after.is_active = asked.is_active.unwrap_or(before.is_active);
        after.name = asked.name.clone().unwrap_or_else(|| before.name.clone());
        after.email = asked.email.clone().unwrap_or_else(|| before.email.clone());
        rules::covers(&actor, &after.grants)?;
        let demoted = before.grants.role == UserRole::Admin && after.grants.role != UserRole::Admin;
        let disabled = before.is_active && !after.is_active;
        if demoted || disabled {
            let named = if demoted { "role" } else { "is_active" };
            may_lose(ctx, &mut write, &before, named).await?;
        }
        if before == after {
            return Ok(after);
        }
        let now = self.clock.now();
        let account = Account {
            name: &after.name,
            email: &after.email,
            role: after.grants.role,
            is_active: after.is_active,
        };
        change::set_account(&mut write.tx, before.id, &account, now).await?;
        if before.grants != after.grants {
            let Grants {
                permissions, scope, ..
            } = &after.grants;
            change::set_grants(&mut write.tx, before.id, permissions, scope).await?;
            let note = Note::PermissionsChanged {
                by: ctx.signed_in()?.username.clone(),
            };
            if ctx.signed_in()?.id != before.id {
                self.notifications
                    .create(&mut write, Some(before.id), &note, None)
                    .await?;
            }
        }
        if disabled {
            sessions::delete_all(&mut write.tx, before.id, None).await?;
        }
        let entry = of_user(Action::ChangeUser, username).changing(user_changes(Some(&before), Some(&after)));
        self.record(ctx, &mut write, &entry).await?;
        self.tell_administrators(ctx, &mut write, (before.id, username), Changed::Changed)
            .await?;
        write.changed(Change::UserChanged { user: before.id });
        write.commit().await?;
        tracing::info!(request_id = %ctx.request_id, user = before.id, "user changed");
        Ok(after)
    }

    /// Gives a user another password: the one `given`, or one that is told once and must be changed. All their
    /// sessions end, but the one that asks.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `new_password`; [`Error::Denied`] without `manage_users`, or where the user holds more
    /// than the actor; [`Error::NotFound`].
    pub async fn reset_password(
        &self,
        ctx: &OpContext,
        username: &str,
        given: Option<&SecretString>,
    ) -> Result<UserWithPassword> {
        ctx.require(Permission::ManageUsers)?;
        if let Some(given) = given {
            let checked = self.passwords.rule.check(given, username);
            checked.map_err(|problem| Error::field("new_password", problem))?;
        }
        let generated = given.is_none().then(passwords::generate);
        let password = given.or(generated.as_ref()).cloned().unwrap_or_default();
        // Before the transaction: nobody waits for a hash.
        self.get(ctx, username).await?;
        let hash = self.passwords.hash(&password).await?;

        let (mut write, actor) = self.begin(ctx, Permission::ManageUsers).await?;
        let user = target(ctx, &mut write, &actor, username).await?.user;
        let (id, now) = (user.id, self.clock.now());
        change::reset_password(&mut write.tx, id, &hash, generated.is_some(), now).await?;
        let asks = ctx.signed_in()?;
        let keep = ctx.session_id().filter(|_| asks.id == id);
        sessions::delete_all(&mut write.tx, id, keep).await?;
        let note = Note::PasswordReset {
            by: asks.username.clone(),
        };
        self.notifications
            .create(&mut write, Some(id), &note, None)
            .await?;
        let user = as_it_is(&mut write, id).await?;
        self.record(ctx, &mut write, &of_user(Action::ResetPassword, username))
            .await?;
        write.changed(Change::UserChanged { user: id });
        write.commit().await?;
        tracing::info!(request_id = %ctx.request_id, user = id, "password reset");
        Ok(UserWithPassword {
            user,
            password: generated.map(|password| password.expose_secret().to_owned()),
        })
    }

    /// Removes a user with their sessions, permissions and notifications. What they did keeps their name.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an administrator and for oneself; [`Error::Denied`] without `manage_users`, or where
    /// the user holds more than the actor; [`Error::NotFound`].
    pub async fn delete(&self, ctx: &OpContext, username: &str) -> Result<()> {
        let (mut write, actor) = self.begin(ctx, Permission::ManageUsers).await?;
        let user = target(ctx, &mut write, &actor, username).await?.user;
        may_lose(ctx, &mut write, &user, "username").await?;
        if user.grants.role == UserRole::Admin {
            return Err(Error::field("username", Problem::AdministratorsStay));
        }
        change::delete(&mut write.tx, user.id).await?;
        let entry = of_user(Action::DeleteUser, username).changing(user_changes(Some(&user), None));
        self.record(ctx, &mut write, &entry).await?;
        self.tell_administrators(ctx, &mut write, (user.id, username), Changed::Deleted)
            .await?;
        write.changed(Change::UserChanged { user: user.id });
        write.commit().await?;
        tracing::info!(request_id = %ctx.request_id, user = user.id, "user deleted");
        Ok(())
    }

    /// Begins a change, and tells what the actor holds now: what the session knows may be a moment old.
    pub(super) async fn begin(&self, ctx: &OpContext, needed: Permission) -> Result<(Write<'_>, Grants)> {
        let known = ctx.require(needed)?;
        let mut write = self.events.begin().await?;
        change::lock(&mut write.tx).await?;
        let actor = change::by_id(&mut write.tx, known.id).await?;
        let actor = actor
            .map(|found| found.user)
            .filter(|user| user.is_active)
            .ok_or(Error::NotSignedIn)?;
        let grants = known.grants.at_most(&actor.usable_grants());
        if grants.allow(needed) {
            Ok((write, grants))
        } else {
            Err(Error::Denied(needed))
        }
    }

    pub(super) async fn record(
        &self,
        ctx: &OpContext,
        write: &mut Write<'_>,
        entry: &Entry<'_>,
    ) -> Result<()> {
        audit::record(&mut write.tx, ctx.signed_in()?.into(), entry, self.clock.now()).await
    }
}

/// An administrator reaches every server: a scope that is asked for would not hold. One that stands waits until they
/// are none any more.
fn may_be_limited(role: UserRole, asked: &Scope) -> Result<()> {
    if role == UserRole::Admin && !asked.is_everything() {
        return Err(Error::field("scope", Problem::AdministratorsReachAll));
    }
    Ok(())
}

/// The user who is meant, if the actor may do something to them: a token nothing to its owner.
pub(super) async fn target(
    ctx: &OpContext,
    write: &mut Write<'_>,
    actor: &Grants,
    username: &str,
) -> Result<UserRecord> {
    let found = change::by_name(&mut write.tx, username).await?;
    let found = found.ok_or_else(|| missing(username))?;
    rules::covers(actor, &found.user.grants)?;
    if ctx.is_user(found.user.id) {
        ctx.by_session()?;
    }
    Ok(found)
}

/// Whether the user may lose the account or the role: nobody their own, and never the last administrator.
async fn may_lose(ctx: &OpContext, write: &mut Write<'_>, user: &CurrentUser, field: &str) -> Result<()> {
    if ctx.is_user(user.id) {
        return Err(Error::field(field, Problem::OwnAccount));
    }
    let counts = user.grants.role == UserRole::Admin && user.is_active;
    if counts && change::active_admins(&mut write.tx).await? <= 1 {
        return Err(Error::field(field, Problem::LastAdministrator));
    }
    Ok(())
}

/// The user after what this transaction has changed.
async fn as_it_is(write: &mut Write<'_>, id: i64) -> Result<CurrentUser> {
    let found = change::by_id(&mut write.tx, id).await?;
    found
        .map(|found| found.user)
        .ok_or_else(|| Error::Internal("a changed user is not there".to_owned()))
}

pub(super) fn of_user(action: Action, username: &str) -> Entry<'_> {
    Entry::done(action, ObjectKind::User, username)
}

pub(super) fn missing(username: &str) -> Error {
    Error::NotFound(Problem::UserNotFound {
        username: username.to_owned(),
    })
}
