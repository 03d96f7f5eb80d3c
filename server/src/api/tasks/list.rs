//! The list of tasks.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::TaskItem;
use crate::api::answer::{LONGEST_ROWS, PageQuery, Pagination, Refusal};
use crate::api::input::Query;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListReply {
    /// Always true.
    success: bool,
    /// Those that have not ended first, then the latest.
    tasks: Vec<TaskItem>,
    /// Which page it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    /// Whether the list was cut: ask for pages to get the rest.
    truncated: bool,
}

/// List the tasks.
///
/// Everybody's, or without `view_all` one's own.
#[utoipa::path(
    get, path = "/api/tasks", tag = "tasks",
    params(PageQuery),
    responses((status = OK, description = "The tasks.", body = ListReply)),
)]
pub(super) async fn list_tasks(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(paging): Query<PageQuery>,
) -> Result<Json<ListReply>, Refusal> {
    let page = paging.page()?;
    let (offset, limit) = page.map_or((0, LONGEST_ROWS), |page| (page.offset(), page.size));
    let found = server.drover.tasks.rows(&request.context, offset, limit).await?;
    Ok(Json(ListReply {
        success: true,
        truncated: page.is_none() && found.total > u64::from(limit),
        tasks: found
            .rows
            .into_iter()
            .map(|row| TaskItem::new(row, lang))
            .collect(),
        pagination: page.map(|page| page.told(found.total)),
    }))
}
