//! Writing rows, in the transaction of what they tell of.

use chrono::{DateTime, Utc};
use drover_types::audit::{Action, AuditResult, FieldChange, FieldChanges, ObjectKind};
use drover_types::ids::TaskId;
use drover_types::session::CurrentUser;
use serde::Serialize;
use serde_json::Value;

use crate::context::{Actor, Origin};
use crate::error::Result;
use crate::store::Tx;
use crate::store::audit::{self, AuditInsert};
use crate::store::tasks::{TaskInsert, encode};

/// Who did it, and from where.
pub(crate) struct Who<'a> {
    pub user_id: Option<i64>,
    pub username: &'a str,
    pub origin: &'a Origin,
}

impl<'a> From<&'a Actor> for Who<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self {
            user_id: actor.user_id(),
            username: &actor.username,
            origin: &actor.origin,
        }
    }
}

/// What was done.
pub(crate) struct Entry<'a> {
    pub action: Action,
    pub kind: ObjectKind,
    pub object: &'a str,
    pub changes: FieldChanges,
    pub result: AuditResult,
    pub task: Option<TaskId>,
}

impl<'a> Entry<'a> {
    /// Something that is done with this transaction, and changes nothing that could be told.
    pub fn done(action: Action, kind: ObjectKind, object: &'a str) -> Self {
        Self {
            action,
            kind,
            object,
            changes: FieldChanges::new(),
            result: AuditResult::Done,
            task: None,
        }
    }

    /// The same, refused.
    pub fn refused(action: Action, kind: ObjectKind, object: &'a str) -> Self {
        Self {
            result: AuditResult::Refused,
            ..Self::done(action, kind, object)
        }
    }

    /// With what changed.
    pub fn changing(self, changes: FieldChanges) -> Self {
        Self { changes, ..self }
    }
}

/// Writes a row.
pub(crate) async fn record(tx: &mut Tx, who: Who<'_>, entry: &Entry<'_>, at: DateTime<Utc>) -> Result<()> {
    let changes = encode(&entry.changes)?;
    let row = AuditInsert {
        at,
        user_id: who.user_id,
        username: who.username,
        session: who.origin.session,
        token: who.origin.token,
        address: &who.origin.address,
        action: entry.action.as_str(),
        object_kind: entry.kind.as_str(),
        object: entry.object,
        changes: &changes,
        result: entry.result,
        task: entry.task,
    };
    Ok(audit::insert(tx, &[row]).await?)
}

/// Writes a row for each task that is queued. What a task is asked to do holds no secret.
pub(crate) async fn record_tasks(tx: &mut Tx, actor: &Actor, tasks: &[TaskInsert<'_>]) -> Result<()> {
    let asked: Vec<(String, String)> = tasks
        .iter()
        .map(|task| {
            let object = match task.guest {
                Some(guest) if task.target.is_empty() => guest.to_string(),
                _ => task.target.to_owned(),
            };
            let changes = match task.input {
                "null" => "{}".to_owned(),
                input => format!(r#"{{"input":{{"before":null,"after":{}}}}}"#, masked(input)),
            };
            (object, changes)
        })
        .collect();
    let rows: Vec<AuditInsert<'_>> = tasks
        .iter()
        .zip(&asked)
        .map(|(task, (object, changes))| AuditInsert {
            at: task.at,
            user_id: actor.user_id(),
            username: &actor.username,
            session: actor.origin.session,
            token: actor.origin.token,
            address: &actor.origin.address,
            action: task.kind.as_str(),
            object_kind: if task.kind.category() == "system" {
                ObjectKind::Task.as_str()
            } else {
                ObjectKind::Server.as_str()
            },
            object,
            changes,
            result: AuditResult::Accepted,
            task: Some(task.id),
        })
        .collect();
    Ok(audit::insert(tx, &rows).await?)
}

/// What stands in the place of a secret.
const MASK: &str = "********";

/// A task's input without what it keeps sealed.
fn masked(input: &str) -> String {
    fn mask(value: &mut Value) {
        match value {
            Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| match value {
                Value::String(text) if name == "secret" => MASK.clone_into(text),
                other => mask(other),
            }),
            Value::Array(items) => items.iter_mut().for_each(mask),
            _ => {}
        }
    }
    if !input.contains(r#""secret":""#) {
        return input.to_owned();
    }
    serde_json::from_str(input).map_or_else(
        |_| "null".to_owned(),
        |mut value| {
            mask(&mut value);
            value.to_string()
        },
    )
}

/// Adds a field to `changes`, where it differs.
pub(crate) fn changed<T: Serialize>(
    changes: &mut FieldChanges,
    field: &str,
    before: Option<&T>,
    after: Option<&T>,
) {
    // What can't be written as JSON is none of what is told here.
    let value = |of: Option<&T>| serde_json::to_value(of).unwrap_or(Value::Null);
    let (before, after) = (value(before), value(after));
    if before != after {
        changes.insert(field.to_owned(), FieldChange { before, after });
    }
}

/// What differs between a user before and after; `None` where there was or is none.
pub(crate) fn user_changes(before: Option<&CurrentUser>, after: Option<&CurrentUser>) -> FieldChanges {
    let mut changes = FieldChanges::new();
    macro_rules! compare {
        ($($field:literal: $of:expr),* $(,)?) => {
            $(changed(&mut changes, $field, before.map($of).as_ref(), after.map($of).as_ref());)*
        };
    }
    compare! {
        "name": |user: &CurrentUser| user.name.clone(),
        "email": |user: &CurrentUser| user.email.clone(),
        "role": |user: &CurrentUser| user.grants.role,
        "permissions": |user: &CurrentUser| user.grants.permissions.clone(),
        "scope": |user: &CurrentUser| user.grants.scope.written(),
        "is_active": |user: &CurrentUser| user.is_active,
    }
    changes
}
