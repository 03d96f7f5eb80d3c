//! The cookie named `session`, as old clients know it.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use secrecy::{ExposeSecret, SecretString};

const NAME: &str = "session";

/// A new session's cookie. It ends with the browser; how long the session lasts is the server's to say.
pub fn session_cookie(token: &SecretString, secure: bool) -> Cookie<'static> {
    Cookie::build((NAME, token.expose_secret().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// A cookie that makes the browser forget its session.
pub fn cleared(secure: bool) -> Cookie<'static> {
    let mut cookie = session_cookie(&SecretString::from(""), secure);
    cookie.make_removal();
    cookie
}

/// The token that a request carries.
pub fn session_token(jar: &CookieJar) -> Option<SecretString> {
    jar.get(NAME)
        .map(|cookie| cookie.value().to_owned())
        .filter(|token| !token.is_empty())
        .map(SecretString::from)
}
