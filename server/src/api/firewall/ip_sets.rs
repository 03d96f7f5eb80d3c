//! Sets of addresses.

use axum::Json;
use axum::extract::State;
use drover_types::firewall::{IpSet, IpSetEntry, Renaming};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::groups::ClusterQuery;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Query, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A set to be made or changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"name": "admins", "entries": [{"cidr": "10.0.0.0/24"}]}))]
pub(super) struct IpSetBody {
    /// Its name; for a new one required, for another a new name.
    name: Option<String>,
    /// What is noted.
    comment: Option<String>,
    /// Its lines: those that it has are replaced by these.
    entries: Option<Vec<IpSetEntry>>,
    /// The mark that was read: where the lines have changed since, the answer is 409 with both versions.
    digest: Option<String>,
}

/// The sets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IpSetList {
    /// Always true.
    success: bool,
    /// By name.
    ip_sets: Vec<IpSet>,
}

/// A set as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IpSetSaved {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The set.
    ip_set: IpSet,
}

/// Something that was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Gone {
    /// Always true.
    pub success: bool,
    /// What was done, for people.
    pub message: &'static str,
}

/// List the sets of addresses.
#[utoipa::path(
    get, path = "/api/firewall/ip_sets", tag = "firewall",
    params(ClusterQuery),
    responses((status = OK, description = "The sets.", body = IpSetList)),
)]
pub(super) async fn list_ip_sets(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<IpSetList>, Refusal> {
    let firewall = &server.drover.firewall;
    let ip_sets = firewall
        .ip_sets(&request.context, query.cluster.as_deref())
        .await?;
    Ok(Json(IpSetList {
        success: true,
        ip_sets,
    }))
}

/// Make a set of addresses.
#[utoipa::path(
    post, path = "/api/firewall/ip_sets", tag = "firewall",
    params(ClusterQuery),
    request_body = IpSetBody,
    responses((status = OK, description = "It is there.", body = IpSetSaved)),
)]
pub(super) async fn create_ip_set(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<ClusterQuery>,
    Body(body): Body<IpSetBody>,
) -> Result<Json<IpSetSaved>, Refusal> {
    let (firewall, context) = (&server.drover.firewall, &request.context);
    let cluster = query.cluster.as_deref();
    let name = body.name.unwrap_or_default();
    let comment = body.comment.unwrap_or_default();
    let mut ip_set = firewall.create_ip_set(context, cluster, &name, &comment).await?;
    if let Some(entries) = body.entries.filter(|entries| !entries.is_empty()) {
        ip_set = firewall
            .set_ip_set_entries(context, cluster, &name, &entries, None)
            .await?;
    }
    Ok(Json(IpSetSaved {
        success: true,
        message: Said::IpSetSaved.text(lang),
        ip_set,
    }))
}

/// Give a set of addresses another name, note or lines.
#[utoipa::path(
    put, path = "/api/firewall/ip_sets/{ip_set}", tag = "firewall",
    params(("ip_set" = String, Path, description = "The set's name."), ClusterQuery),
    request_body = IpSetBody,
    responses((status = OK, description = "It was changed.", body = IpSetSaved)),
)]
pub(super) async fn change_ip_set(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Query(query): Query<ClusterQuery>,
    Body(body): Body<IpSetBody>,
) -> Result<Json<IpSetSaved>, Refusal> {
    let (firewall, context) = (&server.drover.firewall, &request.context);
    let cluster = query.cluster.as_deref();
    let mut saved = None;
    if let Some(entries) = &body.entries {
        let digest = body.digest.as_deref();
        let changed = firewall.set_ip_set_entries(context, cluster, &name, entries, digest);
        saved = Some(changed.await?);
    }
    let is_renamed = body.name.is_some() || body.comment.is_some();
    let ip_set = match saved {
        Some(ip_set) if !is_renamed => ip_set,
        _ => {
            let change = Renaming {
                name: body.name,
                comment: body.comment,
            };
            firewall.change_ip_set(context, cluster, &name, &change).await?
        }
    };
    Ok(Json(IpSetSaved {
        success: true,
        message: Said::IpSetSaved.text(lang),
        ip_set,
    }))
}

/// Delete a set of addresses that no rule names.
#[utoipa::path(
    delete, path = "/api/firewall/ip_sets/{ip_set}", tag = "firewall",
    params(("ip_set" = String, Path, description = "The set's name."), ClusterQuery),
    responses((status = OK, description = "It is gone.", body = Gone)),
)]
pub(super) async fn delete_ip_set(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<Gone>, Refusal> {
    let firewall = &server.drover.firewall;
    firewall
        .delete_ip_set(&request.context, query.cluster.as_deref(), &name)
        .await?;
    Ok(Json(Gone {
        success: true,
        message: Said::IpSetDeleted.text(lang),
    }))
}
