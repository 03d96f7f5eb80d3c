//! The one field of a channel that is stored sealed, and what bodies are signed with.

use drover_types::channel::{ChannelInput, ChannelSettings, ChannelTrouble, MASK};
use drover_types::text::Problem;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use uuid::Uuid;

use super::service::Known;
use crate::error::{Error, Result};
use crate::hex::hex;
use crate::vault::Vault;

/// The purpose for which a channel's secret is sealed.
fn purpose(channel: Uuid) -> String {
    format!("channel {channel}")
}

/// The secret of a channel, sealed; `None` where it has none.
pub(super) fn sealed(vault: &Vault, channel: Uuid, settings: &ChannelSettings) -> Result<Option<String>> {
    let secret = settings.secret();
    if secret.is_empty() {
        return Ok(None);
    }
    vault
        .seal(&purpose(channel), &SecretString::from(secret))
        .map(Some)
}

/// Settings together with their secret.
pub(super) fn opened(
    vault: &Vault,
    channel: Uuid,
    settings: &ChannelSettings,
    sealed: Option<&str>,
) -> Result<ChannelSettings> {
    let settings = settings.clone();
    Ok(match sealed {
        Some(sealed) => settings.with_secret(vault.open(&purpose(channel), sealed)?.expose_secret()),
        None => settings,
    })
}

/// What was sent, with the secret that the mask stands for.
///
/// # Errors
/// Where there is none, it can't be opened any more, or it was given for another server.
pub(super) fn kept(input: ChannelInput, before: Option<&Known>) -> Result<ChannelInput> {
    if input.settings.secret() != MASK {
        return Ok(input);
    }
    let field = input.settings.secret_field();
    let before = before.filter(|before| before.channel.settings.kind() == input.settings.kind());
    let Some(before) = before.filter(|before| !before.channel.settings.secret().is_empty()) else {
        return Err(Error::field(field, Problem::Required));
    };
    if before.is_lost {
        return Err(Error::field(field, ChannelTrouble::SecretLost.into()));
    }
    let before = &before.channel.settings;
    // Whoever may change a channel is not told its secret, by sending it to a server of their own either.
    if before.shown_to() != input.settings.shown_to() {
        return Err(Error::field(field, ChannelTrouble::SecretAgain.into()));
    }
    Ok(ChannelInput {
        settings: input.settings.with_secret(before.secret()),
        ..input
    })
}

/// What proves that a body is Drover's and when it was sent: the HMAC-SHA256 of the time in seconds, a dot and the body.
pub(super) fn signature(secret: &str, timestamp: i64, body: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|error| Error::Internal(format!("nothing can be signed with a secret: {error}")))?;
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    Ok(hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use drover_types::lang::Lang;

    use super::*;

    #[test]
    fn a_body_is_signed_together_with_its_time() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
        let signed = signature("key", 1_700_000_000, b"{}").unwrap();
        assert_eq!(
            signed,
            "9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
        );
        assert_ne!(signed, signature("key", 1_700_000_001, b"{}").unwrap());
        assert_ne!(signed, signature("other", 1_700_000_000, b"{}").unwrap());
    }

    fn gotify(url: &str, token: &str) -> ChannelSettings {
        ChannelSettings::Gotify {
            url: url.into(),
            token: token.into(),
        }
    }

    fn input(settings: ChannelSettings) -> ChannelInput {
        ChannelInput {
            name: "a".into(),
            enabled: true,
            language: Lang::En,
            settings,
            routes: Vec::new(),
        }
    }

    #[test]
    fn a_masked_secret_stays_for_the_server_it_was_given_for() {
        let known = |settings, is_lost| Known {
            channel: input(settings),
            is_lost,
        };
        let before = known(gotify("https://push.example.org/a", "token"), false);
        let same = kept(input(gotify("https://push.example.org/b", MASK)), Some(&before)).unwrap();
        assert_eq!(same.settings.secret(), "token");
        let new = kept(input(gotify("https://other.example.org", "new")), Some(&before)).unwrap();
        assert_eq!(new.settings.secret(), "new");
        let problem = |settings, before: Option<&Known>| match kept(input(settings), before) {
            Err(Error::Invalid(fields)) => fields.into_iter().next().unwrap(),
            other => panic!("{other:?}"),
        };
        let again = ChannelTrouble::SecretAgain.into();
        let elsewhere = gotify("https://push.example.org.evil.example", MASK);
        assert_eq!(
            problem(elsewhere, Some(&before)),
            ("settings.token".into(), again)
        );
        let lost = known(gotify("https://push.example.org/a", MASK), true);
        let enter = ChannelTrouble::SecretLost.into();
        assert_eq!(
            problem(gotify("https://push.example.org/a", MASK), Some(&lost)),
            ("settings.token".into(), enter)
        );
        assert_eq!(
            problem(gotify("https://push.example.org", MASK), None),
            ("settings.token".into(), Problem::Required)
        );
        let hook = ChannelSettings::Webhook {
            url: "https://push.example.org".into(),
            secret: MASK.into(),
        };
        assert_eq!(
            problem(hook, Some(&before)),
            ("settings.secret".into(), Problem::Required)
        );
    }
}
