//! How problems, progress and notes are read. What serde derives for such an enum has a reader for each variant with
//! parameters, which is more for a browser to load than all their sentences; here a variant is a name and a map.

use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Error, Map, Value};

/// A variant as it is written: its name alone, or an object of one key with the parameters.
pub(super) struct Named {
    name: String,
    parameters: Map<String, Value>,
}

impl Named {
    /// Which variant it is; `N` has the names of all.
    pub(super) fn variant<'de, N: Deserialize<'de>>(&'de self) -> Result<N, Error> {
        N::deserialize(StrDeserializer::new(&self.name))
    }

    /// Takes a parameter out. One that is left out is null.
    pub(super) fn take<T: DeserializeOwned>(&mut self, parameter: &str) -> Result<T, Error> {
        let value = self.parameters.get_mut(parameter).map(Value::take);
        serde_json::from_value(value.unwrap_or_default())
            .map_err(|error| Error::custom(format_args!("{}.{parameter}: {error}", self.name)))
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Named;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name, or an object of one name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Named, E> {
        Ok(Named {
            name: name.to_owned(),
            parameters: Map::new(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Named, A::Error> {
        let Some((name, parameters)) = object.next_entry()? else {
            return Err(A::Error::custom("an object without a name"));
        };
        if object.next_key::<String>()?.is_some() {
            return Err(A::Error::custom("an object of more than one name"));
        }
        Ok(Named { name, parameters })
    }
}

/// Defines an enum that is read by way of [`Named`]. It has to derive `Serialize` in snake case.
macro_rules! named {
    (
        $(#[$meta:meta])*
        pub enum $Enum:ident {
            $($(#[$about:meta])* $Variant:ident $({ $($(#[$what:meta])* $parameter:ident: $Type:ty,)+ })?,)+
        }
    ) => {
        $(#[$meta])*
        pub enum $Enum {
            $($(#[$about])* $Variant $({ $($(#[$what])* $parameter: $Type,)+ })?,)+
        }

        impl<'de> serde::Deserialize<'de> for $Enum {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(rename_all = "snake_case")]
                enum Variant {
                    $($Variant,)+
                }
                // Not generic, so that it is there once however many formats are read.
                fn of(mut read: $crate::text::named::Named) -> Result<$Enum, serde_json::Error> {
                    Ok(match read.variant()? {
                        $(Variant::$Variant => $Enum::$Variant $({
                            $($parameter: read.take(stringify!($parameter))?,)+
                        })?,)+
                    })
                }
                of($crate::text::named::Named::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(super) use named;

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    named! {
        #[derive(Debug, PartialEq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Fruit {
            WildApple,
            Pear { count: u8, colours: Vec<String>, },
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let pears = Fruit::Pear {
            count: 2,
            colours: vec!["green".into()],
        };
        for fruit in [Fruit::WildApple, pears] {
            let text = serde_json::to_string(&fruit).unwrap();
            assert_eq!(serde_json::from_str::<Fruit>(&text).unwrap(), fruit);
            let value = serde_json::to_value(&fruit).unwrap();
            assert_eq!(Fruit::deserialize(value).unwrap(), fruit);
        }
    }

    #[test]
    fn anything_else_is_an_error_that_says_where() {
        for (text, error) in [
            (r#""plum""#, "unknown variant `plum`"),
            (r#"{"plum":{}}"#, "unknown variant `plum`"),
            (r#"{"pear":{"colours":[]}}"#, "pear.count: invalid type: null"),
            (
                r#"{"pear":{"count":300,"colours":[]}}"#,
                "pear.count: invalid value",
            ),
            (r#""pear""#, "pear.count"),
            (
                r#"{"pear":{"count":1,"colours":[]},"wild_apple":{}}"#,
                "more than one name",
            ),
            ("{}", "without a name"),
            ("7", "a name, or an object of one name"),
        ] {
            let got = serde_json::from_str::<Fruit>(text).unwrap_err().to_string();
            assert!(got.contains(error), "{text}: {got}");
        }
    }
}
