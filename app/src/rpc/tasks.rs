//! Tasks.

#[cfg(feature = "ssr")]
use drover_types::task::TaskFilter;
use drover_types::{error::ApiError, task::TaskRow};
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
        Ok(page.tasks.into_iter().filter(|task| !task.state.has_ended()).collect())
    })
    .await
}
