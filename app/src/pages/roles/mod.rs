//! Roles: what servers can be there for, what each installs, which servers have it, and giving it to them.

mod about;
mod assign_many;
mod assigning;
mod cells;
mod columns;
mod hours;
mod known;
mod page;
mod role;
mod servers;
mod setup;
mod typed;
mod unable;
mod variable_fields;
mod variables;

pub use assigning::{AssignFields, Assigning};
pub use cells::{drift, last_run, outcome, role_name, state, version};
pub use page::Roles;
pub use role::Role;
pub use typed::Typed;
pub use unable::Unable;
pub use variable_fields::{VariableFields, VariableProblem};
