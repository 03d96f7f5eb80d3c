//! The roles that new servers get: all of a series the same.

use drover_types::role::{RoleAssignment, RoleInfo, RoleKey};

use super::{Draft, Reading};
use crate::pages::new_server::fields;

impl Draft {
    /// The place of the role by which servers are measured, behind the one that they are there for.
    pub fn measured_at(&self) -> usize {
        usize::from(!self.role.is_empty())
    }

    /// Puts the roles into what is asked for, and says what is wrong with their variables. One that can't be installed
    /// now is left out: the form says why.
    pub fn put_roles(&self, installable: &[RoleInfo], reading: &mut Reading) {
        let find = |key: &str| installable.iter().find(|one| one.key.as_str() == key);
        let mut roles = Vec::new();
        if let Some(role) = find(&self.role) {
            for (name, problem) in self.variables.problems(role, None) {
                let field = fields::variable(0, &name);
                reading.problems.entry(field).or_insert(problem);
            }
            roles.push(RoleAssignment {
                variables: self.variables.values(role, None),
                ..RoleAssignment::plain(role.key.clone())
            });
        }
        if let Some(role) = find(RoleKey::NODE_EXPORTER).filter(|_| self.is_measured) {
            roles.push(RoleAssignment::plain(role.key.clone()));
        }
        for row in &mut reading.rows {
            row.counted.roles.clone_from(&roles);
            row.request.roles.clone_from(&roles);
        }
        reading.common.roles = roles;
    }
}
