//! The two addresses of one action.

use axum::Json;
use axum::extract::State;
use drover_core::{Error, Result};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::role::Generated;
use drover_types::server::CreateServer;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::CreateServerBody;
use super::read::{Open, Read, read};
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Object};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A server that is being made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Created {
    /// Always true.
    success: bool,
    /// What was asked for, for people.
    message: &'static str,
    /// The task to follow.
    task_id: TaskId,
    /// Always `queued`.
    status: &'static str,
    /// The server.
    server: NewServer,
    /// Secrets that were made up for its roles. They are told here and nowhere else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    generated: Vec<Generated>,
    /// Fields of the body that were not applied.
    warnings: Vec<String>,
}

/// A server to come.
#[derive(Debug, Serialize, ToSchema)]
struct NewServer {
    /// Its name.
    name: String,
    /// Always `creating`.
    status: &'static str,
    /// How long it takes, for people.
    estimated_time: &'static str,
}

/// Make a server.
///
/// Checks everything before anything is touched, then queues a task that clones the template.
#[utoipa::path(
    post, path = "/api/servers", tag = "servers",
    request_body = CreateServerBody,
    responses((status = OK, description = "A task is queued.", body = Created)),
)]
pub(crate) async fn create_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Object>,
) -> Result<Json<Created>, Refusal> {
    Ok(Json(create(&server, &request, lang, body).await?))
}

/// Make a server.
///
/// The same as `POST /api/servers`.
#[utoipa::path(
    post, path = "/api/servers/async", tag = "servers",
    request_body = CreateServerBody,
    responses((status = OK, description = "A task is queued.", body = Created)),
)]
pub(crate) async fn create_server_async(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Object>,
) -> Result<Json<Created>, Refusal> {
    Ok(Json(create(&server, &request, lang, body).await?))
}

async fn create(server: &Server, request: &Request, lang: Lang, body: Object) -> Result<Created> {
    let (drover, context) = (&server.drover, &request.context);
    // Whoever may not make servers need not be told what is wrong with theirs.
    context.require(Permission::CreateServer)?;
    let Read {
        server: mut wanted,
        open,
        role_fields,
        notes,
    } = read(body);
    if !notes.problems.is_empty() {
        let mut problems = notes.problems;
        for (field, problem) in role_fields.renamed(wanted.problems()) {
            problems.entry(field).or_insert(problem);
        }
        return Err(Error::Invalid(problems));
    }
    choose_storages(server, request, &mut wanted, open).await?;
    let name = wanted.name.clone();
    let queued = match drover.servers.create(context, wanted).await {
        Err(Error::Invalid(problems)) => return Err(Error::Invalid(role_fields.renamed(problems))),
        other => other?,
    };
    Ok(Created {
        success: true,
        message: Said::CreationQueued.text(lang),
        task_id: queued.task.id,
        status: "queued",
        server: NewServer {
            name,
            status: "creating",
            estimated_time: Said::EstimatedTime.text(lang),
        },
        generated: queued.generated,
        warnings: notes.ignored,
    })
}

/// Gives each disk whose storage is open the default of its kind.
pub(super) async fn choose_storages(
    server: &Server,
    request: &Request,
    wanted: &mut CreateServer,
    open: Vec<(usize, Open)>,
) -> Result<()> {
    for (n, open) in open {
        let servers = &server.drover.servers;
        let storage = servers
            .default_storage(&request.context, wanted.cluster.as_deref(), open.kind)
            .await?;
        if let Some(disk) = wanted.disks.get_mut(n) {
            disk.storage = storage;
        }
    }
    Ok(())
}
