//! What is sent once the form is asked to make something.

use drover_types::{
    bulk::CreateServers,
    error::{ApiError, FieldProblems},
    role::Generated,
    server::CreateServer,
    task::TaskRow,
    text::Problem,
};
use leptos::prelude::*;

use super::state::Form;
use crate::rpc;

/// Servers by their names, each with what is wrong with it.
pub type Named = Vec<(String, FieldProblems)>;

/// A server that was left out, and what was wrong with it, in words.
pub type LeftOut = (String, Vec<(String, Problem)>);

/// What came of it.
pub struct Sent {
    /// The task to follow.
    pub task: TaskRow,
    /// What the server has left out.
    pub rejected: Named,
    /// Secrets of roles that were made up: they are told once.
    pub generated: Vec<Generated>,
}

/// What is to be sent.
pub enum Sending {
    One(Box<CreateServer>),
    /// The rows and their places, and those that are not sent, with what is wrong with them.
    Many {
        places: Vec<usize>,
        request: CreateServers,
        left_out: Named,
    },
}

impl Sending {
    /// The places of the rows; none for a single server.
    pub fn places(&self) -> Vec<usize> {
        match self {
            Self::One(_) => Vec::new(),
            Self::Many { places, .. } => places.clone(),
        }
    }

    /// Sends it.
    pub async fn send(self) -> Result<Sent, ApiError> {
        match self {
            Self::One(request) => {
                let queued = rpc::servers::create_server(*request).await?;
                Ok(Sent {
                    task: queued.task,
                    rejected: Vec::new(),
                    generated: queued.generated,
                })
            }
            Self::Many { request, .. } => {
                let made = rpc::servers::create_servers(request).await?;
                let rejected = made.rejected.into_iter();
                Ok(Sent {
                    task: made.task,
                    rejected: rejected.map(|row| (row.name, row.problems)).collect(),
                    generated: made.generated,
                })
            }
        }
    }
}

impl Form {
    /// What is sent now; `None` where something is in the way.
    pub fn sending(self) -> Option<Sending> {
        if !self.problems().is_empty() {
            return None;
        }
        let reading = self.read.get();
        if reading.rows.is_empty() {
            return Some(Sending::One(Box::new(reading.common)));
        }
        let leave_out = self.leave_out.get();
        let wrong = self.row_problems.get();
        if !wrong.is_empty() && !leave_out {
            return None;
        }
        let (mut places, mut servers, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for row in reading.rows {
            if let Some(problems) = wrong.get(&row.at) {
                left_out.push((row.request.name, problems.clone()));
            } else {
                places.push(row.at);
                servers.push(row.request);
            }
        }
        (!servers.is_empty()).then_some(Sending::Many {
            places,
            request: CreateServers { servers, leave_out },
            left_out,
        })
    }

    /// The same, with the names that the form has for the fields.
    pub fn labelled(self, rows: &Named) -> Vec<LeftOut> {
        let label = |problems: &FieldProblems| {
            let problems = problems.iter();
            problems
                .map(|(field, problem)| (self.label_of(field), problem.clone()))
                .collect()
        };
        rows.iter()
            .map(|(name, problems)| (name.clone(), label(problems)))
            .collect()
    }
}
