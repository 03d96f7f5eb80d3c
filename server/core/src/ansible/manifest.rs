//! `role.toml`: what a role says of itself.

use drover_types::role::{LocalText, RoleVariable, VariableKind};
use regex::Regex;
use serde::Deserialize;

/// The families that roles may be for, in Ansible's words.
const SYSTEMS: &[&str] = &["debian", "redhat", "suse", "archlinux", "alpine"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub version: String,
    pub systems: Vec<String>,
    #[serde(default)]
    pub ports: Vec<String>,
    pub name: LocalText,
    pub description: LocalText,
    #[serde(default)]
    pub variables: Vec<RoleVariable>,
}

impl Manifest {
    /// Reads and checks it; says what is wrong in a sentence for whoever writes roles.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let manifest: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if let Some(other) = manifest
            .systems
            .iter()
            .find(|one| !SYSTEMS.contains(&one.as_str()))
        {
            return Err(format!("systems: {other:?} is none of {SYSTEMS:?}"));
        }
        for (at, variable) in manifest.variables.iter().enumerate() {
            check(variable).map_err(|problem| format!("variables: {}: {problem}", variable.name))?;
            if manifest.variables[..at]
                .iter()
                .any(|one| one.name == variable.name)
            {
                return Err(format!("variables: {} stands there twice", variable.name));
            }
        }
        for port in &manifest.ports {
            let is_port = |one: &RoleVariable| one.name == *port && one.kind == VariableKind::Port;
            if !manifest.variables.iter().any(is_port) {
                return Err(format!("ports: {port:?} is no variable of the type port"));
            }
        }
        Ok(manifest)
    }
}

fn check(variable: &RoleVariable) -> Result<(), String> {
    let mut bytes = variable.name.bytes();
    let is_name = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_name {
        return Err("a name has small letters, digits and underscores, a letter first".to_owned());
    }
    if variable.generated && !(variable.secret && variable.kind == VariableKind::String) {
        return Err("only a secret text can be generated".to_owned());
    }
    if variable.secret && variable.default.is_some() {
        return Err("what everybody can read is no secret: no default".to_owned());
    }
    if variable.kind == VariableKind::Choice && variable.choices.is_empty() {
        return Err("there is nothing to choose from".to_owned());
    }
    if let Some(pattern) = &variable.pattern {
        whole(pattern).map_err(|error| format!("the pattern can't be read: {error}"))?;
    }
    let default = variable.default.as_ref();
    match default.and_then(|value| variable.problem(Some(value))) {
        Some(problem) => Err(format!(
            "the default: {}",
            problem.text(drover_types::lang::Lang::En)
        )),
        None => Ok(()),
    }
}

/// The expression that a whole text has to match.
pub(super) fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "version = \"1\"\nsystems = [\"debian\"]\nports = [\"port\"]\n\
                        name = { en = \"a\", ko = \"a\" }\ndescription = { en = \"b\", ko = \"b\" }\n";

    fn with(variable: &str) -> Result<Manifest, String> {
        Manifest::read(&format!(
            "{HEAD}[[variables]]\nlabel = {{ en = \"p\", ko = \"p\" }}\n{variable}\n"
        ))
    }

    #[test]
    fn a_role_that_is_well_described_is_read() {
        let manifest = with("name = \"port\"\ntype = \"port\"\ndefault = 80").unwrap();
        assert_eq!(manifest.variables[0].kind, VariableKind::Port);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (variable, said) in [
            ("name = \"Port\"\ntype = \"port\"", "small letters"),
            (
                "name = \"port\"\ntype = \"string\"",
                "no variable of the type port",
            ),
            ("name = \"port\"\ntype = \"port\"\ndefault = 0", "default"),
            ("name = \"port\"\ntype = \"port\"\ndefault = \"80\"", "default"),
            (
                "name = \"port\"\ntype = \"port\"\ngenerated = true",
                "only a secret text",
            ),
            (
                "name = \"port\"\ntype = \"port\"\nsecret = true\ndefault = 80",
                "no secret",
            ),
            ("name = \"port\"\ntype = \"choice\"", "nothing to choose"),
            ("name = \"port\"\ntype = \"string\"\npattern = \"(\"", "pattern"),
            ("name = \"port\"\ntype = \"port\"\ncolour = \"red\"", "colour"),
        ] {
            let error = with(variable).unwrap_err();
            assert!(error.contains(said), "{variable}: {error}");
        }
    }
}
