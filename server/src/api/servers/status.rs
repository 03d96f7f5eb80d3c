//! How the servers are: all from the live picture, one as its node says.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use drover_core::inventory::Keys;
use drover_types::cluster::ClusterHealth;
use drover_types::error::{ApiError, ErrorCode};
use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::overview::Overview;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::item::Origins;
use super::live::LiveServer;
use super::queued::named;
use super::totals::Totals;
use crate::api::answer::{Failure, FailureBody, LONGEST_LIST, Refusal};
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Every server with its figures.
#[derive(Debug, Serialize, ToSchema)]
struct AllReply {
    /// Whether a cluster answered.
    success: bool,
    /// By name; empty where no cluster answers.
    servers: BTreeMap<String, LiveServer>,
    /// The sums; zero where no cluster answers.
    stats: Totals,
    /// Whether a cluster does not answer: what is shown of it may not be so any more.
    stale: bool,
    /// When the oldest part of this was so; null where a cluster never answered.
    fetched_at: Option<DateTime<Utc>>,
    /// Clusters that do not answer.
    unreachable: Vec<String>,
    /// Whether the list was cut.
    truncated: bool,
    /// What is wrong, where no cluster answers.
    #[serde(flatten)]
    #[schema(inline)]
    failure: Option<Trouble>,
}

/// The keys of an error, in an answer that is none by its status.
#[derive(Debug, Serialize, ToSchema)]
struct Trouble {
    error: String,
    code: ErrorCode,
    #[schema(value_type = Object)]
    details: serde_json::Map<String, Value>,
}

/// The status of all servers.
///
/// Answers 200 even where Proxmox does not answer, as old clients expect: look at `success` and `stale`.
#[utoipa::path(
    get, path = "/api/all_server_status", tag = "servers",
    responses((status = OK, description = "The servers.", body = AllReply)),
)]
pub(super) async fn all_server_status(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Response, Refusal> {
    let picture = server.drover.inventory.list(&request.context)?;
    let now = server.drover.clock.now().timestamp();
    let silent: Vec<&ClusterHealth> = picture
        .clusters
        .iter()
        .filter(|health| health.is_stale(now))
        .collect();
    let unreachable: Vec<String> = silent.iter().map(|health| health.name.clone()).collect();
    let oldest = picture
        .clusters
        .iter()
        .map(|health| health.fetched_at)
        .min()
        .unwrap_or_default();
    let fetched_at = (oldest != 0)
        .then(|| DateTime::from_timestamp(oldest, 0))
        .flatten();
    if let Some(first) = silent.first()
        && silent.len() == picture.clusters.len()
    {
        let mut error = ApiError::new(
            ErrorCode::UpstreamUnavailable,
            Problem::ClusterUnreachable {
                cluster: first.name.clone(),
            },
        );
        error.request_id = Some(request.context.request_id);
        error
            .details
            .insert("clusters".into(), unreachable.clone().into());
        let reply = AllReply {
            success: false,
            servers: BTreeMap::new(),
            stats: Totals::default(),
            stale: true,
            fetched_at,
            unreachable,
            truncated: false,
            failure: Some(Failure { error, lang }.body().into()),
        };
        return Ok(Json(reply).into_response());
    }
    let origins = Origins::read(&server, &request).await?;
    let keys = Keys::of(&picture);
    let servers = || picture.guests.iter().filter(|row| !row.template);
    let live = |row: &GuestRow| {
        let groups = origins.groups(&row.id);
        LiveServer::new(row, Some(origins.os_type(&row.id)), now)
            .in_group(groups.into_iter().next().unwrap_or_default())
    };
    let reply = AllReply {
        success: true,
        servers: servers()
            .take(LONGEST_LIST)
            .map(|row| (keys.key(row), live(row)))
            .collect(),
        stats: Totals::of(&Overview::of(&*picture)),
        stale: !silent.is_empty(),
        fetched_at,
        unreachable,
        truncated: servers().nth(LONGEST_LIST).is_some(),
        failure: None,
    };
    Ok(Json(reply).into_response())
}

impl From<FailureBody> for Trouble {
    fn from(body: FailureBody) -> Self {
        Self {
            error: body.error,
            code: body.code,
            details: body.details,
        }
    }
}

/// One server, in Proxmox's own words, at the top level.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusReply {
    /// Always true.
    success: bool,
    /// Its name.
    name: String,
    /// Proxmox's id.
    vmid: u32,
    /// The cluster it is in.
    cluster: String,
    /// The node it is on.
    node: String,
    /// What it is doing.
    status: GuestStatus,
    /// QEMU's own word; null for a container.
    qmpstatus: Option<String>,
    /// Load of its cores, 0 to 1.
    cpu: f64,
    /// Virtual cores.
    cpus: f64,
    /// Memory in use in bytes, as its host sees it.
    mem: u64,
    /// Memory in bytes.
    maxmem: u64,
    /// Boot disk in use in bytes; 0 for a virtual machine.
    disk: u64,
    /// Size of the boot disk in bytes.
    maxdisk: u64,
    /// Bytes read since the start.
    diskread: u64,
    /// Bytes written since the start.
    diskwrite: u64,
    /// Bytes received since the start.
    netin: u64,
    /// Bytes sent since the start.
    netout: u64,
    /// For how many seconds it has been running.
    uptime: u64,
    /// What holds Proxmox's configuration lock.
    lock: Option<String>,
    /// Its tags.
    tags: Vec<String>,
    /// Its addresses.
    ip_addresses: Vec<String>,
}

/// The status of one server.
///
/// Asks its node now.
#[utoipa::path(
    get, path = "/api/server_status/{server}", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "The server.", body = StatusReply)),
)]
pub(super) async fn server_status(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
) -> Result<Json<StatusReply>, Refusal> {
    let id = named(&server, &request, &[Permission::ViewAll], &name).await?;
    let drover_core::servers::ServerStatus { row, now } =
        server.drover.servers.status(&request.context, &id).await?;
    Ok(Json(StatusReply {
        success: true,
        name: now.name.unwrap_or(row.name),
        vmid: now.vmid,
        cluster: row.id.cluster,
        node: row.node,
        status: row.status,
        qmpstatus: now.qmpstatus,
        cpu: now.cpu,
        cpus: now.cpus,
        mem: now.mem,
        maxmem: now.maxmem,
        disk: now.disk,
        maxdisk: now.maxdisk,
        diskread: now.diskread,
        diskwrite: now.diskwrite,
        netin: now.netin,
        netout: now.netout,
        uptime: now.uptime,
        lock: now.lock,
        tags: now.tags,
        ip_addresses: row.addresses,
    }))
}
