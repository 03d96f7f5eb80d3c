//! Reads the scalars that Proxmox sends in more than one shape: a flag as 0/1, "1" or true, a number
//! as a string, null or nothing, a list as one string. What is optional and unreadable is `None`,
//! so that one odd counter doesn't lose a guest; what is required and unreadable is an error.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

enum Scalar<'de> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Cow<'de, str>),
    List(Vec<String>),
    Object,
}

struct Seen;

impl<'de> Visitor<'de> for Seen {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_none<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Scalar<'de>, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Signed(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(Text(item)) = seq.next_element()? {
            items.extend(item);
        }
        Ok(Scalar::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Object)
    }
}

impl Scalar<'_> {
    fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Unsigned(value) => Some(*value != 0),
            Self::Signed(value) => Some(*value != 0),
            Self::Float(value) => Some(*value != 0.0),
            // The words of PVE::JSONSchema::parse_boolean.
            Self::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "1" | "on" | "yes" | "true" => Some(true),
                "0" | "off" | "no" | "false" => Some(false),
                _ => None,
            },
            Self::Null | Self::List(_) | Self::Object => None,
        }
    }

    fn float(&self) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a share or an average needs no more than 52 bits"
        )]
        let value = match self {
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Unsigned(value) => *value as f64,
            Self::Signed(value) => *value as f64,
            Self::Float(value) => *value,
            Self::Text(text) => text.trim().parse().ok()?,
            Self::Null | Self::List(_) | Self::Object => return None,
        };
        value.is_finite().then_some(value)
    }

    fn integer(&self) -> Option<i128> {
        match self {
            Self::Bool(value) => Some(i128::from(*value)),
            Self::Unsigned(value) => Some(i128::from(*value)),
            Self::Signed(value) => Some(i128::from(*value)),
            Self::Text(text) => text.trim().parse().ok().or_else(|| self.float().map(truncated)),
            Self::Float(_) => self.float().map(truncated),
            Self::Null | Self::List(_) | Self::Object => None,
        }
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(u8::from(value).to_string()),
            Self::Unsigned(value) => Some(value.to_string()),
            Self::Signed(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.into_owned()),
            Self::Null | Self::List(_) | Self::Object => None,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "dropping the fraction is the purpose; `as` saturates"
)]
fn truncated(value: f64) -> i128 {
    value as i128
}

fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scalar<'de>, D::Error> {
    deserializer.deserialize_any(Seen)
}

/// Any scalar as text, `None` for what has no text.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        opt_text(deserializer).map(Self)
    }
}

pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(scalar(deserializer)?.flag().unwrap_or(false))
}

pub(crate) fn opt_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(scalar(deserializer)?.flag())
}

pub(crate) fn opt_float<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(scalar(deserializer)?.float())
}

/// A float that is 0 where Proxmox has nothing to say.
pub(crate) fn float<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(scalar(deserializer)?.float().unwrap_or(0.0))
}

pub(crate) fn opt_int<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i128>,
{
    Ok(scalar(deserializer)?
        .integer()
        .and_then(|value| N::try_from(value).ok()))
}

/// An integer that is 0 where Proxmox has nothing to say.
pub(crate) fn int<'de, D, N>(deserializer: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i128> + Default,
{
    Ok(opt_int(deserializer)?.unwrap_or_default())
}

pub(crate) fn required_int<'de, D, N>(deserializer: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i128>,
{
    opt_int(deserializer)?.ok_or_else(|| D::Error::custom("not an integer in range"))
}

pub(crate) fn opt_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(scalar(deserializer)?.text())
}

pub(crate) fn required_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    opt_text(deserializer)?.ok_or_else(|| D::Error::custom("not a text"))
}

/// A word of a fixed set; one that isn't in it is `None`.
pub(crate) fn opt_word<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
{
    Ok(opt_text(deserializer)?.and_then(|text| text.parse().ok()))
}

/// An object of known shape; what has another is `None`.
pub(crate) fn opt_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).ok())
}

/// A list sent as an array or as one string, split as `PVE::Tools::split_list` does.
pub(crate) fn text_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match scalar(deserializer)? {
        Scalar::List(items) => items,
        other => other.text().map(|text| split_list(&text)).unwrap_or_default(),
    })
}

/// The parts of a text separated by commas, semicolons, white space or NUL.
pub(crate) fn split_list(text: &str) -> Vec<String> {
    text.split([',', ';', '\0', ' ', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// An object of scalars; Perl's empty list stands for an empty object, what has no text is left out.
pub(crate) fn text_map<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(BTreeMap::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            match seq.next_element::<IgnoredAny>()? {
                None => Ok(BTreeMap::new()),
                Some(_) => Err(A::Error::custom("a list where an object is expected")),
            }
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = BTreeMap::new();
            while let Some((key, Text(value))) = map.next_entry::<String, Text>()? {
                if let Some(value) = value {
                    entries.insert(key, value);
                }
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_any(Entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Probe {
        #[serde(default, deserialize_with = "opt_flag")]
        flag: Option<bool>,
        #[serde(default, deserialize_with = "opt_int")]
        int: Option<u64>,
        #[serde(default, deserialize_with = "opt_float")]
        float: Option<f64>,
        #[serde(default, deserialize_with = "opt_text")]
        text: Option<String>,
        #[serde(default, deserialize_with = "text_list")]
        list: Vec<String>,
        #[serde(default, deserialize_with = "text_map")]
        map: BTreeMap<String, String>,
    }

    fn probe(value: &Value) -> Probe {
        serde_json::from_str(&value.to_string()).unwrap()
    }

    #[test]
    fn flags_in_every_shape() {
        for (sent, read) in [
            (json!(1), Some(true)),
            (json!("1"), Some(true)),
            (json!(true), Some(true)),
            (json!("on"), Some(true)),
            (json!(0), Some(false)),
            (json!("0"), Some(false)),
            (json!(false), Some(false)),
            (json!(null), None),
            (json!(""), None),
            (json!([]), None),
            (json!({"a": 1}), None),
        ] {
            assert_eq!(probe(&json!({"flag": sent})).flag, read, "{sent}");
        }
        assert_eq!(probe(&json!({})).flag, None);
    }

    #[test]
    fn lists_and_maps_in_every_shape() {
        assert_eq!(probe(&json!({"list": "a,b;c d"})).list, ["a", "b", "c", "d"]);
        assert_eq!(probe(&json!({"list": ["a", 1, null]})).list, ["a", "1"]);
        assert!(probe(&json!({"list": null, "map": null})).list.is_empty());
        assert!(probe(&json!({"map": []})).map.is_empty());
        let map = probe(&json!({"map": {"a": 1, "b": "x", "c": null, "d": [1]}})).map;
        assert_eq!(
            map,
            BTreeMap::from([("a".into(), "1".into()), ("b".into(), "x".into())])
        );
    }

    #[test]
    fn what_is_no_number_is_none() {
        for odd in [
            json!("nan"),
            json!("inf"),
            json!(""),
            json!("12 apples"),
            json!({}),
        ] {
            let probe = probe(&json!({"int": odd, "float": odd}));
            assert_eq!((probe.int, probe.float), (None, None), "{odd}");
        }
        assert_eq!(probe(&json!({"int": -1})).int, None);
    }

    proptest! {
        #[test]
        fn integers_as_number_and_as_text(value in any::<u64>()) {
            prop_assert_eq!(probe(&json!({"int": value})).int, Some(value));
            prop_assert_eq!(probe(&json!({"int": value.to_string()})).int, Some(value));
            prop_assert_eq!(probe(&json!({"text": value})).text, Some(value.to_string()));
        }

        #[test]
        fn floats_as_number_and_as_text(eighths in any::<i32>()) {
            let value = f64::from(eighths) / 8.0;
            prop_assert_eq!(probe(&json!({"float": value})).float, Some(value));
            prop_assert_eq!(probe(&json!({"float": value.to_string()})).float, Some(value));
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,20}") {
            let probe = probe(&json!({"flag": text, "int": text, "float": text, "text": text, "list": text}));
            prop_assert_eq!(probe.text, Some(text));
        }
    }
}
