//! What other creations have taken in a cluster. A reservation counts until its task has ended and its guest is
//! gone: then the next creation gives it back, in its own transaction.

use std::collections::HashMap;

use drover_types::error::FieldProblems;
use drover_types::ids::TaskId;
use drover_types::server::CreateServer;
use drover_types::text::Problem;

use super::survey::Survey;
use crate::error::Result;
use crate::store::Db;
use crate::store::reservations::{self, Standing};

/// The reservations that stand.
pub(super) struct Promised(Vec<Standing>);

impl Promised {
    /// Every one of the cluster: what the database's constraints see.
    pub(super) async fn all(db: &Db, cluster: &str) -> Result<Self> {
        Ok(Self(reservations::in_cluster(db, cluster).await?))
    }

    /// Those that the next creation does not give back.
    pub(super) async fn lasting(db: &Db, cluster: &str, survey: &Survey) -> Result<Self> {
        let alive = survey.vmids();
        let mut promised = Self::all(db, cluster).await?;
        promised
            .0
            .retain(|one| !one.ended || alive.contains(&one.taken.guest.vmid));
        Ok(promised)
    }

    /// Whether a server of this name is there or being made. Names of hosts know no case.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.0.iter().any(|one| one.taken.name.eq_ignore_ascii_case(name))
    }

    /// The ids.
    pub(super) fn vmids(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|one| one.taken.guest.vmid)
    }

    /// The node of a task's guest, and whether that is there.
    pub(super) fn place_of(&self, task: TaskId) -> Option<(String, bool)> {
        let one = self.0.iter().find(|one| one.taken.task == task)?;
        Some((one.taken.node.clone(), one.taken.made))
    }

    /// The addresses, each with the name of the server that has it.
    pub(super) fn addresses(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .flat_map(|one| {
                one.addresses
                    .iter()
                    .map(|address| (address.clone(), one.taken.name.clone()))
            })
            .collect()
    }
}

/// Names each address of the request that is among `taken`, beside its field.
pub(super) fn refuse_addresses(
    request: &CreateServer,
    taken: &HashMap<String, String>,
    problems: &mut FieldProblems,
) {
    for (n, nic) in request.nics.iter().enumerate() {
        let Some(address) = nic.address.map(|address| address.to_string()) else {
            continue;
        };
        if let Some(by) = taken.get(&address).cloned() {
            let problem = Problem::AddressTaken { address, by };
            problems
                .entry(format!("network_devices[{n}].ip_address"))
                .or_insert(problem);
        }
    }
}
