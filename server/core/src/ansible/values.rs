//! What the variables of a role come to on a server: what is given, else what it had, else the default, else a secret
//! that is made up.

use drover_types::error::FieldProblems;
use drover_types::role::{RoleInfo, RoleValue, RoleValues};
use drover_types::text::Problem;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::catalogue::Role;
use crate::hex::hex;
use crate::passwords::generate;

/// Every variable of a role with its value.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Settled {
    /// What anybody may see.
    pub plain: RoleValues,
    /// What nobody is shown.
    pub secret: RoleValues,
    /// The names of those that were made up just now.
    pub generated: Vec<String>,
}

impl Settled {
    /// All of them.
    pub(crate) fn all(&self) -> RoleValues {
        self.plain
            .iter()
            .chain(&self.secret)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// A hash that is another one where any value is.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (name, value) in self.all() {
            let kind = match value {
                RoleValue::Boolean(_) => 'b',
                RoleValue::Integer(_) => 'i',
                RoleValue::Text(_) => 't',
            };
            let value = value.to_string();
            // Lengths keep one value from reaching into the next.
            hash.update(format!("{name} {kind} {} {value}\n", value.len()));
        }
        hex(&hash.finalize())
    }
}

/// The version of a role with these values.
pub(crate) fn version(role: &RoleInfo, digest: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(&role.digest);
    hash.update(digest);
    hex(&hash.finalize()[..6])
}

/// Settles every variable. `before` is what the server had.
///
/// # Errors
/// What is wrong with which variable.
pub(crate) fn settle(
    role: &Role,
    given: &RoleValues,
    before: Option<&RoleValues>,
) -> Result<Settled, FieldProblems> {
    let is_there = |value: &&RoleValue| **value != RoleValue::Text(String::new());
    let mut problems = FieldProblems::new();
    let mut settled = Settled::default();
    let mut wanted = RoleValues::new();
    for variable in &role.info.variables {
        let name = &variable.name;
        let given_now = given.get(name);
        // What may be empty can be emptied; elsewhere nothing stands for what was there.
        let cleared = variable.optional && given_now.is_some();
        let known = || before.and_then(|values| values.get(name)).filter(|_| !cleared);
        let value = given_now.filter(is_there).or_else(known).filter(is_there);
        let value = value
            .or_else(|| variable.default.as_ref().filter(|_| !cleared))
            .cloned();
        let value = value.or_else(|| {
            variable.generated.then(|| {
                settled.generated.push(name.clone());
                RoleValue::Text(generate().expose_secret().to_owned())
            })
        });
        if let (Some(RoleValue::Text(text)), Some(pattern)) = (&value, role.patterns.get(name))
            && !pattern.is_match(text)
        {
            let pattern = variable.pattern.clone().unwrap_or_default();
            problems.insert(name.clone(), Problem::PatternMismatch { pattern });
        }
        if let Some(value) = value {
            wanted.insert(name.clone(), value);
        }
    }
    // What is given and unknown is wrong too.
    let unknown = given
        .iter()
        .filter(|(name, _)| role.info.variable(name).is_none());
    let mut checked = wanted.clone();
    checked.extend(unknown.map(|(name, value)| (name.clone(), value.clone())));
    for (name, problem) in role.info.problems(&checked) {
        problems.entry(name).or_insert(problem);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for variable in &role.info.variables {
        let value = wanted.remove(&variable.name);
        let value = value.unwrap_or_else(|| RoleValue::Text(String::new()));
        let values = if variable.secret {
            &mut settled.secret
        } else {
            &mut settled.plain
        };
        values.insert(variable.name.clone(), value);
    }
    Ok(settled)
}

#[cfg(test)]
mod tests {
    use drover_types::role::{LocalText, RoleInfo, RoleKey, RoleSource};

    use super::super::manifest::{Manifest, whole};
    use super::*;

    fn role() -> Role {
        let text = r#"
            version = "1"
            systems = ["debian"]
            name = { en = "", ko = "" }
            description = { en = "", ko = "" }
            [[variables]]
            name = "port"
            type = "port"
            label = { en = "", ko = "" }
            default = 80
            [[variables]]
            name = "user"
            type = "string"
            label = { en = "", ko = "" }
            pattern = "[a-z]+"
            default = "app"
            [[variables]]
            name = "note"
            type = "string"
            label = { en = "", ko = "" }
            optional = true
            default = "hello"
            [[variables]]
            name = "password"
            type = "string"
            label = { en = "", ko = "" }
            secret = true
            generated = true
        "#;
        let manifest = Manifest::read(text).unwrap();
        let patterns = [("user".to_owned(), whole("[a-z]+").unwrap())].into();
        Role {
            patterns,
            info: RoleInfo {
                key: RoleKey::parse("app").unwrap(),
                name: LocalText::default(),
                description: LocalText::default(),
                version: manifest.version,
                digest: "d".into(),
                systems: manifest.systems,
                variables: manifest.variables,
                ports: vec![],
                uninstalls: false,
                source: RoleSource::Own,
                tasks: 1,
            },
        }
    }

    fn text(text: &str) -> RoleValue {
        RoleValue::Text(text.into())
    }

    #[test]
    fn nothing_given_comes_to_defaults_and_a_secret_that_is_made_up_once() {
        let first = settle(&role(), &RoleValues::new(), None).unwrap();
        assert_eq!(first.plain["port"], RoleValue::Integer(80));
        assert_eq!(first.generated, ["password"]);
        assert!(matches!(&first.secret["password"], RoleValue::Text(made) if made.len() > 20));
        let again = settle(&role(), &RoleValues::new(), Some(&first.all())).unwrap();
        assert_eq!((again.all(), again.generated.len()), (first.all(), 0));
        assert_eq!(again.digest(), first.digest());
        let other = settle(
            &role(),
            &RoleValues::from([("port".into(), RoleValue::Integer(81))]),
            Some(&first.all()),
        );
        assert_ne!(other.unwrap().digest(), first.digest());
    }

    #[test]
    fn what_is_optional_can_be_emptied_and_the_rest_falls_back() {
        let before = RoleValues::from([("note".into(), text("old")), ("user".into(), text("old"))]);
        let given = RoleValues::from([("note".into(), text("")), ("user".into(), text(""))]);
        let settled = settle(&role(), &given, Some(&before)).unwrap();
        assert_eq!(
            (&settled.plain["note"], &settled.plain["user"]),
            (&text(""), &text("old"))
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let given = RoleValues::from([
            ("port".into(), text("http")),
            ("user".into(), text("Root")),
            ("colour".into(), text("red")),
        ]);
        let problems = settle(&role(), &given, None).err().unwrap();
        assert_eq!(problems.keys().collect::<Vec<_>>(), ["colour", "port", "user"]);
        assert!(matches!(problems["user"], Problem::PatternMismatch { .. }));
    }

    #[test]
    fn one_value_does_not_reach_into_the_next() {
        let of = |user: &str, note: &str| {
            let given = RoleValues::from([
                ("user".into(), text(user)),
                ("note".into(), text(note)),
                ("password".into(), text("x")),
            ]);
            settle(&role(), &given, None).unwrap().digest()
        };
        assert_ne!(of("a", "b user t 1 a"), of("b", "b user t 1 b"));
        assert_eq!(of("a", "b"), of("a", "b"));
    }
}
