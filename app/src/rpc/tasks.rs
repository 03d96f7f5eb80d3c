//! Tasks.

use drover_types::{
    error::ApiError,
    ids::TaskId,
    task::{TaskDetail, TaskFilter, TaskPage, TaskRow},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use super::call;

/// How many running tasks a page follows.
#[cfg(feature = "ssr")]
const MOST_RUNNING: u32 = 100;

/// The tasks that have not ended, newest first.
#[server(name = LoadRunningTasks, prefix = "/rpc", endpoint = "running_tasks", input = Json)]
pub async fn running_tasks() -> Result<Vec<TaskRow>, ApiError> {
    let most = TaskFilter {
        limit: Some(MOST_RUNNING),
        ..TaskFilter::default()
    };
    call(|drover, ctx| async move {
        // Those that have not ended come first.
        let page = drover.tasks.list(&ctx, &most).await?;
        Ok(page
            .tasks
            .into_iter()
            .filter(|task| !task.state.has_ended())
            .collect())
    })
    .await
}

/// A page of the list: those that have not ended first, then the latest.
#[server(prefix = "/rpc", endpoint = "list_tasks", input = Json)]
pub async fn list_tasks(filter: TaskFilter) -> Result<TaskPage, ApiError> {
    call(|drover, ctx| async move { drover.tasks.list(&ctx, &filter).await }).await
}

/// A task with its steps and the end of its log.
#[server(prefix = "/rpc", endpoint = "get_task", input = Json)]
pub async fn get_task(id: TaskId) -> Result<TaskDetail, ApiError> {
    call(|drover, ctx| async move { drover.tasks.get(&ctx, id).await }).await
}

/// Asks for a task to be stopped, and undone as far as it can be.
#[server(prefix = "/rpc", endpoint = "cancel_task", input = Json)]
pub async fn cancel_task(id: TaskId) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.tasks.cancel(&ctx, id).await }).await
}

/// Asks for a creation that came to nothing again, or for those of a task's parts; gives the task to follow.
#[server(prefix = "/rpc", endpoint = "retry_task", input = Json)]
pub async fn retry_task(id: TaskId, password: Option<String>) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { drover.servers.retry(&ctx, id, password.as_deref()).await }).await
}
