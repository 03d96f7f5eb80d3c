//! Passwords of virtual machines, as cloud-init wants them: hashed as crypt(5) does with SHA-512, so that
//! neither Drover nor Proxmox keeps the password itself.

use secrecy::{ExposeSecret, SecretString};
use sha_crypt::password_hash::PasswordHasher;
use sha_crypt::{PasswordHash, ShaCrypt};

use crate::error::{Error, Result};

/// Sixteen characters once encoded. The C library uses no more of a salt and writes no more of it back, so a
/// longer one would never match.
const SALT_BYTES: usize = 12;

/// The hash of `password`, `$6$rounds=…$salt$hash`. Proxmox passes on as it is what looks like a crypt hash
/// (`PVE/API2/Qemu.pm`, `update_vm_api`).
///
/// # Errors
/// Where the work was cut off.
pub async fn hash_vm_password(password: &SecretString) -> Result<String> {
    let password = password.clone();
    tokio::task::spawn_blocking(move || {
        let salt: [u8; SALT_BYTES] = rand::random();
        let hash: PasswordHash = ShaCrypt::SHA512
            .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
            .map_err(|error| Error::Internal(format!("a password can't be hashed: {error}")))?;
        Ok(hash.as_str().to_owned())
    })
    .await
    .map_err(|error| Error::Internal(format!("hashing a password ended: {error}")))?
}

#[cfg(test)]
mod tests {
    use sha_crypt::password_hash::PasswordVerifier;

    use super::*;

    #[tokio::test]
    async fn the_hash_is_one_that_the_c_library_reads() {
        let password = SecretString::from("비밀 password 1");
        let hash = hash_vm_password(&password).await.unwrap();
        let parts: Vec<&str> = hash.split('$').collect();
        let ["", "6", rounds, salt, sum] = parts[..] else {
            panic!("{hash}")
        };
        assert_eq!(rounds, "rounds=5000");
        assert_eq!(salt.len(), 16, "{hash}");
        assert_eq!(sum.len(), 86, "{hash}");
        let check = |password: &SecretString| {
            ShaCrypt::default().verify_password(password.expose_secret().as_bytes(), hash.as_str())
        };
        assert!(check(&password).is_ok());
        assert!(check(&"another".into()).is_err());
        assert_ne!(hash, hash_vm_password(&password).await.unwrap());
    }

    #[test]
    fn it_agrees_with_the_published_test_vectors() {
        // Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", the second vector of SHA-512.
        let vector = "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.";
        assert!(
            ShaCrypt::default()
                .verify_password(b"Hello world!".as_slice(), vector)
                .is_ok()
        );
    }
}
