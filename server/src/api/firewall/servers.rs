//! What a server's firewall comes to.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::firewall::{Direction, GuestChange, GuestFirewall, GuestOptions, Question, Verdict};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Query, Segment};
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// What a server's firewall comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServerFirewall {
    /// Always true.
    success: bool,
    /// Every switch, the policies, and the list with the groups that it names.
    firewall: GuestFirewall,
}

/// Whether a server is really filtered, read from Proxmox this moment.
#[utoipa::path(
    get, path = "/api/firewall/servers/{server}", tag = "firewall",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "The card.", body = ServerFirewall)),
)]
pub(super) async fn get_server_firewall(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
) -> Result<Json<ServerFirewall>, Refusal> {
    let guest = named(&server, &request, &[Permission::ViewAll], &name).await?;
    let firewall = server.drover.firewall.effective(&request.context, &guest).await?;
    Ok(Json(ServerFirewall {
        success: true,
        firewall,
    }))
}

/// The options of a server's firewall as they are now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptionsSaved {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The options.
    options: GuestOptions,
}

/// Change the options of a server's firewall. What is not said stays.
#[utoipa::path(
    put, path = "/api/firewall/servers/{server}", tag = "firewall",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = GuestChange,
    responses((status = OK, description = "They were changed.", body = OptionsSaved)),
)]
pub(super) async fn change_server_firewall(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(change): Body<GuestChange>,
) -> Result<Json<OptionsSaved>, Refusal> {
    let permission = [Permission::AssignFirewallGroups];
    let guest = named(&server, &request, &permission, &name).await?;
    let firewall = &server.drover.firewall;
    let options = firewall.change_guest(&request.context, &guest, &change).await?;
    Ok(Json(OptionsSaved {
        success: true,
        message: Said::ServerFirewallChanged.text(lang),
        options,
    }))
}

/// A question to a server's firewall.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct CheckQuery {
    /// The server's name, or `cluster:vmid`. Required.
    server: String,
    /// `in`, to the server, or `out`, from it.
    direction: Option<String>,
    /// The protocol; `tcp` where nothing is said.
    protocol: Option<String>,
    /// The port that it goes to.
    port: Option<u16>,
    /// The port that it comes from.
    source_port: Option<u16>,
    /// The address at the other end. Required.
    peer: String,
    /// The server's own address.
    own: Option<String>,
    /// The server's network device, such as `net0`; the first.
    nic: Option<String>,
    /// The type of ICMP.
    icmp_type: Option<String>,
}

/// What becomes of a connection.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckReply {
    /// Always true.
    success: bool,
    /// Whether the connection is made.
    passes: bool,
    /// What becomes of it, and why.
    verdict: Verdict,
}

/// Whether a new connection to or from a server would pass, and which rule decides.
#[utoipa::path(
    get, path = "/api/firewall/check", tag = "firewall",
    params(CheckQuery),
    responses((status = OK, description = "The verdict.", body = CheckReply)),
)]
pub(super) async fn check_firewall(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<CheckQuery>,
) -> Result<Json<CheckReply>, Refusal> {
    request.context.require(Permission::ViewAll)?;
    let address = |field: &str, text: &str| -> Result<IpAddr, Error> {
        let problem = if text.is_empty() {
            Problem::Required
        } else {
            Problem::InvalidAddress
        };
        text.trim().parse().map_err(|_| Error::field(field, problem))
    };
    let direction = match query.direction.as_deref() {
        None => Direction::In,
        Some(text) => Direction::read(text).map_err(|problem| Error::field("direction", problem))?,
    };
    let question = Question {
        direction,
        protocol: query.protocol.unwrap_or_else(|| "tcp".to_owned()),
        port: query.port,
        source_port: query.source_port,
        peer: address("peer", &query.peer)?,
        own: match query.own.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(address("own", text)?),
            None => None,
        },
        nic: query.nic.filter(|text| !text.is_empty()),
        icmp_type: query.icmp_type.filter(|text| !text.is_empty()),
    };
    let guest = named(&server, &request, &[Permission::ViewAll], &query.server).await?;
    let firewall = &server.drover.firewall;
    let verdict = Box::pin(firewall.check(&request.context, &guest, &question)).await?;
    Ok(Json(CheckReply {
        success: true,
        passes: verdict.outcome.passes(),
        verdict,
    }))
}
