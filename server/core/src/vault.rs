//! Seals secrets that have to be stored and read again, such as the hash of a server's password while its task
//! runs. What is sealed for one purpose can't be opened for another.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use argon2::Argon2;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use drover_types::text::Problem;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Result};

/// The file of the key that Drover made itself, in the data folder.
const FILE: &str = "secret.key";

/// Stands before what is sealed, so that another way of sealing can be told from this one.
const VERSION: &str = "v1.";

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// Passphrases shorter than this are refused: a key must not be guessed by whoever has the database.
const MIN_PASSPHRASE: usize = 16;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<XChaCha20Poly1305>);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// What was given is neither a key nor a passphrase of some length.
    #[error(
        "DROVER_SECRET_KEY is too short: give 32 random bytes in base64 (openssl rand -base64 32), or a passphrase of 16 characters or more"
    )]
    TooShort,
    /// The key's file holds something else.
    #[error("{} holds no key: restore it from a backup; if it is lost, remove it, and what was sealed with it is lost too", .0.display())]
    Damaged(PathBuf),
    /// The key's file can't be read or written.
    #[error("{} can't be used: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The passphrase could not be turned into a key.
    #[error("no key can be made of DROVER_SECRET_KEY: {0}")]
    Derive(argon2::Error),
}

impl Vault {
    /// With the key that the configuration gives: 32 bytes in base64, or a passphrase.
    ///
    /// # Errors
    /// Where it is too short.
    pub fn from_key(given: &SecretString) -> Result<Self, VaultError> {
        let given = given.expose_secret().trim();
        if let Some(key) = decode(given) {
            return Ok(Self::new(&key));
        }
        if given.chars().count() < MIN_PASSPHRASE {
            return Err(VaultError::TooShort);
        }
        // The same on every replica, so the salt is fixed. Argon2 makes guessing dear all the same.
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        Argon2::default()
            .hash_password_into(given.as_bytes(), b"drover secret key", key.as_mut())
            .map_err(VaultError::Derive)?;
        Ok(Self::new(&key))
    }

    /// With the key in the data folder, which is made where there is none.
    ///
    /// # Errors
    /// Where the file can't be read or written, or holds no key.
    pub fn load_or_create(data: &Path) -> Result<Self, VaultError> {
        let path = data.join(FILE);
        let file = |source| VaultError::File {
            path: path.clone(),
            source,
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let text = Zeroizing::new(text);
                let mode = std::fs::metadata(&path).map_err(file)?.permissions().mode();
                if mode & 0o077 != 0 {
                    tracing::warn!(path = %path.display(), "others could read the key; taking that right away");
                    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(file)?;
                }
                let key = decode(text.trim()).ok_or_else(|| VaultError::Damaged(path.clone()))?;
                Ok(Self::new(&key))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Zeroizing::new(rand::random::<[u8; KEY_BYTES]>());
                write_key(&path, &key).map_err(file)?;
                Ok(Self::new(&key))
            }
            Err(error) => Err(file(error)),
        }
    }

    fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self(Arc::new(XChaCha20Poly1305::new(key.into())))
    }

    /// `secret` as text that only this key opens, and only for the same `purpose`.
    ///
    /// # Errors
    /// Where it is too large to seal.
    pub fn seal(&self, purpose: &str, secret: &SecretString) -> Result<String> {
        // 24 random bytes never come twice, so no counter has to be kept.
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let sealed = self
            .0
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: secret.expose_secret().as_bytes(),
                    aad: purpose.as_bytes(),
                },
            )
            .map_err(|error| Error::Internal(format!("a secret can't be sealed: {error}")))?;
        let mut text = VERSION.to_owned();
        STANDARD.encode_string([nonce.as_slice(), &sealed].concat(), &mut text);
        Ok(text)
    }

    /// What [`Vault::seal`] sealed for `purpose`.
    ///
    /// # Errors
    /// [`Problem::SecretLost`] where it was sealed with another key or for another purpose, or was changed.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<SecretString> {
        self.try_open(purpose, sealed)
            .ok_or(Error::Conflict(Problem::SecretLost))
    }

    fn try_open(&self, purpose: &str, sealed: &str) -> Option<SecretString> {
        let bytes = STANDARD.decode(sealed.strip_prefix(VERSION)?).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: purpose.as_bytes(),
        };
        let opened = self.0.decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(opened).ok().map(SecretString::from)
    }
}

/// 32 bytes in base64.
fn decode(text: &str) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    <[u8; KEY_BYTES]>::try_from(bytes.as_slice())
        .ok()
        .map(Zeroizing::new)
}

/// Writes the key under another name first: a crash in between must not leave half a key.
fn write_key(path: &Path, key: &[u8; KEY_BYTES]) -> std::io::Result<()> {
    let mut line = Zeroizing::new(String::new());
    STANDARD.encode_string(key, &mut line);
    line.push('\n');
    let mut name = path.as_os_str().to_owned();
    name.write_fmt(format_args!(".{}.new", std::process::id()))
        .map_err(std::io::Error::other)?;
    let new = PathBuf::from(name);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> SecretString {
        "$6$salt$hash 비밀".into()
    }

    #[test]
    fn what_is_sealed_is_opened_by_the_same_key_for_the_same_purpose() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::load_or_create(folder.path()).unwrap();
        let sealed = vault.seal("task 1", &secret()).unwrap();
        assert!(!sealed.contains("salt"));
        assert_ne!(sealed, vault.seal("task 1", &secret()).unwrap());

        let again = Vault::load_or_create(folder.path()).unwrap();
        let opened = again.open("task 1", &sealed).unwrap();
        assert_eq!(opened.expose_secret(), secret().expose_secret());

        let lost = |result: Result<SecretString>| matches!(result, Err(Error::Conflict(Problem::SecretLost)));
        assert!(lost(again.open("task 2", &sealed)));
        assert!(lost(
            Vault::from_key(&"another passphrase".into())
                .unwrap()
                .open("task 1", &sealed)
        ));
        for broken in ["", "v1.", "v1.AAAA", "v2.AAAA", &sealed[..sealed.len() - 4]] {
            assert!(lost(again.open("task 1", broken)), "{broken}");
        }
    }

    #[test]
    fn the_file_is_for_its_owner_alone_and_a_damaged_one_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        Vault::load_or_create(folder.path()).unwrap();
        assert_eq!(mode(), 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        Vault::load_or_create(folder.path()).unwrap();
        assert_eq!(mode(), 0o600);

        std::fs::write(&path, "half").unwrap();
        assert!(matches!(
            Vault::load_or_create(folder.path()),
            Err(VaultError::Damaged(_))
        ));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "half");
    }

    #[test]
    fn a_key_or_a_passphrase_is_taken_and_gives_the_same_vault_each_time() {
        for key in [
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "a passphrase of some length",
        ] {
            let sealed = Vault::from_key(&key.into())
                .unwrap()
                .seal("x", &secret())
                .unwrap();
            let opened = Vault::from_key(&format!(" {key}\n").into())
                .unwrap()
                .open("x", &sealed);
            assert_eq!(opened.unwrap().expose_secret(), secret().expose_secret());
        }
        assert!(matches!(
            Vault::from_key(&"short".into()),
            Err(VaultError::TooShort)
        ));
    }
}
