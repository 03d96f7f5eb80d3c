//! The audit as a file, sent while it is read: it may be long.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use drover_core::Error;
use drover_types::audit::{AuditFilter, AuditRow};
use drover_types::lang::Lang;
use futures::stream;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::csv;
use super::list::AuditQuery;
use crate::api::answer::Refusal;
use crate::api::input::Query;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// Comma separated values, for a spreadsheet.
    #[default]
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// How to write it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct FormatQuery {
    /// `csv`, which is the default, or `jsonl`.
    #[param(inline)]
    format: Option<Format>,
}

/// Export who did what.
///
/// The same filters as of the list; all that they let through, newest first.
#[utoipa::path(
    get, path = "/api/audit/export", tag = "audit",
    params(FormatQuery, AuditQuery),
    responses((status = OK, description = "The file.", content(
        (String = "text/csv"),
        (String = "application/jsonl"),
    ))),
)]
pub(super) async fn export_audit(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(format): Query<FormatQuery>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Refusal> {
    let format = format.format.unwrap_or_default();
    let (filter, context) = (AuditFilter::from(query), request.context);
    let audit = server.drover.audit.clone();
    let rows = audit.export(&context, &filter, None).await?;
    let start = match format {
        Format::Csv => csv::head(lang),
        Format::Jsonl => String::new(),
    };
    let first = start + &write(format, &rows, lang)?;
    let last = rows.last().map(|row| row.id);
    let rest = stream::try_unfold(last, move |last| {
        let (audit, context, filter) = (audit.clone(), context.clone(), filter.clone());
        async move {
            let Some(last) = last else { return Ok(None) };
            let rows = audit.export(&context, &filter, Some(last)).await?;
            let Some(end) = rows.last().map(|row| row.id) else {
                return Ok(None);
            };
            let text = Bytes::from(write(format, &rows, lang)?);
            Ok::<_, Error>(Some((text, Some(end))))
        }
    });
    let first = stream::iter([Ok(Bytes::from(first))]);
    let body = Body::from_stream(futures::StreamExt::chain(first, rest));
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        Format::Jsonl => ("application/jsonl", "attachment; filename=\"audit.jsonl\""),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, body).into_response())
}

fn write(format: Format, rows: &[AuditRow], lang: Lang) -> Result<String, Error> {
    let mut text = String::new();
    for row in rows {
        let unwritable =
            |error| Error::Internal(format!("row {} of the audit can't be written: {error}", row.id));
        match format {
            Format::Csv => csv::line(row, lang, &mut text).map_err(unwritable)?,
            Format::Jsonl => {
                text.push_str(&serde_json::to_string(row).map_err(unwritable)?);
                text.push('\n');
            }
        }
    }
    Ok(text)
}
