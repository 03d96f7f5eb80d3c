//! What is typed for the variables of roles, and what of it is sent. Pure.

use std::collections::BTreeMap;

use drover_types::{
    error::FieldProblems,
    role::{RoleInfo, RoleKey, RoleValue, RoleValues, RoleVariable, VariableKind},
    text::Problem,
};
use serde::{Deserialize, Serialize};

type Texts = BTreeMap<String, BTreeMap<String, String>>;

/// What was typed, by role and variable: whoever looks at another role in between loses nothing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    plain: Texts,
    /// Never kept.
    #[serde(skip)]
    secret: Texts,
}

impl Typed {
    /// What was typed for a variable; `None` where nobody has touched it.
    pub fn get(&self, role: &RoleKey, variable: &RoleVariable) -> Option<&str> {
        let texts = if variable.secret {
            &self.secret
        } else {
            &self.plain
        };
        texts.get(role.as_str())?.get(&variable.name).map(String::as_str)
    }

    /// Takes what is typed for a variable.
    pub fn set(&mut self, role: &RoleKey, variable: &RoleVariable, text: String) {
        let texts = if variable.secret {
            &mut self.secret
        } else {
            &mut self.plain
        };
        let own = texts.entry(role.to_string()).or_default();
        own.insert(variable.name.clone(), text);
    }

    /// What is sent: what was touched alone, so that everything else stays what the server has, or is the role's
    /// default. `before` is what the server has.
    pub fn values(&self, role: &RoleInfo, before: Option<&RoleValues>) -> RoleValues {
        let value = |variable: &RoleVariable| match self.get(&role.key, variable) {
            // Nothing takes the place of what may be empty.
            Some("") if variable.optional => Some(RoleValue::Text(String::new())),
            Some(text) => variable.read(text),
            // A box that nobody has ticked says no.
            None if variable.kind == VariableKind::Boolean && before.is_none() => {
                variable.default.is_none().then_some(RoleValue::Boolean(false))
            }
            None => None,
        };
        let variables = role.variables.iter();
        variables
            .filter_map(|variable| Some((variable.name.clone(), value(variable)?)))
            .collect()
    }

    /// What is wrong with it, by the names of the variables.
    pub fn problems(&self, role: &RoleInfo, before: Option<&RoleValues>) -> FieldProblems {
        let mut values = before.cloned().unwrap_or_default();
        // The role may have had others when it was given.
        values.retain(|name, _| role.variable(name).is_some());
        values.extend(self.values(role, before));
        let mut problems = role.problems(&values);
        // Nobody is shown a secret that the server has, but it has it.
        let is_kept = |name: &str| before.is_some() && role.variable(name).is_some_and(|one| one.secret);
        problems.retain(|name, problem| *problem != Problem::Required || !is_kept(name));
        problems
    }
}

/// What counts while nothing is typed: what the server has, else the default; empty for neither.
pub fn usual(variable: &RoleVariable, before: Option<&RoleValues>) -> String {
    let had = before.and_then(|values| values.get(&variable.name));
    let value = had.or(variable.default.as_ref());
    value.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use drover_types::role::{LocalText, RoleSource};

    use super::*;

    fn variable(name: &str, kind: VariableKind) -> RoleVariable {
        RoleVariable {
            name: name.into(),
            kind,
            label: LocalText::default(),
            help: None,
            default: None,
            secret: false,
            generated: false,
            optional: false,
            min: None,
            max: None,
            choices: Vec::new(),
            pattern: None,
        }
    }

    fn role() -> RoleInfo {
        let port = RoleVariable {
            default: Some(RoleValue::Integer(80)),
            ..variable("port", VariableKind::Port)
        };
        let note = RoleVariable {
            optional: true,
            ..variable("note", VariableKind::String)
        };
        let password = RoleVariable {
            secret: true,
            ..variable("password", VariableKind::String)
        };
        let tls = variable("tls", VariableKind::Boolean);
        RoleInfo {
            key: RoleKey::parse("web").unwrap(),
            name: LocalText::default(),
            description: LocalText::default(),
            version: String::new(),
            digest: String::new(),
            systems: Vec::new(),
            variables: vec![port, note, password, tls],
            ports: Vec::new(),
            uninstalls: false,
            source: RoleSource::Drover,
            tasks: 0,
        }
    }

    fn type_into(typed: &mut Typed, role: &RoleInfo, name: &str, text: &str) {
        typed.set(&role.key, role.variable(name).unwrap(), text.to_owned());
    }

    #[test]
    fn what_nobody_touched_is_not_sent() {
        let (role, mut typed) = (role(), Typed::default());
        let no = ("tls".to_owned(), RoleValue::Boolean(false));
        assert_eq!(typed.values(&role, None), RoleValues::from([no.clone()]));
        // A server that has it keeps its own.
        assert_eq!(typed.values(&role, Some(&RoleValues::new())), RoleValues::new());
        type_into(&mut typed, &role, "port", "8080");
        type_into(&mut typed, &role, "note", "");
        let expected = RoleValues::from([
            no,
            ("note".to_owned(), RoleValue::Text(String::new())),
            ("port".to_owned(), RoleValue::Integer(8080)),
        ]);
        assert_eq!(typed.values(&role, None), expected);
    }

    #[test]
    fn a_secret_is_missing_only_where_the_server_has_none_and_is_never_kept() {
        let (role, mut typed) = (role(), Typed::default());
        let missing = |typed: &Typed, before: Option<&RoleValues>| {
            typed.problems(&role, before).into_keys().collect::<Vec<_>>()
        };
        let had = RoleValues::from([
            ("tls".to_owned(), RoleValue::Boolean(true)),
            // A variable that the role has no more is no problem of this form's.
            ("gone".to_owned(), RoleValue::Integer(1)),
        ]);
        assert_eq!(missing(&typed, None), ["password"]);
        assert!(missing(&typed, Some(&had)).is_empty());
        type_into(&mut typed, &role, "password", "hush");
        type_into(&mut typed, &role, "port", "70000");
        assert_eq!(missing(&typed, None), ["port"]);
        let kept = serde_json::to_string(&typed).unwrap();
        assert!(kept.contains("70000") && !kept.contains("hush"), "{kept}");
    }

    #[test]
    fn the_servers_own_value_counts_before_the_default() {
        let role = role();
        let port = role.variable("port").unwrap();
        let had = RoleValues::from([("port".to_owned(), RoleValue::Integer(8080))]);
        assert_eq!(usual(port, Some(&had)), "8080");
        assert_eq!(usual(port, None), "80");
        assert_eq!(usual(role.variable("note").unwrap(), None), "");
    }
}
