//! What is answered where the end of a task was waited for, and it failed.

use std::time::Duration;

use drover_core::tasks::Settled;
use drover_types::error::ApiError;

/// For how long an answer waits for the end of its task.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// What is answered where the task failed.
pub(crate) fn failed(settled: &Settled) -> Option<ApiError> {
    let (code, problem) = settled.failure()?;
    let mut error = ApiError::new(code, problem);
    let task = settled.task.id.to_string();
    error.details.insert("task_id".into(), task.into());
    if let Some(cause) = &settled.cause {
        error.details.insert("proxmox".into(), cause.clone().into());
    }
    Some(error)
}
