//! A task's whole log as a file, sent while it is read: a role's may be long.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use drover_core::Error;
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::task::LogLine;
use drover_types::text::Problem;
use futures::stream;

use crate::api::answer::Refusal;
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Take a task's whole log along as a file.
///
/// In the language of the request, the oldest line first. Each begins with its time; what a line says beyond its first one
/// is indented.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/log.txt", tag = "tasks",
    params(("task_id" = String, Path, description = "The task's id.")),
    responses((status = OK, description = "The file.", body = String, content_type = "text/plain")),
)]
pub(super) async fn download_task_log(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Response, Refusal> {
    let id: TaskId = id.parse().map_err(|_| Error::NotFound(Problem::TaskNotFound))?;
    let (tasks, context) = (server.drover.tasks.clone(), request.context);
    let first = tasks.log(&context, id, 0).await?;
    let rest = stream::try_unfold(last(&first), move |after| {
        let (tasks, context) = (tasks.clone(), context.clone());
        async move {
            let Some(after) = after else { return Ok(None) };
            let lines = tasks.log(&context, id, after).await?;
            let end = last(&lines);
            Ok::<_, Error>(end.map(|_| (text(&lines, lang), end)))
        }
    });
    let first = stream::iter([Ok(text(&first, lang))]);
    let body = Body::from_stream(futures::StreamExt::chain(first, rest));
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"task-{id}.txt\""),
        ),
    ];
    Ok((headers, body).into_response())
}

fn last(lines: &[LogLine]) -> Option<i64> {
    lines.last().map(|line| line.number)
}

fn text(lines: &[LogLine], lang: Lang) -> Bytes {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.at.to_rfc3339_opts(SecondsFormat::Millis, true));
        for (n, part) in line.message.text(lang).trim_end().split('\n').enumerate() {
            text.push_str(if n == 0 { "  " } else { "\n    " });
            text.push_str(part);
        }
        text.push('\n');
    }
    Bytes::from(text)
}
