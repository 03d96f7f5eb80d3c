//! A password that Drover makes itself, to be read off a terminal and typed once.

use rand::seq::IndexedRandom;
use secrecy::SecretString;

/// No letter or digit that is easily taken for another: 31 of them, so 4.95 bits each.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const PER_GROUP: usize = 5;

/// Four groups of five characters, 99 bits.
pub fn generate() -> SecretString {
    let mut rng = rand::rng();
    let mut text = String::with_capacity(GROUPS * (PER_GROUP + 1));
    for group in 0..GROUPS {
        if group > 0 {
            text.push('-');
        }
        text.extend((0..PER_GROUP).filter_map(|_| ALPHABET.choose(&mut rng).copied().map(char::from)));
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret;

    use super::*;
    use crate::passwords::PasswordRule;

    #[test]
    fn it_has_the_promised_strength_and_keeps_the_rule() {
        let mut seen = HashSet::new();
        for _ in 0..100 {
            let password = generate();
            let text = password.expose_secret();
            assert_eq!(text.len(), 23, "{text}");
            assert!(text.bytes().all(|b| b == b'-' || ALPHABET.contains(&b)), "{text}");
            assert_eq!(PasswordRule::default().check(&password, "admin"), Ok(()));
            assert!(seen.insert(text.to_owned()), "twice the same");
        }
    }
}
