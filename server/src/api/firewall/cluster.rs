//! The switch of a cluster's firewall, and its macros.

use axum::Json;
use axum::extract::State;
use drover_types::firewall::{ClusterChange, ClusterOptions, Macro};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::groups::ClusterQuery;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Query};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The macros.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MacroList {
    /// Always true.
    success: bool,
    /// By name.
    macros: Vec<Macro>,
}

/// The options of a cluster's firewall.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClusterReply {
    /// Always true.
    success: bool,
    /// The options.
    options: ClusterOptions,
}

/// What is to become otherwise. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ClusterBody {
    /// The switch of the whole cluster. Switched on, it filters every server and node whose own switch is on: who
    /// is not let in by a rule may lose the way in.
    enabled: Option<bool>,
    /// `ACCEPT`, `DROP` or `REJECT`: what becomes of connections to a node that no rule is for.
    #[schema(value_type = Option<String>)]
    policy_in: Option<drover_types::firewall::Action>,
    /// What becomes of connections from a node that no rule is for.
    #[schema(value_type = Option<String>)]
    policy_out: Option<drover_types::firewall::Action>,
    /// The mark that was read: where the options have changed since, the answer is 409 with both versions.
    digest: Option<String>,
}

/// Options that were changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClusterSaved {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The options as they are now.
    options: ClusterOptions,
}

/// List the macros that rules may name.
#[utoipa::path(
    get, path = "/api/firewall/macros", tag = "firewall",
    params(ClusterQuery),
    responses((status = OK, description = "The macros.", body = MacroList)),
)]
pub(super) async fn list_firewall_macros(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<MacroList>, Refusal> {
    let firewall = &server.drover.firewall;
    let macros = firewall
        .macros(&request.context, query.cluster.as_deref())
        .await?;
    Ok(Json(MacroList {
        success: true,
        macros,
    }))
}

/// The options of a cluster's firewall.
#[utoipa::path(
    get, path = "/api/firewall/cluster", tag = "firewall",
    params(ClusterQuery),
    responses((status = OK, description = "The options.", body = ClusterReply)),
)]
pub(super) async fn get_cluster_firewall(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<ClusterReply>, Refusal> {
    let firewall = &server.drover.firewall;
    let cluster = query.cluster.as_deref();
    let options = firewall.cluster_options(&request.context, cluster).await?;
    Ok(Json(ClusterReply {
        success: true,
        options,
    }))
}

/// Change the options of a cluster's firewall: nothing else in Drover switches it on or off.
#[utoipa::path(
    put, path = "/api/firewall/cluster", tag = "firewall",
    params(ClusterQuery),
    request_body = ClusterBody,
    responses((status = OK, description = "They were changed.", body = ClusterSaved)),
)]
pub(super) async fn change_cluster_firewall(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<ClusterQuery>,
    Body(body): Body<ClusterBody>,
) -> Result<Json<ClusterSaved>, Refusal> {
    let change = ClusterChange {
        enabled: body.enabled,
        policy_in: body.policy_in,
        policy_out: body.policy_out,
        digest: body.digest,
    };
    let firewall = &server.drover.firewall;
    let cluster = query.cluster.as_deref();
    let options = firewall
        .change_cluster(&request.context, cluster, &change)
        .await?;
    Ok(Json(ClusterSaved {
        success: true,
        message: Said::ClusterFirewallChanged.text(lang),
        options,
    }))
}
