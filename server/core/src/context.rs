//! Who asks for an operation, through which door, and what they may do.

use drover_types::permission::{Grants, Permission, UserRole};
use uuid::Uuid;

use crate::error::{Error, Result};

/// No user's id: the database counts from one.
const NOBODY: i64 = 0;

/// The door through which an operation came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A browser's session.
    Session(Uuid),
    /// An API token.
    Token(Uuid),
    /// Nobody signed in: the sign-in page, a probe.
    Anonymous,
}

/// Where an operation came from, for the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The session that asks.
    pub session: Option<Uuid>,
    /// The API token that asks.
    pub token: Option<Uuid>,
    /// The address that the request came from.
    pub address: String,
}

/// The person who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user's id.
    pub id: i64,
    /// The name to sign in with.
    pub username: String,
    /// Role and permissions.
    pub grants: Grants,
    /// Whether the password must be changed first: nothing but the own account is open until then.
    pub must_change_password: bool,
    /// Where they ask from.
    pub origin: Origin,
}

impl Actor {
    /// What Drover does by itself, as its schedule says.
    pub(crate) fn drover() -> Self {
        Self {
            id: NOBODY,
            username: "drover".to_owned(),
            grants: Grants::of(UserRole::Admin),
            must_change_password: false,
            origin: Origin::default(),
        }
    }

    /// The user's id; `None` for Drover itself.
    pub(crate) fn user_id(&self) -> Option<i64> {
        Some(self.id).filter(|id| *id != NOBODY)
    }
}

/// The first argument of every service method.
#[derive(Debug, Clone)]
pub struct OpContext {
    actor: Option<Actor>,
    /// The door.
    pub source: Source,
    /// Ties log lines and errors to the request.
    pub request_id: Uuid,
    /// The address of who asks.
    pub address: String,
}

impl OpContext {
    /// A signed-in user's operation.
    pub fn session(mut actor: Actor, session: Uuid, request_id: Uuid, address: String) -> Self {
        actor.origin = Origin {
            session: Some(session),
            token: None,
            address: address.clone(),
        };
        Self {
            actor: Some(actor),
            source: Source::Session(session),
            request_id,
            address,
        }
    }

    /// An operation by an API token.
    pub fn token(mut actor: Actor, token: Uuid, request_id: Uuid, address: String) -> Self {
        actor.origin = Origin {
            session: None,
            token: Some(token),
            address: address.clone(),
        };
        Self {
            actor: Some(actor),
            source: Source::Token(token),
            request_id,
            address,
        }
    }

    /// An operation of nobody in particular.
    pub const fn anonymous(request_id: Uuid, address: String) -> Self {
        Self {
            actor: None,
            source: Source::Anonymous,
            request_id,
            address,
        }
    }

    /// The session that asks, where it is one.
    pub const fn session_id(&self) -> Option<Uuid> {
        match self.source {
            Source::Session(id) => Some(id),
            Source::Token(_) | Source::Anonymous => None,
        }
    }

    /// The API token that asks, where it is one.
    pub const fn token_id(&self) -> Option<Uuid> {
        match self.source {
            Source::Token(id) => Some(id),
            Source::Session(_) | Source::Anonymous => None,
        }
    }

    /// Whether the user `id` asks.
    pub(crate) fn is_user(&self, id: i64) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.id == id)
    }

    /// Whoever is signed in.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] where nobody is.
    pub fn signed_in(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Error::NotSignedIn)
    }

    /// Whoever is signed in by a session: no API token changes the account that it was made with.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or [`Error::SessionNeeded`].
    pub fn by_session(&self) -> Result<&Actor> {
        let actor = self.signed_in()?;
        match self.source {
            Source::Session(_) => Ok(actor),
            Source::Token(_) | Source::Anonymous => Err(Error::SessionNeeded),
        }
    }

    /// The actor, if they need not choose another password first.
    fn ready(&self) -> Result<&Actor> {
        let actor = self.signed_in()?;
        if actor.must_change_password {
            return Err(Error::PasswordMustChange);
        }
        Ok(actor)
    }

    /// The actor, if they hold `permission`.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or [`Error::Denied`] naming the permission.
    pub fn require(&self, permission: Permission) -> Result<&Actor> {
        self.require_any(&[permission])
    }

    /// The actor, if they hold one of `permissions`; the first is named where they hold none.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or [`Error::Denied`] naming the first permission.
    pub fn require_any(&self, permissions: &[Permission]) -> Result<&Actor> {
        let actor = self.ready()?;
        match permissions.first() {
            Some(first) if !actor.grants.allow_any(permissions) => Err(Error::Denied(*first)),
            _ => Ok(actor),
        }
    }

    /// The actor, if they hold `permission` for every server.
    ///
    /// # Errors
    /// As [`OpContext::require`], or [`Error::Limited`].
    pub fn require_for_all(&self, permission: Permission) -> Result<&Actor> {
        self.require_any_for_all(&[permission])
    }

    /// As [`OpContext::require_any`], for every server.
    ///
    /// # Errors
    /// As [`OpContext::require_any`], or [`Error::Limited`].
    pub fn require_any_for_all(&self, permissions: &[Permission]) -> Result<&Actor> {
        let actor = self.require_any(permissions)?;
        if actor.grants.reach().is_everything() {
            Ok(actor)
        } else {
            Err(Error::Limited)
        }
    }

    /// The actor, if they are an administrator.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] or [`Error::AdministratorsOnly`].
    pub fn require_admin(&self) -> Result<&Actor> {
        let actor = self.ready()?;
        if actor.grants.role == UserRole::Admin {
            Ok(actor)
        } else {
            Err(Error::AdministratorsOnly)
        }
    }
}
