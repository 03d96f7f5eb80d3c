//! Gives the terms of a filter their meaning, or says which part has none.

use std::ops::Range;

use super::key::Key;
use super::terms::{Operator, Piece, Term, terms};
use crate::guest::{GuestKind, GuestStatus, LastBackup};
use crate::lang::Lang;
use crate::role::RoleKey;
use crate::text::Problem;
use crate::units::{GIB, MIB, TIB};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
/// What people write for [`LastBackup::NEVER`] too, as for a guest without a role.
pub(super) const NONE: &str = "none";

/// A filter that was understood. The default lets everything through.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// Each has to hold.
    pub(super) clauses: Vec<Clause>,
}

/// A term of the filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    pub(super) negated: bool,
    /// One has to hold.
    pub(super) any: Vec<Test>,
}

/// A question to a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// Name, id, address or tag holds it; in lower case.
    Text(String),
    /// The name holds it.
    NameHolds(String),
    /// What the key tells is the pattern.
    Word(Key, Pattern),
    Status(GuestStatus),
    Kind(GuestKind),
    Template(bool),
    Made(bool),
    /// `None` for one without a role.
    Role(Option<RoleKey>),
    Number(Key, Comparison, f64),
    /// The newest backup was made before this time, in seconds since 1970; a guest that never was passes, and none
    /// of which it is not known.
    BackupBefore(i64),
    /// It was made after it.
    BackupAfter(i64),
    /// It was never backed up.
    NoBackup,
    /// It is not known whether it was.
    BackupUnknown,
}

/// A text in lower case; an asterisk stands for any part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(pub(super) String);

/// How numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// Which part of a filter was not understood, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problem.text(Lang::En))]
pub struct FilterError {
    /// The part, in bytes of the text.
    pub at: Range<usize>,
    /// What is wrong; it names what would be understood.
    pub problem: Problem,
}

impl Filter {
    /// Reads the text of a filter at the time `now`, in seconds since 1970: ages are counted back from it.
    ///
    /// # Errors
    /// The first part that was not understood.
    pub fn parse(text: &str, now: i64) -> Result<Self, FilterError> {
        let clauses = terms(text)
            .iter()
            .map(|term| clause(term, now))
            .collect::<Result<_, _>>()?;
        Ok(Self { clauses })
    }

    /// Whether everything is let through.
    pub const fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }
}

fn clause(term: &Term, now: i64) -> Result<Clause, FilterError> {
    let mut any = Vec::with_capacity(term.values.len());
    match &term.key {
        None => any.extend(term.values.iter().map(|v| Test::Text(v.text.to_lowercase()))),
        Some((word, operator)) => {
            let key = Key::parse(&word.text).ok_or_else(|| unknown(word, Key::ALL, Key::as_str))?;
            if term.values.is_empty() {
                return Err(FilterError {
                    at: term.start..term.end,
                    problem: Problem::Required,
                });
            }
            for value in &term.values {
                if key.is_age() {
                    any.push(age(*operator, value, now)?);
                } else {
                    tests(key, word, *operator, value, &mut any)?;
                }
            }
        }
    }
    Ok(Clause {
        negated: term.negated,
        any,
    })
}

fn tests(
    key: Key,
    word: &Piece,
    operator: Operator,
    value: &Piece,
    any: &mut Vec<Test>,
) -> Result<(), FilterError> {
    if key.is_number() {
        let comparison = match operator {
            Operator::Has | Operator::Is => Comparison::Equal,
            Operator::Below => Comparison::Below,
            Operator::AtMost => Comparison::AtMost,
            Operator::Above => Comparison::Above,
            Operator::AtLeast => Comparison::AtLeast,
        };
        any.push(Test::Number(key, comparison, number(key, value)?));
        return Ok(());
    }
    if !matches!(operator, Operator::Has | Operator::Is) {
        return Err(FilterError {
            at: word.start..value.end,
            problem: Problem::UnknownChoice {
                given: word.text.clone(),
                known: names(
                    Key::ALL
                        .iter()
                        .copied()
                        .filter(|key| key.is_number() || key.is_age()),
                    Key::as_str,
                ),
            },
        });
    }
    let lower = value.text.to_lowercase();
    match key {
        Key::Status => {
            // A beginning is enough, so that the list narrows while one types.
            let begins = |status: &&GuestStatus| {
                let name = status.as_str();
                name == lower || operator == Operator::Has && name.starts_with(&lower)
            };
            let found = any.len();
            any.extend(GuestStatus::ALL.iter().filter(begins).copied().map(Test::Status));
            if any.len() == found {
                return Err(unknown(value, GuestStatus::ALL, GuestStatus::as_str));
            }
        }
        Key::Type => any.push(Test::Kind(match lower.as_str() {
            "vm" | "qemu" => GuestKind::Qemu,
            "ct" | "lxc" => GuestKind::Lxc,
            _ => return Err(unknown(value, &["vm", "ct"], |name| name)),
        })),
        Key::Role => any.push(Test::Role(RoleKey::read(&lower).map_err(|problem| {
            FilterError {
                at: value.start..value.end,
                problem,
            }
        })?)),
        Key::Template => any.push(Test::Template(yes_or_no(value, &lower)?)),
        Key::Made => any.push(Test::Made(yes_or_no(value, &lower)?)),
        Key::Name if operator == Operator::Has && !lower.contains('*') => {
            any.push(Test::NameHolds(lower));
        }
        // An address is looked for by its network's first part.
        Key::Address if operator == Operator::Has => any.push(Test::Word(key, Pattern(lower + "*"))),
        _ => any.push(Test::Word(key, Pattern(lower))),
    }
    Ok(())
}

fn yes_or_no(value: &Piece, lower: &str) -> Result<bool, FilterError> {
    match lower {
        "yes" | "true" | "on" | "1" => Ok(true),
        "no" | "false" | "off" | "0" => Ok(false),
        _ => Err(unknown(value, &["yes", "no"], |name| name)),
    }
}

/// An age, counted back from `now`. Ages move on, so none is equal to another.
fn age(operator: Operator, value: &Piece, now: i64) -> Result<Test, FilterError> {
    let wrong = |problem| FilterError {
        at: value.start..value.end,
        problem,
    };
    let text = value.text.to_ascii_lowercase();
    if matches!(operator, Operator::Has | Operator::Is) {
        return match text.as_str() {
            LastBackup::NEVER | NONE => Ok(Test::NoBackup),
            LastBackup::UNKNOWN => Ok(Test::BackupUnknown),
            _ => Err(unknown(
                value,
                &[LastBackup::NEVER, LastBackup::UNKNOWN],
                |name| name,
            )),
        };
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "h" => HOUR,
        "" | "d" => DAY,
        "w" => 7 * DAY,
        _ => return Err(unknown(value, &["12h", "7d", "2w"], |name| name)),
    };
    let seconds = digits.parse::<u32>().map_err(|_| {
        wrong(Problem::WrongType {
            expected: "number".to_owned(),
        })
    })?;
    let at = now.saturating_sub(i64::from(seconds).saturating_mul(unit));
    Ok(match operator {
        Operator::Below => Test::BackupAfter(at),
        Operator::AtMost => Test::BackupAfter(at.saturating_sub(1)),
        Operator::AtLeast => Test::BackupBefore(at.saturating_add(1)),
        _ => Test::BackupBefore(at),
    })
}

/// The number, in the unit of the row: percent, pieces or bytes.
fn number(key: Key, value: &Piece) -> Result<f64, FilterError> {
    let wrong = || FilterError {
        at: value.start..value.end,
        problem: Problem::WrongType {
            expected: "number".to_owned(),
        },
    };
    let text = value.text.trim_end_matches('%').to_ascii_lowercase();
    let size = matches!(key, Key::Ram | Key::Disk);
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match (&text[digits.len()..], size) {
        ("", false) => 1,
        ("m" | "mb" | "mib", true) => MIB,
        ("" | "g" | "gb" | "gib", true) => GIB,
        ("t" | "tb" | "tib", true) => TIB,
        _ => return Err(wrong()),
    };
    let number: f64 = digits.parse().map_err(|_| wrong())?;
    #[expect(clippy::cast_precision_loss, reason = "a power of two")]
    let number = number * unit as f64;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(wrong())
    }
}

fn unknown<T: Copy>(piece: &Piece, known: &[T], name: impl Fn(T) -> &'static str) -> FilterError {
    FilterError {
        at: piece.start..piece.end,
        problem: Problem::UnknownChoice {
            given: piece.text.clone(),
            known: names(known.iter().copied(), name),
        },
    }
}

fn names<T>(values: impl Iterator<Item = T>, name: impl Fn(T) -> &'static str) -> Vec<String> {
    values.map(|value| name(value).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_understood_is_pointed_at() {
        for (text, part) in [
            ("web colour:red", "colour"),
            ("status:walking", "walking"),
            ("status=run", "run"),
            ("cpu>much", "much"),
            ("web node:", "node:"),
            ("type:box", "box"),
            ("template:maybe", "maybe"),
            ("node>pve1", "node>pve1"),
            ("cpu>8g", "8g"),
            ("role:co-ok", "co-ok"),
            ("role>web", "role>web"),
            ("backup>7y", "7y"),
            ("backup>-1d", "-1d"),
            ("backup:7d", "7d"),
        ] {
            let error = Filter::parse(text, 0).unwrap_err();
            assert_eq!(&text[error.at], part, "{text}");
        }
    }

    #[test]
    fn an_unknown_key_names_the_known_ones() {
        let error = Filter::parse("colour:red", 0).unwrap_err();
        assert!(error.problem.text(Lang::En).contains("status"), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_understood_or_pointed_at(text in "[ a-z0-9:=<>,\"*.웹-]{0,24}") {
            if let Err(error) = Filter::parse(&text, i64::MIN) {
                prop_assert!(text.get(error.at).is_some());
            }
        }
    }
}
