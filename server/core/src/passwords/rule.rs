//! What a password must be: long, and none that everybody tries first. No rule about kinds of characters, as
//! NIST SP 800-63B (5.1.1.2) advises.

use std::collections::HashSet;
use std::sync::LazyLock;

use drover_types::text::Problem;
use secrecy::{ExposeSecret, SecretString};

/// Well-known passwords of ten characters and more, in lower case, one a line.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Longer ones are refused, so that nobody hashes megabytes.
const MAX: u32 = 512;

/// What a new password must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRule {
    /// How many characters it has at least.
    pub min: u32,
}

impl Default for PasswordRule {
    fn default() -> Self {
        Self { min: 10 }
    }
}

impl PasswordRule {
    /// Checks a new password of the user `username`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, password: &SecretString, username: &str) -> Result<(), Problem> {
        let password = password.expose_secret();
        let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
        if length < self.min {
            return Err(Problem::PasswordTooShort { min: self.min });
        }
        if length > MAX {
            return Err(Problem::TooLong { max: MAX });
        }
        let lower = password.to_lowercase();
        let mut characters = lower.chars();
        let first = characters.next();
        let monotonous = characters.all(|c| Some(c) == first);
        if monotonous || lower == username.to_lowercase() || COMMON.contains(lower.as_str()) {
            return Err(Problem::PasswordTooCommon);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Problem> {
        PasswordRule::default().check(&password.into(), "administrator")
    }

    #[test]
    fn short_long_and_common_ones_are_refused() {
        assert_eq!(check("correct horse"), Ok(()));
        assert_eq!(check("열글자가넘는비밀번호입니다"), Ok(()));
        assert_eq!(check("123456789"), Err(Problem::PasswordTooShort { min: 10 }));
        // Characters are counted, not bytes.
        assert_eq!(check("비밀번호"), Err(Problem::PasswordTooShort { min: 10 }));
        assert_eq!(check(&"ab".repeat(257)), Err(Problem::TooLong { max: 512 }));
        for common in [
            "1234567890",
            "Password123",
            "QWERTYUIOP",
            "zzzzzzzzzzzz",
            "Administrator",
        ] {
            assert_eq!(check(common), Err(Problem::PasswordTooCommon), "{common}");
        }
    }

    #[test]
    fn the_list_holds_what_can_be_met() {
        assert!(COMMON.len() >= 300, "{}", COMMON.len());
        assert_eq!(
            COMMON.len(),
            include_str!("common.txt").lines().count(),
            "one stands twice"
        );
        for password in COMMON.iter() {
            assert_eq!(*password, password.to_lowercase());
            assert!(
                password.chars().count() >= 10,
                "{password} is refused as too short already"
            );
        }
    }
}
