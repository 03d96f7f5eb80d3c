//! Which tasks are listed: what the address says, and which live task belongs to it. Pure.

use std::cmp::Reverse;

use drover_types::task::{TaskFilter, TaskKind, TaskRow, TaskState};
use leptos_router::params::ParamsMap;

use crate::paths;

/// The filter of an address; a value that is none is left aside.
pub fn read(query: &ParamsMap) -> TaskFilter {
    TaskFilter {
        state: query.get_str(paths::STATE).and_then(TaskState::parse),
        kind: query.get_str(paths::KIND).and_then(TaskKind::parse),
        own: query.get_str(paths::OWN).is_some_and(|own| own == "1"),
        // The parts of a task are listed on its own page.
        whole: true,
        ..TaskFilter::default()
    }
}

/// The address of a filter.
pub fn address(filter: &TaskFilter) -> String {
    paths::tasks(
        filter.state.map(TaskState::as_str).unwrap_or_default(),
        filter.kind.map(TaskKind::as_str).unwrap_or_default(),
        filter.own,
    )
}

/// Whether a live task is one of those that are listed for `username`.
pub fn belongs(filter: &TaskFilter, task: &TaskRow, username: &str) -> bool {
    filter.state.is_none_or(|state| state == task.state)
        && filter.kind.is_none_or(|kind| kind == task.kind)
        && (!filter.own || task.actor == username)
        && (filter.guest.is_none() || filter.guest == task.guest)
        && (filter.parent.is_none() || filter.parent == task.parent)
        && !(filter.whole && task.parent.is_some())
}

/// Puts a live task into the list, or takes it out; the list keeps its order: what has not ended first, then
/// the latest. A task from below the list's end stays out, so that the next page brings it in its place.
pub fn take(rows: &mut Vec<TaskRow>, task: &TaskRow, belongs: bool, is_whole: bool) {
    let known = rows.iter().position(|row| row.id == task.id);
    match known {
        Some(at) if rows[at].updated_at > task.updated_at => return,
        Some(at) if !belongs => {
            rows.remove(at);
            return;
        }
        Some(at) => rows[at] = task.clone(),
        None if !belongs => return,
        None => {
            let is_below = task.state.has_ended() && rows.last().is_some_and(|last| task.id < last.id);
            if is_below && !is_whole {
                return;
            }
            rows.push(task.clone());
        }
    }
    // The ids of tasks grow with time.
    rows.sort_by_key(|row| (row.state.has_ended(), Reverse(row.id)));
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use drover_types::{ids::TaskId, text::Progress};

    use super::*;

    fn task(number: u128, state: TaskState) -> TaskRow {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        TaskRow {
            id: TaskId(uuid::Uuid::from_u128(number)),
            kind: TaskKind::StartServer,
            state,
            target: "web-01".into(),
            guest: None,
            actor: "admin".into(),
            progress: 0,
            message: Progress::Queued,
            problem: None,
            cancelling: false,
            created_at: at,
            started_at: None,
            updated_at: at,
            ended_at: None,
            parent: None,
            children: None,
        }
    }

    fn ids(rows: &[TaskRow]) -> Vec<u128> {
        rows.iter().map(|row| row.id.0.as_u128()).collect()
    }

    #[test]
    fn what_has_not_ended_stands_first() {
        let mut rows = vec![task(5, TaskState::Completed), task(4, TaskState::Failed)];
        take(&mut rows, &task(3, TaskState::Running), true, false);
        assert_eq!(ids(&rows), [3, 5, 4]);
        take(&mut rows, &task(6, TaskState::Queued), true, false);
        assert_eq!(ids(&rows), [6, 3, 5, 4]);
        take(&mut rows, &task(6, TaskState::Completed), false, false);
        assert_eq!(ids(&rows), [3, 5, 4]);
        take(&mut rows, &task(1, TaskState::Completed), true, false);
        assert_eq!(ids(&rows), [3, 5, 4]);
        take(&mut rows, &task(1, TaskState::Completed), true, true);
        assert_eq!(ids(&rows), [3, 5, 4, 1]);
    }

    #[test]
    fn an_address_is_read_back() {
        let mut query = ParamsMap::new();
        query.insert(paths::STATE, "failed".to_owned());
        query.insert(paths::KIND, "nonsense".to_owned());
        query.insert(paths::OWN, "1".to_owned());
        let filter = read(&query);
        assert_eq!(
            (filter.state, filter.kind, filter.own),
            (Some(TaskState::Failed), None, true)
        );
        assert_eq!(address(&filter), "/tasks?state=failed&own=1");
        assert!(!belongs(&filter, &task(1, TaskState::Failed), "viewer"));
        assert!(belongs(&filter, &task(1, TaskState::Failed), "admin"));
        let part = TaskRow {
            parent: Some(TaskId(uuid::Uuid::from_u128(9))),
            ..task(1, TaskState::Failed)
        };
        assert!(!belongs(&filter, &part, "admin"));
    }
}
