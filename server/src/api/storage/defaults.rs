//! Choosing where disks go that name no storage.

use axum::Json;
use axum::extract::State;
use drover_core::storage::{HDD_FIELD, SSD_FIELD};
use drover_core::{Error, Result};
use drover_types::error::FieldProblems;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::datastores::datastore_id;
use crate::api::answer::{Refusal, Said};
use crate::api::input::Body;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Where disks are to go.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct DefaultsBody {
    /// The storage for disks of the type `hdd`, as the list names it. Required.
    hdd_datastore_id: String,
    /// The storage for disks of the type `ssd`, as the list names it; of the same cluster. Required.
    ssd_datastore_id: String,
}

/// Where disks go now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DefaultsReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The storage for disks of the type `hdd`.
    hdd_datastore: Option<String>,
    /// The storage for disks of the type `ssd`.
    ssd_datastore: Option<String>,
}

/// Choose the storages for disks that name none.
///
/// Both are looked at first; nothing changes where one of them can't be taken.
#[utoipa::path(
    post, path = "/api/datastores/default", tag = "storage",
    request_body = DefaultsBody,
    responses((status = OK, description = "Chosen.", body = DefaultsReply)),
)]
pub(super) async fn set_default_datastores(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<DefaultsBody>,
) -> Result<Json<DefaultsReply>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    // Whoever may not choose need not be told what is wrong with the choice.
    context.require_for_all(Permission::ManageStorage)?;
    let first = drover.clusters.first().map(|cluster| &*cluster.name);
    let (cluster, hdd, ssd) = read(&body, first)?;
    if cluster.is_some_and(|name| drover.clusters.get(name).is_none()) {
        let storage = body.hdd_datastore_id.clone();
        return Err(Error::NotFound(Problem::StorageNotFound { storage }).into());
    }
    let set = drover
        .storage
        .set_defaults(context, cluster, Some(hdd), Some(ssd))
        .await?;
    let named = |name: Option<&str>| name.map(|name| datastore_id(first, &set.cluster, name));
    Ok(Json(DefaultsReply {
        success: true,
        message: Said::DefaultStoragesSet.text(lang),
        hdd_datastore: named(set.hdd.name()),
        ssd_datastore: named(set.ssd.name()),
    }))
}

/// The cluster, and the names of both storages there. What names no cluster is of the `first`.
fn read<'a>(body: &'a DefaultsBody, first: Option<&'a str>) -> Result<(Option<&'a str>, &'a str, &'a str)> {
    let (hdd, ssd) = (body.hdd_datastore_id.trim(), body.ssd_datastore_id.trim());
    let missing = [(HDD_FIELD, hdd), (SSD_FIELD, ssd)]
        .into_iter()
        .filter(|(_, id)| id.is_empty());
    let problems: FieldProblems = missing
        .map(|(field, _)| (field.to_owned(), Problem::Required))
        .collect();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let (cluster, hdd) = split(hdd);
    let (other, ssd) = split(ssd);
    let (cluster, other) = (cluster.or(first), other.or(first));
    if cluster != other {
        return Err(Error::field(SSD_FIELD, Problem::ClustersDiffer));
    }
    Ok((cluster, hdd, ssd))
}

fn split(id: &str) -> (Option<&str>, &str) {
    match id.split_once(':') {
        Some((cluster, name)) => (Some(cluster), name),
        None => (None, id),
    }
}
