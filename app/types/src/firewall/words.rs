//! The words of a rule that are one of a few.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::text::Problem;

/// Why a text is none of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known words")]
pub struct ParseWordError;

/// Which way a connection is made, seen from the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the guest.
    #[default]
    In,
    /// From the guest.
    Out,
    /// Through the node; a guest has no such rules, a group may.
    Forward,
}

impl Direction {
    /// Every direction.
    pub const ALL: &'static [Self] = &[Self::In, Self::Out, Self::Forward];

    /// The word in Proxmox's API and in Drover's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Forward => "forward",
        }
    }
}

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Action {
    /// It passes.
    Accept,
    /// It vanishes.
    Drop,
    /// It is refused with an answer.
    Reject,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] = &[Self::Accept, Self::Drop, Self::Reject];

    /// The word in Proxmox's API and in Drover's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::Drop => "DROP",
            Self::Reject => "REJECT",
        }
    }
}

/// How loud a match is logged. `nolog` says that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of syslog")]
pub enum LogLevel {
    Emerg,
    Alert,
    Crit,
    Err,
    Warning,
    Notice,
    Info,
    Debug,
    Nolog,
}

impl LogLevel {
    /// Every level, the loudest first.
    pub const ALL: &'static [Self] = &[
        Self::Emerg,
        Self::Alert,
        Self::Crit,
        Self::Err,
        Self::Warning,
        Self::Notice,
        Self::Info,
        Self::Debug,
        Self::Nolog,
    ];

    /// The word in Proxmox's API and in Drover's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Emerg => "emerg",
            Self::Alert => "alert",
            Self::Crit => "crit",
            Self::Err => "err",
            Self::Warning => "warning",
            Self::Notice => "notice",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Nolog => "nolog",
        }
    }
}

/// Reads a word whatever its case; `$other` are further words for some.
macro_rules! word {
    ($Word:ident $(, $other:literal => $variant:ident)*) => {
        impl FromStr for $Word {
            type Err = ParseWordError;

            fn from_str(text: &str) -> Result<Self, ParseWordError> {
                let text = text.trim();
                $(
                    if text.eq_ignore_ascii_case($other) {
                        return Ok(Self::$variant);
                    }
                )*
                Self::ALL
                    .iter()
                    .copied()
                    .find(|word| word.as_str().eq_ignore_ascii_case(text))
                    .ok_or(ParseWordError)
            }
        }

        impl $Word {
            /// Reads the word of a field.
            ///
            /// # Errors
            /// The text is none of them; the problem says which there are.
            pub fn read(text: &str) -> Result<Self, Problem> {
                text.parse().map_err(|_| Problem::UnknownChoice {
                    given: text.trim().to_owned(),
                    known: Self::ALL.iter().map(ToString::to_string).collect(),
                })
            }
        }

        impl fmt::Display for $Word {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $Word {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

word!(Direction);
// The word that the API's clients have for DROP; Proxmox knows no DENY.
word!(Action, "DENY" => Drop);
word!(LogLevel);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_whatever_their_case() {
        assert_eq!("DENY".parse(), Ok(Action::Drop));
        assert_eq!("deny".parse(), Ok(Action::Drop));
        assert_eq!(" accept".parse(), Ok(Action::Accept));
        assert_eq!("IN".parse(), Ok(Direction::In));
        assert_eq!("Nolog".parse(), Ok(LogLevel::Nolog));
        assert_eq!("ALLOW".parse::<Action>(), Err(ParseWordError));
        assert_eq!("".parse::<Direction>(), Err(ParseWordError));
        let problem = Problem::UnknownChoice {
            given: "ALLOW".into(),
            known: vec!["ACCEPT".into(), "DROP".into(), "REJECT".into()],
        };
        assert_eq!(Action::read("ALLOW"), Err(problem));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_string(action).unwrap(), format!("\"{action}\""));
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        for direction in Direction::ALL {
            assert_eq!(direction.as_str().parse(), Ok(*direction));
        }
        for level in LogLevel::ALL {
            assert_eq!(level.as_str().parse(), Ok(*level));
        }
        assert_eq!(serde_json::from_str::<Action>("\"Deny\"").unwrap(), Action::Drop);
    }
}
