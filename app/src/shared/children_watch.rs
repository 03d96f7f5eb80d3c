//! The parts of a task, kept up to date by live events.

use std::collections::BTreeMap;

use drover_types::{
    error::ApiError,
    event::LiveEvent,
    ids::TaskId,
    task::{TaskFilter, TaskKind, TaskRow},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    live::use_live,
    rpc,
    session::{Session, use_session},
};

/// How many parts one question brings.
const PAGE: u32 = 200;

/// Parts of a task that are watched; get them with [`watch_children`].
#[derive(Clone, Copy)]
pub struct ChildrenWatch {
    parent: TaskId,
    /// Every part, with those that were asked for again.
    tasks: RwSignal<BTreeMap<TaskId, TaskRow>>,
    /// Whether they have been loaded once.
    pub is_loaded: RwSignal<bool>,
    /// Why they could not be loaded.
    pub error: RwSignal<Option<ApiError>>,
    session: Session,
}

/// Watches the parts of a task until the calling component is gone.
pub fn watch_children(parent: TaskId) -> ChildrenWatch {
    let live = use_live();
    let watch = ChildrenWatch {
        parent,
        tasks: RwSignal::new(BTreeMap::new()),
        is_loaded: RwSignal::new(false),
        error: RwSignal::new(None),
        session: use_session(),
    };
    live.on(move |event| match event {
        LiveEvent::Task { task, .. } if task.parent == Some(parent) => watch.take(task),
        // A part that another browser has asked for again tells of itself once it runs.
        LiveEvent::Task { task, .. } if task.id == parent => {
            let known = watch.tasks.try_with_untracked(|tasks| latest(tasks).len());
            let total = task.children.map(|children| children.total() as usize);
            if known.zip(total).is_some_and(|(known, total)| known != total) {
                watch.load();
            }
        }
        LiveEvent::Resync => watch.load(),
        _ => {}
    });
    // What happened before the stream was open, or while it was away, no event tells.
    Effect::new(move |_| {
        live.connection();
        watch.load();
    });
    watch
}

impl ChildrenWatch {
    fn take(self, task: &TaskRow) {
        self.tasks.try_update(|tasks| put(tasks, task.clone()));
    }

    /// Loads them anew.
    pub fn load(self) {
        spawn_local(async move {
            match all(self.parent).await {
                Ok(tasks) => {
                    self.error.try_set(None);
                    self.tasks.try_update(|now| {
                        for task in tasks {
                            put(now, task);
                        }
                    });
                    self.is_loaded.try_set(true);
                }
                Err(error) => {
                    self.session.heed(&error);
                    self.error.try_set(Some(error));
                }
            }
        });
    }

    /// The parts in the order in which they were asked for, each by its last try. Tracked.
    pub fn ids(self) -> Vec<TaskId> {
        self.tasks.with(latest)
    }

    /// A part. Tracked.
    pub fn get(self, id: &TaskId) -> Option<TaskRow> {
        self.tasks.with(|tasks| tasks.get(id).cloned())
    }
}

async fn all(parent: TaskId) -> Result<Vec<TaskRow>, ApiError> {
    let mut filter = TaskFilter {
        parent: Some(parent),
        limit: Some(PAGE),
        ..TaskFilter::default()
    };
    let mut tasks = Vec::new();
    loop {
        let page = rpc::tasks::list_tasks(filter.clone()).await?;
        tasks.extend(page.tasks);
        // A page that ends with one that has not ended would come again.
        let goes_on = page
            .next
            .filter(|_| tasks.last().is_some_and(|task: &TaskRow| task.state.has_ended()));
        match goes_on {
            Some(next) => filter.before = Some(next),
            None => return Ok(tasks),
        }
    }
}

/// Events and answers may cross: the older one tells nothing new.
fn put(tasks: &mut BTreeMap<TaskId, TaskRow>, task: TaskRow) {
    let is_old = tasks
        .get(&task.id)
        .is_some_and(|known| known.updated_at > task.updated_at);
    if !is_old {
        tasks.insert(task.id, task);
    }
}

/// A creation that is asked for again is a task of its own with the same name: only the last one counts, in the
/// place of the first. The ids of tasks grow with time.
fn latest(tasks: &BTreeMap<TaskId, TaskRow>) -> Vec<TaskId> {
    let mut found: Vec<&TaskRow> = Vec::new();
    for task in tasks.values() {
        match found.iter_mut().find(|earlier| is_retry(earlier, task)) {
            Some(earlier) => *earlier = task,
            None => found.push(task),
        }
    }
    found.into_iter().map(|task| task.id).collect()
}

/// One that has not begun, or that came to nothing, may name no guest; two clusters may have servers of one name.
fn is_retry(earlier: &TaskRow, later: &TaskRow) -> bool {
    if later.kind != TaskKind::CreateServer || earlier.kind != later.kind || earlier.target != later.target {
        return false;
    }
    let clusters = earlier.guest.as_ref().zip(later.guest.as_ref());
    clusters.is_none_or(|(earlier, later)| earlier.cluster == later.cluster)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use drover_types::{ids::GuestId, task::TaskState, text::Progress};

    use super::*;

    fn task(number: u128, kind: TaskKind, target: &str, seconds: i64) -> TaskRow {
        let at: DateTime<Utc> = DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap();
        TaskRow {
            id: TaskId(uuid::Uuid::from_u128(number)),
            kind,
            state: TaskState::Failed,
            target: target.into(),
            guest: Some(GuestId::new("lab", 100)),
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

    fn order(rows: Vec<TaskRow>) -> Vec<u128> {
        let mut tasks = BTreeMap::new();
        for row in rows {
            put(&mut tasks, row);
        }
        latest(&tasks).iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn a_retry_stands_in_the_place_of_the_first_try() {
        let make = TaskKind::CreateServer;
        let rows = vec![
            task(1, make, "a", 0),
            task(2, make, "b", 0),
            task(5, make, "a", 0),
        ];
        assert_eq!(order(rows), [5, 2]);
        let mut waiting = task(6, make, "a", 0);
        waiting.guest = None;
        assert_eq!(order(vec![task(1, make, "a", 0), waiting]), [6]);
        let mut elsewhere = task(7, make, "a", 0);
        elsewhere.guest = Some(GuestId::new("other", 100));
        assert_eq!(order(vec![task(1, make, "a", 0), elsewhere]), [1, 7]);
        let start = TaskKind::StartServer;
        assert_eq!(
            order(vec![task(1, start, "a", 0), task(2, start, "a", 0)]),
            [1, 2]
        );
    }

    #[test]
    fn an_older_answer_changes_nothing() {
        let mut tasks = BTreeMap::new();
        let make = TaskKind::CreateServer;
        put(&mut tasks, task(1, make, "new", 5));
        put(&mut tasks, task(1, make, "old", 4));
        assert_eq!(
            tasks
                .values()
                .map(|task| task.target.as_str())
                .collect::<Vec<_>>(),
            ["new"]
        );
    }
}
