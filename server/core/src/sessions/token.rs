//! The secret in the cookie: 256 random bits, so that its hash needs neither salt nor slowness.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::store::sessions::TokenHash;

/// A new token, in the alphabet of cookie values.
pub(super) fn new() -> SecretString {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()).into()
}

/// What is stored of `token`.
pub(super) fn hash(token: &SecretString) -> TokenHash {
    Sha256::digest(token.expose_secret().as_bytes()).into()
}
