//! The rows of a list of tasks, kept up to date by live events.

use drover_types::{
    error::ApiError,
    event::LiveEvent,
    ids::TaskId,
    task::{TaskFilter, TaskPage, TaskRow},
};
use leptos::{prelude::*, task::spawn_local};

use super::narrowed;
use crate::{
    live::{Connection, Meanwhile, use_live},
    rpc,
    session::{Session, use_session},
};

/// The rows; cheap to copy.
#[derive(Clone, Copy)]
pub struct Rows {
    pub rows: RwSignal<Vec<TaskRow>>,
    /// Where the next page begins; `None` on the last.
    pub next: RwSignal<Option<TaskId>>,
    pub is_loading: RwSignal<bool>,
    /// Why more could not be loaded.
    pub error: RwSignal<Option<ApiError>>,
    filter: StoredValue<TaskFilter>,
    meanwhile: StoredValue<Meanwhile<TaskRow>>,
    session: Session,
}

/// Follows the tasks of `filter` from their first page on, until the calling component is gone.
pub fn follow_tasks(first: TaskPage, filter: TaskFilter) -> Rows {
    let live = use_live();
    let session = use_session();
    let list = Rows {
        rows: RwSignal::new(first.tasks),
        next: RwSignal::new(first.next),
        is_loading: RwSignal::new(false),
        error: RwSignal::new(None),
        filter: StoredValue::new(filter),
        meanwhile: StoredValue::default(),
        session,
    };
    live.on(move |event| match event {
        LiveEvent::Task { task, .. } => {
            list.meanwhile.try_update_value(|meanwhile| meanwhile.heard(task));
            list.take(task);
        }
        LiveEvent::Resync => list.load(None),
        _ => {}
    });
    // What happened before the stream was open, or while it was away, no event tells.
    Effect::new(move |_| {
        if live.connection() == Connection::Open {
            list.load(None);
        }
    });
    list
}

impl Rows {
    fn take(self, task: &TaskRow) {
        let username = untrack(|| self.session.user().map(|user| user.username).unwrap_or_default());
        let belongs = self
            .filter
            .try_with_value(|filter| narrowed::belongs(filter, task, &username))
            .unwrap_or(false);
        let is_whole = self.next.try_get_untracked().flatten().is_none();
        self.rows
            .try_update(|rows| narrowed::take(rows, task, belongs, is_whole));
    }

    /// Loads the next page.
    pub fn load_more(self) {
        if let Some(before) = self.next.get_untracked() {
            self.load(Some(before));
        }
    }

    fn load(self, before: Option<TaskId>) {
        let Some(filter) = self.filter.try_get_value() else {
            return;
        };
        let filter = TaskFilter { before, ..filter };
        self.is_loading.set(before.is_some());
        let asked = self
            .meanwhile
            .try_update_value(Meanwhile::asked)
            .unwrap_or_default();
        spawn_local(async move {
            let answer = rpc::tasks::list_tasks(filter).await;
            let told = self
                .meanwhile
                .try_update_value(|meanwhile| meanwhile.answered(asked))
                .unwrap_or_default();
            if self.is_loading.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(page) => {
                    self.error.set(None);
                    self.next.set(page.next);
                    self.rows.update(|rows| {
                        if before.is_none() {
                            rows.clear();
                        }
                        for task in page.tasks {
                            if rows.iter().all(|row| row.id != task.id) {
                                rows.push(task);
                            }
                        }
                    });
                    // The answer may be older than what events told while it was on its way.
                    for task in &told {
                        self.take(task);
                    }
                }
                Err(error) => {
                    self.session.heed(&error);
                    self.error.set(Some(error));
                }
            }
        });
    }
}
