//! Hashing, away from the threads that serve requests, and only so many at a time that a rush of sign-ins
//! leaves cores for everything else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::rule::PasswordRule;
use super::workers::Workers;
use crate::error::{Error, Result};

/// Of no password that anybody knows. Checked where there is no user, so that an unknown name costs as much as
/// a wrong password. Its parameters are those of [`Argon2::default`].
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$zTkqropKUau+BewW8+Sipw$vU7+x4zl3wnx8rIK0cRD4kLtrEARs8Luu1TxDVDcaKU";

/// How many passwords are hashed at once at most: each takes 19 MiB and a core. Half of the cores are left to others.
const AT_ONCE: usize = 4;

/// Hashes and checks passwords. Cheap to clone; the clones share their limit.
#[derive(Clone)]
pub struct Passwords {
    /// What a new password must be.
    pub rule: PasswordRule,
    slots: Arc<Semaphore>,
    workers: Workers,
    runs: Arc<AtomicU64>,
}

/// The right to hash one password now.
pub(crate) struct Slot(OwnedSemaphorePermit);

impl Passwords {
    /// With `rule` for new passwords.
    pub fn new(rule: PasswordRule) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = (cores / 2).clamp(1, AT_ONCE);
        Self {
            rule,
            slots: Arc::new(Semaphore::new(at_once)),
            workers: Workers::new(at_once),
            runs: Arc::default(),
        }
    }

    /// How many times a password was hashed or checked.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Waits for its turn.
    pub(crate) async fn slot(&self) -> Result<Slot> {
        Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map(Slot)
            .map_err(|error| Error::Internal(format!("passwords can't be hashed any more: {error}")))
    }

    /// The hash of `password`, as a PHC string with its parameters and salt.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub async fn hash(&self, password: &SecretString) -> Result<String> {
        let slot = self.slot().await?;
        let password = password.clone();
        self.run(slot, move || {
            Argon2::default()
                .hash_password(password.expose_secret().as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| Error::Internal(format!("a password can't be hashed: {error}")))
        })
        .await
    }

    /// Whether `password` is the one behind `hash`. Without a hash it is not, after the same work.
    ///
    /// # Errors
    /// Where `hash` is no hash.
    pub async fn verify(&self, password: &SecretString, hash: Option<&str>) -> Result<bool> {
        let slot = self.slot().await?;
        self.verify_in(slot, password, hash).await
    }

    /// As [`Passwords::verify`], for whoever had to look at something between the turn and the work.
    pub(crate) async fn verify_in(
        &self,
        slot: Slot,
        password: &SecretString,
        hash: Option<&str>,
    ) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let password = password.clone();
        let matches = self
            .run(slot, move || {
                let hash =
                    PasswordHash::new(&hash).map_err(|error| Error::corrupt("a password's hash", error))?;
                Ok(Argon2::default()
                    .verify_password(password.expose_secret().as_bytes(), &hash)
                    .is_ok())
            })
            .await?;
        Ok(matches && known)
    }

    /// Runs `work` away from requests. The slot goes along: a caller that gives up frees it no sooner.
    async fn run<T: Send + 'static>(
        &self,
        slot: Slot,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let (done, result) = oneshot::channel();
        self.workers.run(move || {
            let _held = slot.0;
            // Whoever waited may have gone.
            drop(done.send(work()));
        });
        result
            .await
            .map_err(|error| Error::Internal(format!("hashing a password ended: {error}")))?
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(PasswordRule::default())
    }
}

#[cfg(test)]
mod tests {
    use argon2::Params;

    use super::*;

    #[tokio::test]
    async fn a_hash_knows_its_password_and_no_other() {
        let passwords = Passwords::default();
        let right = SecretString::from("correct horse battery");
        let hash = passwords.hash(&right).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert_ne!(
            hash,
            passwords.hash(&right).await.unwrap(),
            "each has its own salt"
        );
        assert!(passwords.verify(&right, Some(&hash)).await.unwrap());
        assert!(
            !passwords
                .verify(&"correct horse".into(), Some(&hash))
                .await
                .unwrap()
        );
        assert!(!passwords.verify(&right, None).await.unwrap());
        assert!(passwords.verify(&right, Some("no hash")).await.is_err());
    }

    #[tokio::test]
    async fn nobody_costs_what_somebody_costs() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let somebody = Passwords::default().hash(&"correct horse".into()).await.unwrap();
        let somebody = PasswordHash::new(&somebody).unwrap();
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.version, somebody.version);
        assert_eq!(
            Params::try_from(&nobody).unwrap(),
            Params::try_from(&somebody).unwrap()
        );
        assert_eq!(
            nobody.salt.as_ref().map(|s| s.len()),
            somebody.salt.as_ref().map(|s| s.len())
        );
        assert_eq!(
            nobody.hash.map(|sum| sum.len()),
            somebody.hash.map(|sum| sum.len())
        );
    }

    #[tokio::test]
    async fn only_so_many_at_once() {
        let passwords = Passwords::default();
        let most = passwords.slots.available_permits();
        assert!((1..=AT_ONCE).contains(&most));
        let mut held = Vec::new();
        for _ in 0..most {
            held.push(passwords.slot().await.unwrap());
        }
        let password = SecretString::from("correct horse");
        let mut waiting = Box::pin(passwords.verify(&password, None));
        assert!(futures::poll!(&mut waiting).is_pending());
        assert_eq!(passwords.runs(), 0, "it waits before it works");
        held.clear();
        assert!(!waiting.await.unwrap());
        assert_eq!(passwords.runs(), 1);
    }
}
