//! From what a client says of a role to the input of the service.

use drover_core::Error;
use drover_types::error::FieldProblems;
use drover_types::role::{RoleAssignment, RoleKey, RoleValue, RoleValues};
use drover_types::text::Problem;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::input::Object;

/// What old clients write for a server without a role, beside an empty text.
const NO_ROLE: &[&str] = &[RoleKey::NONE, "없음", "역할 없음"];

/// Which role, and with which values.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"role": "web", "variables": {"port": 8080}}))]
pub(super) struct AssignRoleBody {
    /// The role; an empty text or `none` for none. Required.
    pub role: Option<String>,
    /// Its variables, by name; those that are not named keep what the server has, or are the role's defaults.
    pub variables: Object,
    /// Whether the other roles that the server is there for are taken off its record; they are unless this is false.
    /// `node_exporter` replaces none, and none replaces it.
    pub replaces: Option<bool>,
}

impl AssignRoleBody {
    /// What is asked for; `None` for no role.
    ///
    /// # Errors
    /// Where no role is named, nothing can be called so, or a value is none that a variable can have.
    pub(super) fn assignment(&self) -> Result<Option<RoleAssignment>, Error> {
        let Some(given) = &self.role else {
            return Err(Error::field("role", Problem::Required));
        };
        let Some(role) = read_role(given).map_err(Error::NotFound)? else {
            return Ok(None);
        };
        let mut problems = FieldProblems::new();
        let variables = values(&self.variables, "", &mut problems);
        if problems.is_empty() {
            Ok(Some(RoleAssignment {
                role,
                variables,
                replaces: self.replaces.unwrap_or(true),
            }))
        } else {
            Err(Error::Invalid(problems))
        }
    }
}

/// The role that is named; `None` for none.
///
/// # Errors
/// [`Problem::RoleNotFound`] where nothing can be called so.
pub(in crate::api) fn read_role(given: &str) -> Result<Option<RoleKey>, Problem> {
    let given = given.trim();
    if NO_ROLE.contains(&given) {
        return Ok(None);
    }
    RoleKey::read(given)
}

/// Values of variables; what is null is not there. `problems` says what no variable can have, by `variables.NAME`
/// behind `prefix`.
pub(in crate::api) fn values(given: &Object, prefix: &str, problems: &mut FieldProblems) -> RoleValues {
    let mut values = RoleValues::new();
    for (name, value) in given {
        let read = match value {
            Value::Null => continue,
            Value::Bool(flag) => Some(RoleValue::Boolean(*flag)),
            Value::Number(number) => number.as_i64().map(RoleValue::Integer),
            Value::String(text) => Some(RoleValue::Text(text.clone())),
            Value::Array(_) | Value::Object(_) => None,
        };
        if let Some(read) = read {
            values.insert(name.clone(), read);
        } else {
            let expected = "\"…\", 0, true".to_owned();
            problems.insert(
                format!("{prefix}variables.{name}"),
                Problem::WrongType { expected },
            );
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<Option<RoleAssignment>, Error> {
        serde_json::from_value::<AssignRoleBody>(body)
            .unwrap()
            .assignment()
    }

    #[test]
    fn a_role_replaces_another_and_no_role_has_many_names() {
        let asked =
            read(json!({"role": " web ", "variables": {"port": 80, "tls": true, "root": "", "x": null}}))
                .unwrap()
                .unwrap();
        assert_eq!((asked.role.as_str(), asked.replaces), ("web", true));
        assert_eq!(asked.variables.len(), 3);
        for word in ["", "none", " ", "없음", "역할 없음"] {
            assert_eq!(read(json!({"role": word})).unwrap(), None, "{word}");
        }
        assert!(matches!(read(json!({})), Err(Error::Invalid(_))));
        assert!(matches!(read(json!({"role": "../web"})), Err(Error::NotFound(_))));
    }

    #[test]
    fn what_no_variable_can_have_names_the_variable() {
        let body = json!({"role": "web", "variables": {"port": [80], "share": 0.5, "root": "{{ x }}"}});
        let Err(Error::Invalid(problems)) = read(body) else {
            panic!("it was taken")
        };
        let fields: Vec<_> = problems.keys().map(String::as_str).collect();
        assert_eq!(fields, ["variables.port", "variables.share"]);
    }
}
