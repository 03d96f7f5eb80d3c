//! Tasks.

use drover_types::{
    error::ApiError,
    ids::TaskId,
    role::QueuedTask,
    task::{TaskDetail, TaskFilter, TaskPage, TaskRow},
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// How many running tasks a page follows: whole ones for the top bar, and with their parts for the servers' rows.
#[cfg(feature = "ssr")]
const MOST_RUNNING: u32 = 200;

/// The tasks that have not ended, newest first, with the parts of those that have some.
#[server(name = LoadRunningTasks, prefix = "/rpc", endpoint = "running_tasks", input = Json, output = Json)]
pub async fn running_tasks() -> Result<Vec<TaskRow>, ApiError> {
    let most = |whole| TaskFilter {
        limit: Some(MOST_RUNNING),
        whole,
        ..TaskFilter::default()
    };
    call(|drover, ctx| async move {
        // Those that have not ended come first. The parts of one task may be more than a page.
        let mut tasks = drover.tasks.list(&ctx, &most(true)).await?.tasks;
        let with_parts = drover.tasks.list(&ctx, &most(false)).await?.tasks;
        tasks.extend(with_parts.into_iter().filter(|task| task.parent.is_some()));
        tasks.retain(|task| !task.state.has_ended());
        Ok(tasks)
    })
    .await
}

/// A page of the list: those that have not ended first, then the latest.
#[server(prefix = "/rpc", endpoint = "list_tasks", input = Json, output = Json)]
pub async fn list_tasks(filter: TaskFilter) -> Result<TaskPage, ApiError> {
    call(|drover, ctx| async move { drover.tasks.list(&ctx, &filter).await }).await
}

/// A task with its steps and the end of its log.
#[server(prefix = "/rpc", endpoint = "get_task", input = Json, output = Json)]
pub async fn get_task(id: TaskId) -> Result<TaskDetail, ApiError> {
    call(|drover, ctx| async move { drover.tasks.get(&ctx, id).await }).await
}

/// Asks for a task to be stopped, and undone as far as it can be.
#[server(prefix = "/rpc", endpoint = "cancel_task", input = Json, output = Json)]
pub async fn cancel_task(id: TaskId) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.tasks.cancel(&ctx, id).await }).await
}

/// Asks for a creation that came to nothing again, or for those of a task's parts; gives the task to follow.
#[server(prefix = "/rpc", endpoint = "retry_task", input = Json, output = Json)]
pub async fn retry_task(id: TaskId, password: Option<String>) -> Result<QueuedTask, ApiError> {
    call(|drover, ctx| async move { drover.retry(&ctx, id, password.as_deref()).await }).await
}
