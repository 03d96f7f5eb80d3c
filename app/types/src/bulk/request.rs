//! What is asked for and answered.

use serde::{Deserialize, Serialize};

use crate::error::FieldProblems;
use crate::ids::TaskId;
use crate::role::Generated;
use crate::server::{CreatePlan, CreateServer};
use crate::task::TaskRow;

/// Several servers to be made, each row with everything that a single one has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateServers {
    /// The servers.
    pub servers: Vec<CreateServer>,
    /// Whether rows that can't be made are left out. Otherwise one of them stops all.
    pub leave_out: bool,
}

/// What will be made, and what is in the way. Made without touching anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkPlan {
    /// A plan for each row, in their order.
    pub rows: Vec<CreatePlan>,
    /// What is wrong with the request as a whole.
    pub problems: FieldProblems,
}

/// The path of a row's field.
pub fn row_field(row: usize, field: &str) -> String {
    format!("servers[{row}].{field}")
}

impl BulkPlan {
    /// Everything that is wrong, by its path in the request.
    pub fn all_problems(&self) -> FieldProblems {
        let mut all = self.problems.clone();
        for (n, row) in self.rows.iter().enumerate() {
            let of_row = row.problems.iter();
            all.extend(of_row.map(|(field, problem)| (row_field(n, field), problem.clone())));
        }
        all
    }
}

/// What came of a request for several servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkCreated {
    /// The task whose parts make the servers.
    pub task: TaskRow,
    /// What is being made.
    pub accepted: Vec<AcceptedServer>,
    /// What was left out.
    pub rejected: Vec<RejectedServer>,
    /// Secrets of roles that were made up. They are told once.
    #[serde(default)]
    pub generated: Vec<Generated>,
}

/// A row that is being made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedServer {
    /// Which row, from 0.
    pub row: usize,
    /// Its name.
    pub name: String,
    /// The task that makes it.
    pub task: TaskId,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedServer {
    /// Which row, from 0.
    pub row: usize,
    /// Its name.
    pub name: String,
    /// What is wrong, by the row's own fields.
    pub problems: FieldProblems,
}
