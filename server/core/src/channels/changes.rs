//! What of a channel is different, for the audit.

use drover_types::audit::{FieldChange, FieldChanges};
use drover_types::channel::{ChannelInput, MASK};
use serde_json::{Map, Value};

use crate::audit::changed;

/// The fields that differ; of a secret only that it does.
pub(super) fn differences(before: Option<&ChannelInput>, after: Option<&ChannelInput>) -> FieldChanges {
    let mut changes = FieldChanges::new();
    let (old, new) = (fields(before), fields(after));
    for field in old.keys().chain(new.keys()) {
        changed(&mut changes, field, old.get(field), new.get(field));
    }
    if let (Some(before), Some(after)) = (before, after)
        && before.settings.kind() == after.settings.kind()
        && before.settings.secret() != after.settings.secret()
    {
        let shown = |secret: &str| match secret {
            "" => Value::from(""),
            _ => Value::from(MASK),
        };
        let change = FieldChange {
            before: shown(before.settings.secret()),
            after: shown(after.settings.secret()),
        };
        changes.insert(before.settings.secret_field().to_owned(), change);
    }
    changes
}

/// The fields, those of the settings by their paths, the secret masked.
fn fields(channel: Option<&ChannelInput>) -> Map<String, Value> {
    let Some(channel) = channel else {
        return Map::new();
    };
    let masked = ChannelInput {
        settings: channel.settings.clone().masked(),
        ..channel.clone()
    };
    let Ok(Value::Object(mut fields)) = serde_json::to_value(masked) else {
        return Map::new();
    };
    if let Some(Value::Object(settings)) = fields.remove("settings") {
        for (name, value) in settings {
            fields.insert(format!("settings.{name}"), value);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use drover_types::channel::ChannelSettings;
    use drover_types::lang::Lang;

    use super::*;

    fn channel(url: &str, token: &str) -> ChannelInput {
        ChannelInput {
            name: "push".into(),
            enabled: true,
            language: Lang::Ko,
            settings: ChannelSettings::Gotify {
                url: url.into(),
                token: token.into(),
            },
            routes: Vec::new(),
        }
    }

    #[test]
    fn what_differs_is_told_and_a_secret_is_not() {
        let (one, other) = (channel("https://a", "first"), channel("https://b", "second"));
        let changes = differences(Some(&one), Some(&other));
        assert_eq!(
            changes.keys().collect::<Vec<_>>(),
            ["settings.token", "settings.url"]
        );
        let text = serde_json::to_string(&changes).unwrap();
        assert!(!text.contains("first") && !text.contains("second"), "{text}");
        assert!(differences(Some(&one), Some(&one)).is_empty());
        assert_eq!(differences(None, Some(&one))["settings.kind"].after, "gotify");
    }
}
