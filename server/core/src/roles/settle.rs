//! What a role comes to on a server before its task is queued: every value, the secret ones sealed.

use drover_types::error::FieldProblems;
use drover_types::role::{Generated, RoleAssignment, RoleKey, RoleValue, RoleValues};
use drover_types::text::Problem;
use secrecy::{ExposeSecret, SecretString};

use crate::ansible::{Known, Role, settle};
use crate::error::{Error, Result};
use crate::store::server_roles::RoleRecord;
use crate::store::tasks::{decode, encode};
use crate::tasks::{RoleWork, VARIABLES};
use crate::vault::Vault;

/// A role with its values settled, and what was made up for it. `before` is what is on record of it.
///
/// # Errors
/// [`Error::NotFound`] for the role; [`Error::Invalid`] with `variables.NAME` for each that is wrong.
pub(crate) fn settled(
    known: &Known,
    vault: &Vault,
    server: &str,
    asked: &RoleAssignment,
    before: Option<&RoleRecord>,
) -> Result<(RoleWork, Vec<Generated>)> {
    let role = found(known, &asked.role)?;
    let before = before.map(|record| values(vault, record)).transpose()?;
    let settled = settle(role, &asked.variables, before.as_ref()).map_err(invalid)?;
    let digest = settled.digest();
    let told = settled
        .generated
        .iter()
        .filter_map(|name| match settled.secret.get(name) {
            Some(RoleValue::Text(value)) => Some(Generated {
                server: server.to_owned(),
                role: asked.role.clone(),
                variable: name.clone(),
                value: value.clone(),
            }),
            _ => None,
        });
    let told = told.collect();
    let secret = if settled.secret.is_empty() {
        None
    } else {
        let text = SecretString::from(encode(&settled.secret)?);
        Some(vault.seal(VARIABLES, &text)?)
    };
    let work = RoleWork {
        role: asked.role.clone(),
        variables: settled.plain,
        secret,
        digest,
    };
    Ok((work, told))
}

/// As [`settled`], for the roles of a server that is to be made. `problems` says what is wrong, by the fields of the
/// request.
pub(crate) fn works(
    known: &Known,
    vault: &Vault,
    server: &str,
    asked: &[RoleAssignment],
    problems: &mut FieldProblems,
) -> Result<(Vec<RoleWork>, Vec<Generated>)> {
    let (mut works, mut told) = (Vec::new(), Vec::new());
    for (at, one) in asked.iter().enumerate() {
        if asked[..at].iter().any(|before| before.role == one.role) {
            problems.insert(
                format!("roles[{at}].role"),
                Problem::RoleTwice {
                    role: one.role.to_string(),
                },
            );
            continue;
        }
        match settled(known, vault, server, one, None) {
            Ok((work, generated)) => {
                works.push(work);
                told.extend(generated);
            }
            Err(Error::NotFound(problem)) => drop(problems.insert(format!("roles[{at}].role"), problem)),
            Err(Error::Invalid(wrong)) => {
                problems.extend(
                    wrong
                        .into_iter()
                        .map(|(field, it)| (format!("roles[{at}].{field}"), it)),
                );
            }
            Err(error) => return Err(error),
        }
    }
    Ok((works, told))
}

/// Whether the values that are given can be those of any server.
///
/// # Errors
/// [`Error::Invalid`] with `variables.NAME` for each that can't.
pub(super) fn check_given(role: &Role, given: &RoleValues) -> Result<()> {
    let mut problems = role.info.problems(given);
    problems.retain(|name, _| given.contains_key(name));
    for (name, pattern) in &role.patterns {
        if let Some(RoleValue::Text(text)) = given.get(name)
            && !text.is_empty()
            && !pattern.is_match(text)
        {
            let pattern = role.info.variable(name).and_then(|one| one.pattern.clone());
            let pattern = pattern.unwrap_or_default();
            problems.insert(name.clone(), Problem::PatternMismatch { pattern });
        }
    }
    // Nothing is a value too: what each server has stays.
    problems.retain(|name, _| given.get(name) != Some(&RoleValue::Text(String::new())));
    if problems.is_empty() {
        return Ok(());
    }
    Err(invalid(problems))
}

/// What is wrong with variables, as fields of a request.
fn invalid(problems: FieldProblems) -> Error {
    let named = problems
        .into_iter()
        .map(|(name, problem)| (format!("variables.{name}"), problem));
    Error::Invalid(named.collect())
}

/// A role of the catalogue.
pub(super) fn found<'a>(known: &'a Known, key: &RoleKey) -> Result<&'a Role> {
    let role = key.to_string();
    known
        .roles
        .get(key)
        .ok_or(Error::NotFound(Problem::RoleNotFound { role }))
}

/// Every value of a role that a task was to install.
///
/// # Errors
/// Where its secrets were sealed with another key.
pub(crate) fn opened(vault: &Vault, work: &RoleWork) -> Result<RoleValues> {
    let mut values = work.variables.clone();
    open_into(&mut values, vault, work.secret.as_deref())?;
    Ok(values)
}

fn values(vault: &Vault, record: &RoleRecord) -> Result<RoleValues> {
    let mut values: RoleValues = decode("the variables of a role", &record.variables)?;
    open_into(&mut values, vault, record.secret.as_deref())?;
    Ok(values)
}

fn open_into(values: &mut RoleValues, vault: &Vault, sealed: Option<&str>) -> Result<()> {
    if let Some(sealed) = sealed {
        let opened = vault.open(VARIABLES, sealed)?;
        values.append(&mut decode("the secrets of a role", opened.expose_secret())?);
    }
    Ok(())
}
