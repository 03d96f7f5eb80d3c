//! Pieces that know Drover's types and that several pages use.

mod awaited;
mod delete_plan;
mod error_callout;
mod health;
mod local_time;
mod permission_needed;
mod quick_action;
mod server_menu;
mod shutdown;
mod stale;
mod status_badge;
mod task_log;
mod task_panel;
mod task_progress;
mod task_steps;
mod task_watch;
mod time_ago;

pub use awaited::{Awaited, error_unless_told};
pub use error_callout::ErrorCallout;
pub use health::use_health;
pub use local_time::{local, use_utc_offset};
pub use permission_needed::PermissionNeeded;
pub use quick_action::use_server_actions;
pub use server_menu::{RowMenu, RowMenuList, action_icon, action_name};
pub use stale::StaleCallout;
pub use status_badge::{StatusBadge, status_name, status_tone};
pub use task_panel::{CancelTask, TaskPanel};
pub use task_progress::{TaskProgress, task_state_name, task_tone};
pub use task_steps::seconds_between;
pub use task_watch::watch_task;
pub use time_ago::{TimeAgo, Uptime};
