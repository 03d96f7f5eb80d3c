//! What the server tells an open browser without being asked.

use serde::{Deserialize, Serialize};

use crate::inventory::Delta;
use crate::notification::NotificationRow;
use crate::task::{LogLine, StepRow, TaskRow};

/// One event of the stream `GET /api/events`. Tagged from outside: any other way makes the browser carry the code that
/// reads each of these types twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveEvent {
    /// The inventory changed.
    Inventory(Delta),
    /// A task is new, or changed. Its steps and the log lines that are new travel along.
    Task {
        /// The task.
        task: Box<TaskRow>,
        /// All its steps.
        steps: Vec<StepRow>,
        /// Log lines that were added.
        log: Vec<LogLine>,
    },
    /// A notification for this user.
    Notification(NotificationRow),
    /// Notifications were read or dismissed, here or in another browser.
    NotificationsChanged,
    /// Alerts were raised, seen or are over, or the rules or settings of monitoring changed.
    AlertsChanged,
    /// Notification channels were changed, or something went through one; told to administrators.
    ChannelsChanged,
    /// The user was changed: what they may do, their name, or where else they are signed in.
    UserChanged,
    /// Events were lost: load everything anew.
    Resync,
    /// The session has ended.
    SignedOut,
}
