//! Why something did not go out.

use std::time::Duration;

use drover_types::text::Problem;

/// The most characters of a server's own words that are kept.
const MOST_WORDS: usize = 500;

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Failure {
    pub problem: Problem,
    /// The server's own words.
    pub words: String,
    /// Whether it would fail again.
    pub lasts: bool,
    /// Whether only some who are written to were refused: others can be sent to.
    pub is_of_some: bool,
    /// How long the server asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// One that would come again.
    pub const fn lasting(problem: Problem) -> Self {
        Self {
            problem,
            words: String::new(),
            lasts: true,
            is_of_some: false,
            retry_after: None,
        }
    }

    /// One that may pass.
    pub fn passing(problem: Problem) -> Self {
        Self {
            lasts: false,
            ..Self::lasting(problem)
        }
    }

    /// With what the server says, short enough to be shown.
    pub fn saying(mut self, words: impl AsRef<str>) -> Self {
        let plain = words
            .as_ref()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c });
        let words: String = plain.take(MOST_WORDS).collect();
        words.trim().clone_into(&mut self.words);
        self
    }

    /// Without a secret that a server has repeated.
    pub fn without(mut self, secret: &str) -> Self {
        if !secret.is_empty() {
            self.words = self.words.replace(secret, drover_types::channel::MASK);
        }
        self
    }
}

/// The words of what is at the bottom of an error: those above it repeat each other, and may name the address.
pub(super) fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}

/// Whether TLS is at the bottom of it.
pub(super) fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || inner.is_some_and(|inner| is_tls(inner))
        || error.source().is_some_and(is_tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_plain_and_hold_no_secret() {
        let failure = Failure::passing(Problem::Internal).saying(format!("a\r\nsecret {}", "x".repeat(600)));
        let failure = failure.without("secret").without("");
        assert!(failure.words.starts_with("a  ******** xxx"), "{}", failure.words);
        assert_eq!(failure.words.chars().filter(|c| *c == 'x').count(), 490);
    }
}
