//! The roles of a server to be made: one by its name, several with their variables, and the one that measures. They
//! come to one list, whose problems are told by the fields that the client sent.

use drover_types::error::FieldProblems;
use drover_types::role::{RoleAssignment, RoleKey, RoleValues};
use drover_types::text::Problem;

use crate::api::input::Object;
use crate::api::roles::{read_role, values};
use crate::api::servers::fields::{Fields, Notes};

/// The field of the input that names them.
const INPUT: &str = "roles";

/// Which field each role of the input stands in, such as `role` or `roles[0]`.
#[derive(Debug, Default)]
pub(super) struct RoleFields(Vec<String>);

/// Reads `role`, `roles` and `node_exporter`.
pub(super) fn read_roles(fields: &mut Fields, notes: &mut Notes) -> (Vec<RoleAssignment>, RoleFields) {
    let (mut roles, mut names) = (Vec::new(), RoleFields::default());
    let mut listed = Vec::new();
    for mut item in fields.objects("roles", notes) {
        let given = item.text("role", notes);
        let variables = item.shaped::<Object>("variables", notes).unwrap_or_default();
        let variables = values(&variables, &item.path(""), &mut notes.problems);
        let (at, path) = (item.path("").trim_end_matches('.').to_owned(), item.path("role"));
        item.finish(notes);
        let role = match given.as_deref().map(read_role) {
            Some(Ok(Some(role))) => role,
            Some(Err(problem)) => {
                notes.problems.insert(path, problem);
                continue;
            }
            // One of a wrong type is named already.
            None | Some(Ok(None)) => {
                notes.problems.entry(path).or_insert(Problem::Required);
                continue;
            }
        };
        listed.push((role, variables, at));
    }
    let is_listed = |role: &RoleKey| listed.iter().any(|(one, ..)| one == role);
    let (mut first, mut last) = (None, None);
    match fields.text("role", notes).as_deref().map(read_role) {
        None | Some(Ok(None)) => {}
        Some(Ok(Some(role))) => first = Some(role).filter(|role| !is_listed(role)),
        Some(Err(problem)) => drop(notes.problems.insert("role".to_owned(), problem)),
    }
    if fields.flag_or_number(RoleKey::NODE_EXPORTER, notes) == Some(true) {
        let measures = |role: &RoleKey| !is_listed(role) && first.as_ref() != Some(role);
        last = RoleKey::parse(RoleKey::NODE_EXPORTER).filter(measures);
    }
    let plain = |role: RoleKey, field: &str| (role, RoleValues::new(), field.to_owned());
    let first = first.map(|role| plain(role, "role"));
    let last = last.map(|role| plain(role, RoleKey::NODE_EXPORTER));
    for (role, variables, field) in first.into_iter().chain(listed).chain(last) {
        roles.push(RoleAssignment {
            role,
            variables,
            replaces: false,
        });
        names.0.push(field);
    }
    (roles, names)
}

impl RoleFields {
    /// The problems of a server, by the fields that the client sent.
    pub(super) fn renamed(&self, problems: FieldProblems) -> FieldProblems {
        let renamed = problems
            .into_iter()
            .map(|(field, problem)| (self.name(field), problem));
        renamed.collect()
    }

    /// The field that the client sent for one of the input.
    pub(super) fn name(&self, field: String) -> String {
        let Some(rest) = field.strip_prefix(INPUT) else {
            return field;
        };
        if rest.is_empty() {
            // All of them are meant: the first stands for those where the client sent no list.
            let is_list = self.0.iter().any(|name| name.starts_with(INPUT));
            let first = self.0.first().filter(|_| !is_list);
            return first.cloned().unwrap_or(field);
        }
        let place = rest.strip_prefix('[').and_then(|rest| rest.split_once("]."));
        let named = place.and_then(|(at, of)| Some((self.0.get(at.parse::<usize>().ok()?)?, of)));
        match named {
            Some((name, "role")) if !name.starts_with(INPUT) => name.clone(),
            Some((name, of)) => format!("{name}.{of}"),
            None => field,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(body: Value) -> (Vec<String>, RoleFields, Notes) {
        let Value::Object(body) = body else {
            panic!("no object")
        };
        let mut notes = Notes::default();
        let (roles, fields) = read_roles(&mut Fields::new(body), &mut notes);
        (
            roles.into_iter().map(|one| one.role.to_string()).collect(),
            fields,
            notes,
        )
    }

    #[test]
    fn one_list_comes_of_three_fields_and_its_problems_find_the_way_back() {
        let (roles, fields, notes) = of(json!({
            "role": "web", "node_exporter": true, "roles": [{"role": "ftp", "variables": {"port": 2121}}],
        }));
        assert!(notes.problems.is_empty(), "{notes:?}");
        assert_eq!(roles, ["web", "ftp", "node_exporter"]);
        for (input, sent) in [
            ("roles[0].role", "role"),
            ("roles[0].variables.port", "role.variables.port"),
            ("roles[1].role", "roles[0].role"),
            ("roles[1].variables.port", "roles[0].variables.port"),
            ("roles[2].role", "node_exporter"),
            ("roles", "roles"),
            ("name", "name"),
        ] {
            assert_eq!(fields.name(input.to_owned()), sent);
        }
        let (_, fields, _) = of(json!({"role": "web"}));
        assert_eq!(fields.name("roles".to_owned()), "role");
    }

    #[test]
    fn one_that_is_named_twice_is_one() {
        let list = json!([{"role": "web", "variables": {"port": 8080}}, {"role": "node_exporter"}]);
        let (roles, _, notes) = of(json!({"role": "web", "node_exporter": 1, "roles": list}));
        assert_eq!(roles, ["web", "node_exporter"]);
        assert!(notes.problems.is_empty());
        let (roles, ..) = of(json!({"role": "none", "node_exporter": false, "roles": null}));
        assert!(roles.is_empty());
    }

    #[test]
    fn what_is_wrong_names_its_field() {
        let (roles, _, notes) = of(json!({
            "role": "../web", "node_exporter": "yes",
            "roles": [{}, {"role": 7}, {"role": "ftp", "variables": {"port": []}}, {"role": "ftp", "variables": 1}, "x"],
        }));
        let problems: Vec<_> = notes.problems.keys().map(String::as_str).collect();
        assert_eq!(
            problems,
            [
                "node_exporter",
                "role",
                "roles[0].role",
                "roles[1].role",
                "roles[2].variables.port",
                "roles[3].variables",
                "roles[4]",
            ]
        );
        assert_eq!(roles, ["ftp", "ftp"]);
    }
}
