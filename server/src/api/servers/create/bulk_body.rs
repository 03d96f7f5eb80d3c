//! The shapes of a request for several servers and of its answer.

use std::collections::BTreeMap;

use drover_types::error::{ErrorCode, FieldProblems};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::role::Generated;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::CreateServerBody;

/// Several servers to be made.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct CreateServersBody {
    /// The servers, each as for `POST /api/servers`; 100 at most.
    servers: Vec<CreateServerBody>,
    /// Whether one server that can't be made stops all. Otherwise such servers are left out and named in
    /// `rejected`.
    #[schema(default = false)]
    all_or_nothing: Option<bool>,
}

/// Servers that are being made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedServers {
    /// Always true.
    pub success: bool,
    /// What was asked for, for people.
    pub message: &'static str,
    /// The task to follow; each server has one of its own too.
    pub task_id: TaskId,
    /// Always `queued`.
    pub status: &'static str,
    /// The names of those that are being made.
    pub accepted: Vec<String>,
    /// Those that were left out.
    pub rejected: Vec<Rejected>,
    /// The task of each server that is being made, by its name.
    #[schema(value_type = BTreeMap<String, String>)]
    pub tasks: BTreeMap<String, TaskId>,
    /// Secrets that were made up for roles, each with its server. They are told here and nowhere else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generated: Vec<Generated>,
    /// Fields of the body that were not applied.
    pub warnings: Vec<String>,
}

/// A server that was left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rejected {
    /// Its place in the request, from 0.
    pub row: usize,
    /// Its name.
    pub name: String,
    /// The first thing that is wrong, for people.
    pub error: String,
    /// Always `VALIDATION_ERROR`.
    pub code: ErrorCode,
    /// Everything that is wrong, by field.
    pub fields: BTreeMap<String, String>,
    /// The same for machines: what kind of slip each field has, such as `name_taken`, whatever the language.
    pub reasons: BTreeMap<String, String>,
}

impl Rejected {
    /// A row with what is wrong with it.
    pub(super) fn new(row: usize, name: String, problems: &FieldProblems, lang: Lang) -> Self {
        let first = problems.iter().next();
        Self {
            row,
            name,
            error: first.map_or_else(String::new, |(field, problem)| {
                format!("{field}: {}", problem.text(lang))
            }),
            code: ErrorCode::ValidationError,
            fields: problems
                .iter()
                .map(|(field, problem)| (field.clone(), problem.text(lang)))
                .collect(),
            reasons: problems
                .iter()
                .map(|(field, problem)| (field.clone(), problem.name()))
                .collect(),
        }
    }
}
