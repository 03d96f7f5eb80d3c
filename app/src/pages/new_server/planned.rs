//! The server's answer to the form as it stands: what would be made.

use drover_types::{
    bulk::{BulkPlan, CreateServers},
    error::ApiError,
    server::{CreatePlan, CreateServer},
};
use leptos::{prelude::*, task::spawn_local};

use super::{draft::Reading, state::Form};
use crate::rpc;

/// The last answer to the question for a plan.
#[derive(Clone, PartialEq)]
pub enum Planned {
    /// Not asked yet.
    Nothing,
    /// What will be made, with its problems.
    One(CreatePlan),
    /// What will be made of each row, and the rows' places in the series.
    Many(Vec<usize>, BulkPlan),
    /// The question failed.
    Failed(ApiError),
}

impl Planned {
    /// The plan of the server at a place of the series.
    pub fn of(&self, at: usize) -> Option<&CreatePlan> {
        match self {
            Self::Many(places, plan) => plan.rows.get(places.iter().position(|place| *place == at)?),
            _ => None,
        }
    }
}

/// Whether there is something to plan.
pub fn has_name(reading: &Reading) -> bool {
    let rows = &reading.rows;
    if rows.is_empty() {
        !reading.common.name.is_empty()
    } else {
        rows.iter().any(|row| !row.request.name.is_empty())
    }
}

/// A plan needs no password, so it does not travel more often than it must.
fn without_password(request: &CreateServer) -> CreateServer {
    CreateServer {
        password: None,
        ..request.clone()
    }
}

async fn ask(reading: &Reading) -> Planned {
    let answer = if reading.rows.is_empty() {
        let question = without_password(&reading.common);
        rpc::servers::plan_server(question).await.map(Planned::One)
    } else {
        let rows = &reading.rows;
        let question = CreateServers {
            servers: rows.iter().map(|row| without_password(&row.request)).collect(),
            leave_out: false,
        };
        let places = rows.iter().map(|row| row.at).collect();
        let answer = rpc::servers::plan_servers(question).await;
        answer.map(|plan| Planned::Many(places, plan))
    };
    answer.unwrap_or_else(Planned::Failed)
}

impl Form {
    pub(super) fn plan(self, reading: Reading) {
        let session = self.session;
        spawn_local(async move {
            let planned = ask(&reading).await;
            // An answer to what has changed meanwhile tells nothing; that to the newer question follows.
            let is_current = self.read.try_with_untracked(|now| *now == reading);
            if is_current != Some(true) {
                return;
            }
            if let Planned::Failed(error) = &planned {
                session.heed(error);
            }
            self.is_planning.set(false);
            self.refused.set(None);
            self.planned.set(planned);
        });
    }
}
