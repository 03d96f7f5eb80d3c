//! What a role is, as its `role.toml` says.

use serde::{Deserialize, Serialize};

use super::key::RoleKey;
use super::value::{RoleValue, RoleValues};
use crate::error::FieldProblems;
use crate::lang::Lang;
use crate::text::Problem;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalText {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

impl LocalText {
    /// The text in a language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.ko, &self.en)
    }
}

/// Where a role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoleSource {
    /// It comes with Drover.
    Drover,
    /// It stands in the folder that the configuration names.
    Own,
}

/// A role of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleInfo {
    /// Its name.
    pub key: RoleKey,
    /// What it is called.
    pub name: LocalText,
    /// What it installs.
    pub description: LocalText,
    /// The version that its author gives it.
    pub version: String,
    /// The SHA-256 of its files, in hexadecimal.
    pub digest: String,
    /// The families of systems that it can be installed on, in Ansible's words: `debian`, `redhat`.
    pub systems: Vec<String>,
    /// Its variables, in the order of a form.
    pub variables: Vec<RoleVariable>,
    /// The variables that name the TCP ports that it opens.
    pub ports: Vec<String>,
    /// Whether it knows how to take back what it has set up.
    pub uninstalls: bool,
    /// Where it comes from.
    pub source: RoleSource,
    /// About how many tasks it is made of.
    pub tasks: u32,
}

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// A line of text.
    String,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A port, 1 to 65535.
    Port,
    /// One of some words.
    Choice,
}

/// A variable of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoleVariable {
    /// Its name; Ansible knows it by that of the role, an underscore, and this.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: VariableKind,
    /// What a form calls it.
    pub label: LocalText,
    /// What a form says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<LocalText>,
    /// What it is where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<RoleValue>,
    /// Whether it is shown to nobody once it is given.
    #[serde(default)]
    pub secret: bool,
    /// Whether Drover makes one for each server where none is given.
    #[serde(default)]
    pub generated: bool,
    /// Whether it may be empty.
    #[serde(default)]
    pub optional: bool,
    /// The least that a number may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most that a number may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The words to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The regular expression that the whole text has to match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// What the page of roles shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolesOverview {
    /// The roles, by name.
    pub roles: Vec<RoleInfo>,
    /// Folders that hold no role that can be read: their names, and why.
    pub broken: Vec<(String, String)>,
    /// Why nothing can be installed at all.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub unable: Option<Problem>,
    /// The public half of the key by which Drover signs in to servers.
    pub public_key: String,
    /// Whether some server has `node_exporter`: then new ones are likely to want it too.
    pub measures: bool,
    /// How often what is installed is compared with what should be, in hours; 0 for never.
    pub check_hours: u32,
}

impl RoleInfo {
    /// What is wrong with these values, by the names of the variables. Patterns are the server's to check, who has
    /// [`RoleVariable::problem`] do the rest, as the browser does.
    pub fn problems(&self, values: &RoleValues) -> FieldProblems {
        let mut problems = FieldProblems::new();
        for name in values.keys() {
            if self.variable(name).is_none() {
                let known = self.variables.iter().map(|one| one.name.clone()).collect();
                problems.insert(
                    name.clone(),
                    Problem::UnknownChoice {
                        given: name.clone(),
                        known,
                    },
                );
            }
        }
        for variable in &self.variables {
            if let Some(problem) = variable.problem(values.get(&variable.name)) {
                problems.insert(variable.name.clone(), problem);
            }
        }
        problems
    }

    /// The variable of this name.
    pub fn variable(&self, name: &str) -> Option<&RoleVariable> {
        self.variables.iter().find(|one| one.name == name)
    }
}

impl RoleVariable {
    /// What is wrong with a value, where that can be told without more than this.
    pub fn problem(&self, given: Option<&RoleValue>) -> Option<Problem> {
        let Some(value) = given.filter(|value| !is_empty(value)) else {
            let may_be_missing = self.optional || self.generated || self.default.is_some();
            return (!may_be_missing).then_some(Problem::Required);
        };
        let wrong = |expected: &str| {
            Some(Problem::WrongType {
                expected: expected.to_owned(),
            })
        };
        match (self.kind, value) {
            (VariableKind::String, RoleValue::Text(text)) => {
                // A line that ends would be another one in a configuration file.
                let has_control = text.chars().any(char::is_control);
                has_control.then_some(Problem::ControlCharacters)
            }
            (VariableKind::Choice, RoleValue::Text(text)) => {
                (!self.choices.contains(text)).then(|| Problem::UnknownChoice {
                    given: text.clone(),
                    known: self.choices.clone(),
                })
            }
            (VariableKind::String | VariableKind::Choice, _) => wrong("string"),
            (VariableKind::Boolean, RoleValue::Boolean(_)) => None,
            (VariableKind::Boolean, _) => wrong("boolean"),
            (VariableKind::Integer, RoleValue::Integer(number)) => {
                let (min, max) = (self.min.unwrap_or(i64::MIN), self.max.unwrap_or(i64::MAX));
                (!(min..=max).contains(number)).then_some(Problem::OutOfRange { min, max })
            }
            (VariableKind::Port, RoleValue::Integer(number)) => {
                (!(1..=65_535).contains(number)).then_some(Problem::OutOfRange { min: 1, max: 65_535 })
            }
            (VariableKind::Integer | VariableKind::Port, _) => wrong("integer"),
        }
    }

    /// The value that a line of text stands for, as somebody types it; `None` for nothing.
    pub fn read(&self, typed: &str) -> Option<RoleValue> {
        if typed.is_empty() {
            return None;
        }
        Some(match self.kind {
            VariableKind::Integer | VariableKind::Port => typed
                .trim()
                .parse()
                .map_or_else(|_| RoleValue::Text(typed.to_owned()), RoleValue::Integer),
            VariableKind::Boolean => match typed {
                "true" => RoleValue::Boolean(true),
                "false" => RoleValue::Boolean(false),
                _ => RoleValue::Text(typed.to_owned()),
            },
            VariableKind::String | VariableKind::Choice => RoleValue::Text(typed.to_owned()),
        })
    }
}

fn is_empty(value: &RoleValue) -> bool {
    matches!(value, RoleValue::Text(text) if text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(kind: VariableKind) -> RoleVariable {
        RoleVariable {
            name: "port".into(),
            kind,
            label: LocalText::default(),
            help: None,
            default: None,
            secret: false,
            generated: false,
            optional: false,
            min: None,
            max: Some(10),
            choices: vec!["small".into()],
            pattern: None,
        }
    }

    #[test]
    fn a_value_is_of_the_variables_type_and_within_its_limits() {
        let text = |text: &str| RoleValue::Text(text.into());
        let cases = [
            (VariableKind::String, text("a b"), true),
            (VariableKind::String, text("a\nb"), false),
            (VariableKind::String, RoleValue::Integer(1), false),
            (VariableKind::Integer, RoleValue::Integer(10), true),
            (VariableKind::Integer, RoleValue::Integer(11), false),
            (VariableKind::Integer, text("1"), false),
            (VariableKind::Port, RoleValue::Integer(65_535), true),
            (VariableKind::Port, RoleValue::Integer(0), false),
            (VariableKind::Boolean, RoleValue::Boolean(false), true),
            (VariableKind::Boolean, text("true"), false),
            (VariableKind::Choice, text("small"), true),
            (VariableKind::Choice, text("large"), false),
        ];
        for (kind, value, fits) in cases {
            assert_eq!(
                variable(kind).problem(Some(&value)).is_none(),
                fits,
                "{kind:?} {value:?}"
            );
        }
    }

    #[test]
    fn what_is_missing_is_told_unless_there_is_something_in_its_place() {
        let mut of = variable(VariableKind::String);
        assert_eq!(of.problem(None), Some(Problem::Required));
        assert_eq!(
            of.problem(Some(&RoleValue::Text(String::new()))),
            Some(Problem::Required)
        );
        of.generated = true;
        assert_eq!(of.problem(None), None);
    }

    #[test]
    fn what_is_typed_is_read_as_the_variables_type_or_stays_text_that_is_wrong() {
        let port = variable(VariableKind::Port);
        assert_eq!(port.read(" 80 "), Some(RoleValue::Integer(80)));
        assert!(port.problem(port.read("http").as_ref()).is_some());
        assert_eq!(port.read(""), None);
    }
}
