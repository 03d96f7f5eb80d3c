//! Several servers by one request.

use axum::Json;
use axum::extract::State;
use drover_core::{Error, Result};
use drover_types::bulk::{CreateServers, row_field};
use drover_types::error::FieldProblems;
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::server::CreateServer;
use drover_types::text::Problem;
use serde_json::Value;

use super::bulk_body::{CreateServersBody, CreatedServers, Rejected};
use super::endpoint::choose_storages;
use super::read::read;
use super::roles::RoleFields;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Object};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Make several servers.
///
/// Checks everything before anything is touched, also the servers against each other, then queues a task whose parts
/// make them. Servers that can't be made are left out, unless `all_or_nothing` is set or none is left.
#[utoipa::path(
    post, path = "/api/create_servers_bulk", tag = "servers",
    request_body = CreateServersBody,
    responses((status = OK, description = "A task is queued.", body = CreatedServers)),
)]
pub(crate) async fn create_servers_bulk(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Object>,
) -> Result<Json<CreatedServers>, Refusal> {
    Ok(Json(create(&server, &request, lang, body).await?))
}

/// Where a row stands in the body, and where in it each of its roles is named.
struct Place {
    row: usize,
    roles: RoleFields,
}

/// The rows of a body, parted into those that could be read and the others.
#[derive(Default)]
struct Rows {
    /// Each with its place in the body.
    good: Vec<(Place, CreateServer)>,
    bad: Vec<(usize, String, FieldProblems)>,
    ignored: Vec<String>,
}

async fn create(server: &Server, request: &Request, lang: Lang, mut body: Object) -> Result<CreatedServers> {
    let context = &request.context;
    context.require(Permission::CreateServer)?;
    let whole = match body.remove("all_or_nothing") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(whole)) => whole,
        Some(_) => return Err(wrong_type("all_or_nothing", "true, false")),
    };
    let Some(Value::Array(list)) = body.remove("servers") else {
        return Err(wrong_type("servers", "[{…}]"));
    };
    // Of too many none is read: they could be as many as the body has room for.
    server.drover.servers.check_count(context, list.len())?;
    let mut rows = rows(server, request, list).await?;
    rows.ignored.extend(body.keys().cloned());
    if (whole && !rows.bad.is_empty()) || rows.good.is_empty() && !rows.bad.is_empty() {
        return Err(Error::Invalid(by_path(rows)));
    }
    let (places, servers): (Vec<Place>, Vec<CreateServer>) = rows.good.into_iter().unzip();
    let wanted = CreateServers {
        servers,
        leave_out: !whole,
    };
    let made = match server.drover.servers.create_many(context, wanted).await {
        Err(Error::Invalid(problems)) => return Err(Error::Invalid(at_home(problems, &places, rows.bad))),
        other => other?,
    };
    let mut rejected: Vec<Rejected> = rows
        .bad
        .into_iter()
        .map(|(row, name, problems)| Rejected::new(row, name, &problems, lang))
        .collect();
    rejected.extend(made.rejected.into_iter().map(|one| {
        let place = &places[one.row];
        let problems = place.roles.renamed(one.problems).into_iter();
        let problems = problems.map(|(field, problem)| (field, at_place(problem, &places)));
        Rejected::new(place.row, one.name, &problems.collect(), lang)
    }));
    rejected.sort_by_key(|one| one.row);
    Ok(CreatedServers {
        success: true,
        message: Said::CreationsQueued.text(lang),
        task_id: made.task.id,
        status: "queued",
        accepted: made.accepted.iter().map(|one| one.name.clone()).collect(),
        tasks: made
            .accepted
            .into_iter()
            .map(|one| (one.name, one.task))
            .collect(),
        rejected,
        generated: made.generated,
        warnings: rows.ignored,
    })
}

async fn rows(server: &Server, request: &Request, list: Vec<Value>) -> Result<Rows> {
    let mut rows = Rows::default();
    for (at, row) in list.into_iter().enumerate() {
        let Value::Object(row) = row else {
            let expected = "{…}".to_owned();
            let problems = FieldProblems::from([(String::new(), Problem::WrongType { expected })]);
            rows.bad.push((at, String::new(), problems));
            continue;
        };
        let read = read(row);
        let ignored = read.notes.ignored.iter();
        rows.ignored.extend(ignored.map(|field| row_field(at, field)));
        let mut wanted = read.server;
        if read.notes.problems.is_empty() {
            choose_storages(server, request, &mut wanted, read.open).await?;
            let place = Place {
                row: at,
                roles: read.role_fields,
            };
            rows.good.push((place, wanted));
        } else {
            let mut problems = read.notes.problems;
            for (field, problem) in read.role_fields.renamed(wanted.problems()) {
                problems.entry(field).or_insert(problem);
            }
            rows.bad.push((at, wanted.name, problems));
        }
    }
    Ok(rows)
}

/// Everything that is wrong, also with those rows that could be read.
fn by_path(rows: Rows) -> FieldProblems {
    let mut all = FieldProblems::new();
    for (at, server) in &rows.good {
        let own = at.roles.renamed(server.problems());
        all.extend(
            own.into_iter()
                .map(|(field, problem)| (row_field(at.row, &field), problem)),
        );
    }
    bad_ones(&mut all, rows.bad);
    all
}

/// What the service says of the rows that it was given, by their places in the body, and what was wrong before.
fn at_home(
    problems: FieldProblems,
    places: &[Place],
    bad: Vec<(usize, String, FieldProblems)>,
) -> FieldProblems {
    let moved = |field: String| {
        let row = field
            .strip_prefix("servers[")
            .and_then(|rest| rest.split_once("]."))
            .and_then(|(row, rest)| Some((places.get(row.parse::<usize>().ok()?)?, rest)));
        match row {
            Some((place, rest)) => row_field(place.row, &place.roles.name(rest.to_owned())),
            None => field,
        }
    };
    let mut all: FieldProblems = problems
        .into_iter()
        .map(|(field, problem)| (moved(field), at_place(problem, places)))
        .collect();
    bad_ones(&mut all, bad);
    all
}

/// A problem that names another row, by that row's place in the body.
fn at_place(problem: Problem, places: &[Place]) -> Problem {
    match problem {
        Problem::SameAsRow { row } => {
            let place = usize::try_from(row)
                .ok()
                .and_then(|row| places.get(row.checked_sub(1)?));
            let named = place.and_then(|place| u32::try_from(place.row + 1).ok());
            Problem::SameAsRow {
                row: named.unwrap_or(row),
            }
        }
        other => other,
    }
}

fn bad_ones(all: &mut FieldProblems, bad: Vec<(usize, String, FieldProblems)>) {
    for (at, _, problems) in bad {
        for (field, problem) in problems {
            let path = row_field(at, &field);
            all.insert(path.trim_end_matches('.').to_owned(), problem);
        }
    }
}

fn wrong_type(field: &str, expected: &str) -> Error {
    let expected = expected.to_owned();
    Error::field(field, Problem::WrongType { expected })
}
