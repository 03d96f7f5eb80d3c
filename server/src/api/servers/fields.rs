//! Takes an object of JSON apart, field by field, as leniently as old clients need: a number may be a text, a list
//! may be left out, empty texts and nulls are nothing. What has the wrong type, and what nobody asked for, is noted
//! by its path.

use drover_types::error::FieldProblems;
use drover_types::text::Problem;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What is noted on the way.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// What is wrong.
    pub problems: FieldProblems,
    /// What was not looked at.
    pub ignored: Vec<String>,
}

/// An object that is being taken apart.
#[derive(Debug)]
pub(crate) struct Fields {
    /// Where it stands, with a dot at the end; empty for the whole body.
    prefix: String,
    left: Map<String, Value>,
}

impl Fields {
    /// The whole body.
    pub(crate) const fn new(body: Map<String, Value>) -> Self {
        Self {
            prefix: String::new(),
            left: body,
        }
    }

    /// The path of one of its fields.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Whether it says anything of a field.
    pub(crate) fn has(&self, name: &str) -> bool {
        let value = self.left.get(name).filter(|value| !value.is_null());
        value.is_some_and(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()))
    }

    /// A text; a number is one too.
    pub(crate) fn text(&mut self, name: &str, notes: &mut Notes) -> Option<String> {
        match self.left.remove(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => self.wrong(name, "\"…\"", notes),
        }
    }

    /// A text that is kept to the letter, such as a password.
    pub(crate) fn exact_text(&mut self, name: &str, notes: &mut Notes) -> Option<String> {
        match self.left.remove(name)? {
            Value::Null => None,
            Value::String(text) => Some(text).filter(|text| !text.is_empty()),
            _ => self.wrong(name, "\"…\"", notes),
        }
    }

    /// A whole number, or a text that is one.
    pub(crate) fn number(&mut self, name: &str, notes: &mut Notes) -> Option<u64> {
        let read = match self.left.remove(name)? {
            Value::Null => return None,
            Value::Number(number) => whole(&number),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        read.or_else(|| self.wrong(name, "0, 1, 2, …", notes))
    }

    /// A list of texts, or one text with `separators` between.
    pub(crate) fn texts(&mut self, name: &str, separators: &[char], notes: &mut Notes) -> Vec<String> {
        let split = |text: &str| {
            let parts = text
                .split(|letter| separators.contains(&letter))
                .map(|part| part.trim().to_owned());
            parts.filter(|part| !part.is_empty()).collect()
        };
        match self.left.remove(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) => split(&text),
            Some(Value::Array(list)) if list.iter().all(Value::is_string) => list
                .iter()
                .filter_map(Value::as_str)
                .flat_map(split)
                .collect::<Vec<String>>(),
            Some(_) => self.wrong(name, "[\"…\"]", notes).unwrap_or_default(),
        }
    }

    /// A text that may be empty, which is not the same as none.
    pub(crate) fn said(&mut self, name: &str, notes: &mut Notes) -> Option<String> {
        match self.left.remove(name)? {
            Value::Null => None,
            Value::String(text) => Some(text),
            _ => self.wrong(name, "\"…\"", notes),
        }
    }

    /// As [`Fields::texts`], where none is not the same as an empty list.
    pub(crate) fn list(&mut self, name: &str, separators: &[char], notes: &mut Notes) -> Option<Vec<String>> {
        self.left.get(name).filter(|value| !value.is_null())?;
        Some(self.texts(name, separators, notes))
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, name: &str, notes: &mut Notes) -> Option<bool> {
        match self.left.remove(name)? {
            Value::Null => None,
            Value::Bool(flag) => Some(flag),
            _ => self.wrong(name, "true, false", notes),
        }
    }

    /// Yes or no, also as 1 and 0.
    pub(crate) fn flag_or_number(&mut self, name: &str, notes: &mut Notes) -> Option<bool> {
        match self.left.get(name).and_then(Value::as_u64) {
            Some(number @ (0 | 1)) => {
                self.left.remove(name);
                Some(number == 1)
            }
            _ => self.flag(name, notes),
        }
    }

    /// An object, to be taken apart in turn; anything else is left where it is.
    pub(crate) fn object(&mut self, name: &str) -> Option<Self> {
        if !self.left.get(name)?.is_object() {
            return None;
        }
        let prefix = format!("{}.", self.path(name));
        match self.left.remove(name)? {
            Value::Object(left) => Some(Self { prefix, left }),
            _ => None,
        }
    }

    /// What has a shape of its own.
    pub(crate) fn shaped<T: DeserializeOwned>(&mut self, name: &str, notes: &mut Notes) -> Option<T> {
        let value = self.left.remove(name).filter(|value| !value.is_null())?;
        match serde_path_to_error::deserialize(value) {
            Ok(read) => Some(read),
            Err(error) => {
                let path = error.path().to_string();
                let within = match path.as_str() {
                    "." => String::new(),
                    path if path.starts_with('[') => path.to_owned(),
                    path => format!(".{path}"),
                };
                let complaint = error.inner().to_string();
                let expected = complaint.rsplit_once("expected ").map_or("{…}", |(_, rest)| rest);
                let expected = expected.to_owned();
                notes.problems.insert(
                    format!("{}{within}", self.path(name)),
                    Problem::WrongType { expected },
                );
                None
            }
        }
    }

    /// A list of objects, each to be taken apart in turn.
    pub(crate) fn objects(&mut self, name: &str, notes: &mut Notes) -> Vec<Self> {
        let list = match self.left.remove(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => return self.wrong(name, "[{…}]", notes).unwrap_or_default(),
        };
        let mut objects = Vec::with_capacity(list.len());
        for (n, value) in list.into_iter().enumerate() {
            let path = format!("{}[{n}]", self.path(name));
            if let Value::Object(left) = value {
                objects.push(Self {
                    prefix: format!("{path}."),
                    left,
                });
            } else {
                notes.problems.insert(
                    path,
                    Problem::WrongType {
                        expected: "{…}".to_owned(),
                    },
                );
            }
        }
        objects
    }

    /// Notes what was not asked for.
    pub(crate) fn finish(self, notes: &mut Notes) {
        let prefix = &self.prefix;
        notes
            .ignored
            .extend(self.left.keys().map(|name| format!("{prefix}{name}")));
    }

    fn wrong<T>(&self, name: &str, expected: &str, notes: &mut Notes) -> Option<T> {
        notes.problems.insert(
            self.path(name),
            Problem::WrongType {
                expected: expected.to_owned(),
            },
        );
        None
    }
}

/// JavaScript writes `2.0` for a number that is whole.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, not negative and below 2^53"
)]
fn whole(number: &serde_json::Number) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && (0.0..EXACT).contains(&float)).then_some(float as u64)
    })
}
