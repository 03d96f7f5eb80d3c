//! The one way in which a notification comes to be.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::text::Note;

use crate::channels;
use crate::error::Result;
use crate::events::{Change, Write};
use crate::store::notifications::{self, NotificationInsert};

/// Tells `user`, or everybody, in the transaction of what there is to tell; what concerns the house goes out by its
/// channels as well.
///
/// # Errors
/// Where the database does not take it.
pub(crate) async fn told(
    write: &mut Write<'_>,
    user: Option<i64>,
    note: &Note,
    task: Option<TaskId>,
    at: DateTime<Utc>,
) -> Result<i64> {
    let insert = NotificationInsert {
        user_id: user,
        note,
        task,
        at,
    };
    let id = notifications::insert(&mut write.tx, &insert).await?;
    channels::put_told(write, note, task, at).await?;
    write.changed(Change::Notification { id, user });
    Ok(id)
}
