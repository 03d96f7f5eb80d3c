//! The secret in the cookie, or of an API token: 256 random bits, so that its hash needs neither salt nor slowness.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::store::sessions::TokenHash;

/// A new token, in the alphabet of cookie values.
pub(crate) fn new() -> SecretString {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()).into()
}

/// A new API token. What it begins with lets scanners of leaked secrets know it.
pub(crate) fn new_for_api() -> SecretString {
    format!("drover_{}", new().expose_secret()).into()
}

/// What is stored of `token`.
pub(crate) fn hash(token: &SecretString) -> TokenHash {
    Sha256::digest(token.expose_secret().as_bytes()).into()
}
