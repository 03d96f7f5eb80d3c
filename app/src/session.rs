//! Who is signed in, as the whole page sees it.

use drover_types::{
    error::{ApiError, ErrorCode},
    permission::Grants,
    session::CurrentUser,
};
use leptos::prelude::*;

/// Who is signed in; get it with [`use_session`].
#[derive(Clone, Copy, Debug)]
pub struct Session {
    user: RwSignal<Option<CurrentUser>>,
}

/// Provides who is signed in, beginning with what the server knew.
pub fn provide_session(user: Option<CurrentUser>) {
    provide_context(Session {
        user: RwSignal::new(user),
    });
}

/// Who is signed in; nobody where nothing was provided.
pub fn use_session() -> Session {
    use_context().unwrap_or_else(|| Session {
        user: RwSignal::new(None),
    })
}

impl Session {
    /// The user; tracked.
    pub fn user(self) -> Option<CurrentUser> {
        self.user.get()
    }

    /// Whether anybody is signed in; tracked.
    pub fn is_signed_in(self) -> bool {
        self.user.with(Option::is_some)
    }

    /// What the user may do; nothing where nobody is signed in. Tracked.
    pub fn with_grants<T>(self, read: impl FnOnce(&Grants) -> T) -> Option<T> {
        self.user
            .with(|user| user.as_ref().map(|user| read(&user.grants)))
    }

    /// Somebody signed in, or their details changed.
    pub fn set(self, user: CurrentUser) {
        self.user.set(Some(user));
    }

    /// The user has chosen a password of their own: everything that they hold is open to them.
    pub fn password_changed(self) {
        self.user.update(|user| {
            if let Some(user) = user {
                user.must_change_password = false;
            }
        });
    }

    /// The session has ended: the frame leads to the sign-in page.
    pub fn end(self) {
        self.user.set(None);
    }

    /// An answer as it came; where it says that there is no session, the session ends.
    pub fn heeded<T>(self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        answer.inspect_err(|error| self.heed(error))
    }

    /// Ends the session where `error` says that there is none. Whatever fails goes through here.
    pub fn heed(self, error: &ApiError) {
        if error.code == ErrorCode::AuthenticationRequired {
            self.end();
        }
    }
}
