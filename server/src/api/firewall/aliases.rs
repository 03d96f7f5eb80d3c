//! Names for addresses.

use axum::Json;
use axum::extract::State;
use drover_types::firewall::{Alias, SetScope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::groups::ClusterQuery;
use super::ip_sets::Gone;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Query, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// An alias to be made or changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"name": "office", "cidr": "192.0.2.0/24"}))]
pub(super) struct AliasBody {
    /// Its name; for a new one required, for another a new name.
    name: Option<String>,
    /// The address or network; for a new one required.
    cidr: Option<String>,
    /// What is noted.
    comment: Option<String>,
    /// The mark that was read: where the aliases have changed since, the answer is 409 with both versions.
    digest: Option<String>,
}

/// The aliases.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AliasList {
    /// Always true.
    success: bool,
    /// By name.
    aliases: Vec<Alias>,
}

/// An alias as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AliasSaved {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The alias.
    alias: Alias,
}

/// List the aliases.
#[utoipa::path(
    get, path = "/api/firewall/aliases", tag = "firewall",
    params(ClusterQuery),
    responses((status = OK, description = "The aliases.", body = AliasList)),
)]
pub(super) async fn list_aliases(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<AliasList>, Refusal> {
    let firewall = &server.drover.firewall;
    let aliases = firewall
        .aliases(&request.context, query.cluster.as_deref())
        .await?;
    Ok(Json(AliasList {
        success: true,
        aliases,
    }))
}

/// Make an alias.
#[utoipa::path(
    post, path = "/api/firewall/aliases", tag = "firewall",
    params(ClusterQuery),
    request_body = AliasBody,
    responses((status = OK, description = "It is there.", body = AliasSaved)),
)]
pub(super) async fn create_alias(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<ClusterQuery>,
    Body(body): Body<AliasBody>,
) -> Result<Json<AliasSaved>, Refusal> {
    let (name, cidr) = (body.name.unwrap_or_default(), body.cidr.unwrap_or_default());
    let comment = body.comment.unwrap_or_default();
    let firewall = &server.drover.firewall;
    let cluster = query.cluster.as_deref();
    let alias = firewall
        .create_alias(&request.context, cluster, (&name, &cidr), &comment)
        .await?;
    Ok(Json(AliasSaved {
        success: true,
        message: Said::AliasSaved.text(lang),
        alias,
    }))
}

/// Give an alias another name, address or note.
#[utoipa::path(
    put, path = "/api/firewall/aliases/{alias}", tag = "firewall",
    params(("alias" = String, Path, description = "The alias's name."), ClusterQuery),
    request_body = AliasBody,
    responses((status = OK, description = "It was changed.", body = AliasSaved)),
)]
pub(super) async fn change_alias(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Query(query): Query<ClusterQuery>,
    Body(body): Body<AliasBody>,
) -> Result<Json<AliasSaved>, Refusal> {
    let wanted = Alias {
        name: body.name.unwrap_or_else(|| name.clone()),
        scope: SetScope::Cluster,
        cidr: body.cidr.unwrap_or_default(),
        comment: body.comment.unwrap_or_default(),
        digest: body.digest.unwrap_or_default(),
    };
    let firewall = &server.drover.firewall;
    let cluster = query.cluster.as_deref();
    let alias = firewall
        .change_alias(&request.context, cluster, &name, &wanted)
        .await?;
    Ok(Json(AliasSaved {
        success: true,
        message: Said::AliasSaved.text(lang),
        alias,
    }))
}

/// Delete an alias that no rule names.
#[utoipa::path(
    delete, path = "/api/firewall/aliases/{alias}", tag = "firewall",
    params(("alias" = String, Path, description = "The alias's name."), ClusterQuery),
    responses((status = OK, description = "It is gone.", body = Gone)),
)]
pub(super) async fn delete_alias(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<Gone>, Refusal> {
    let firewall = &server.drover.firewall;
    firewall
        .delete_alias(&request.context, query.cluster.as_deref(), &name)
        .await?;
    Ok(Json(Gone {
        success: true,
        message: Said::AliasDeleted.text(lang),
    }))
}
