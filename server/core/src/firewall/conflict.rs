//! What Proxmox's refusals mean to whoever edits: a field that it does not take, something that is gone, or somebody
//! else who was faster.

use std::collections::BTreeMap;

use drover_types::error::FieldProblems;
use drover_types::text::Problem;
use serde::Serialize;
use serde_json::Value;

use super::wire;
use crate::clusters::Cluster;
use crate::error::{Edited, Error, InPart, Result};
use crate::servers::upstream;

/// A refusal of a change to rules, with Drover's names of the fields. Drover checks before; what only Proxmox knows
/// comes here.
pub(super) fn refused(cluster: &Cluster, error: pve_client::Error) -> Error {
    let pve_client::Error::Invalid { errors, .. } = &error else {
        return upstream(cluster)(error);
    };
    if errors.is_empty() {
        return upstream(cluster)(error);
    }
    tracing::debug!(%error, "Proxmox does not take a value");
    let problems: FieldProblems = errors
        .iter()
        .map(|(field, text)| (wire::field(field).to_owned(), problem(text)))
        .collect();
    Error::Invalid(problems)
}

/// What Proxmox's word on a field means (`PVE::Firewall::verify_rule`).
fn problem(text: &str) -> Problem {
    let quoted = || text.split('\'').nth(1).unwrap_or_default().to_owned();
    if text.contains("no such ipset") {
        Problem::IpSetNotFound { name: quoted() }
    } else if text.contains("no such alias") {
        Problem::AliasNotFound { name: quoted() }
    } else if text.contains("unknown macro") {
        Problem::UnknownMacro { name: quoted() }
    } else {
        Problem::RefusedByProxmox
    }
}

/// Two people have changed the same: what the caller wanted, and what is there now.
pub(super) fn edited(yours: &impl Serialize, current: &impl Serialize) -> Result<Error> {
    let value = |failed: serde_json::Error| Error::Internal(failed.to_string());
    let yours: Value = serde_json::to_value(yours).map_err(value)?;
    let current: Value = serde_json::to_value(current).map_err(value)?;
    let problem = Problem::FirewallChanged;
    Ok(Error::Edited(Box::new(Edited {
        problem,
        yours,
        current,
    })))
}

/// A failure of what was done in part: what has come of it.
pub(super) fn in_part(source: Error, problem: Problem, current: &impl Serialize) -> Result<Error> {
    let current = serde_json::to_value(current).map_err(|failed| Error::Internal(failed.to_string()))?;
    Ok(Error::InPart(Box::new(InPart {
        source,
        problem,
        current,
    })))
}

/// A name that is taken.
pub(super) fn taken(field: &str, name: &str) -> Error {
    let name = name.to_owned();
    Error::Invalid(BTreeMap::from([(field.to_owned(), Problem::NameTaken { name })]))
}

/// As [`refused`], of something that was given a name.
pub(super) fn refused_name(cluster: &Cluster, error: pve_client::Error, field: &str, name: &str) -> Error {
    if error.is_name_taken() {
        taken(field, name)
    } else {
        refused(cluster, error)
    }
}
