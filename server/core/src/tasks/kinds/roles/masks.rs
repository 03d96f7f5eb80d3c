//! Secrets of a role, kept out of what is said of its run: a role of one's own may forget to hide them.

use drover_types::role::{RoleValue, RoleValues};

/// What stands in the place of a secret.
const MASK: &str = "********";
/// Shorter ones stand in half of all words.
const SHORTEST: usize = 4;

/// What is not to be read.
#[derive(Default)]
pub(super) struct Masks(Vec<String>);

impl Masks {
    /// The texts among these values, the longest first: one may be within another.
    pub(super) fn of(secrets: &RoleValues) -> Self {
        let texts = secrets.values().filter_map(|value| match value {
            RoleValue::Text(text) if text.chars().count() >= SHORTEST => Some(text.clone()),
            _ => None,
        });
        let mut texts: Vec<String> = texts.collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self(texts)
    }

    /// The text without them.
    pub(super) fn hide(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| {
            if text.contains(secret) {
                text.replace(secret, MASK)
            } else {
                text
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_short_ones_are_no_secrets() {
        let text = |text: &str| RoleValue::Text(text.into());
        let masks = Masks::of(&RoleValues::from([
            ("a".into(), text("hush")),
            ("b".into(), text("hush-hush")),
            ("c".into(), text("on")),
            ("d".into(), RoleValue::Integer(1234)),
        ]));
        assert_eq!(
            masks.hide("on hush-hush and hush, 1234".into()),
            "on ******** and ********, 1234"
        );
    }
}
