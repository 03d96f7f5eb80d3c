//! The tasks that are under way, kept up to date by live events: for the count in the top bar, the drawer,
//! and the rows that show their server's task.

use std::collections::{HashMap, VecDeque};

use drover_types::{
    event::LiveEvent,
    ids::{GuestId, TaskId},
    task::TaskRow,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    live::{Live, Meanwhile},
    rpc,
    session::use_session,
};

/// How many ends are remembered: an answer is late by a moment, not by so many tasks.
const REMEMBERED: usize = 1_000;

/// The tasks; get them with [`use_running`].
#[derive(Clone, Copy, Debug)]
pub struct Running {
    /// Those that are no part of another: a hundred servers that are made at once are one thing to look at.
    whole: RwSignal<Vec<TaskRow>>,
    /// The last task of each guest, whether part or whole: the guest's row shows its own.
    by_guest: RwSignal<HashMap<GuestId, TaskRow>>,
    /// What has ended lately. The answer that tells of a task's beginning may come after the event that tells its end.
    ended: StoredValue<VecDeque<TaskId>>,
    meanwhile: StoredValue<Meanwhile<TaskRow>>,
}

impl Running {
    fn new() -> Self {
        Self {
            whole: RwSignal::new(Vec::new()),
            by_guest: RwSignal::new(HashMap::new()),
            ended: StoredValue::default(),
            meanwhile: StoredValue::default(),
        }
    }
}

/// Provides the tasks and follows `live`.
pub fn provide_running(live: Live) -> Running {
    let running = Running::new();
    provide_context(running);
    live.on(move |event| {
        if let LiveEvent::Task { task, .. } = event {
            running
                .meanwhile
                .try_update_value(|meanwhile| meanwhile.heard(task));
            running.take((**task).clone());
        }
    });
    running
}

/// The tasks in context; none where none were provided.
pub fn use_running() -> Running {
    use_context().unwrap_or_else(Running::new)
}

impl Running {
    /// Loads the list anew.
    pub fn load(self) {
        let session = use_session();
        let asked = self
            .meanwhile
            .try_update_value(Meanwhile::asked)
            .unwrap_or_default();
        spawn_local(async move {
            let answer = rpc::tasks::running_tasks().await;
            let told = self
                .meanwhile
                .try_update_value(|meanwhile| meanwhile.answered(asked))
                .unwrap_or_default();
            match answer {
                Ok(tasks) => {
                    // Gone meanwhile with the frame: nothing to tell.
                    if self.try_set(tasks).is_some() {
                        // The answer may be older than what events told while it was on its way.
                        for task in told {
                            self.retake(task);
                        }
                    }
                }
                Err(error) => {
                    session.heed(&error);
                    leptos::logging::warn!("the running tasks could not be loaded: {error}");
                }
            }
        });
    }

    fn try_set(self, tasks: Vec<TaskRow>) -> Option<()> {
        let mut by_guest = HashMap::new();
        for task in &tasks {
            take_of_guest(&mut by_guest, task);
        }
        let whole = tasks.into_iter().filter(|task| task.parent.is_none()).collect();
        self.by_guest.try_set(by_guest).is_none().then_some(())?;
        self.whole.try_set(whole).is_none().then_some(())
    }

    /// Takes in a task as it is now; one that has ended leaves.
    pub fn take(self, task: TaskRow) {
        if !self.has_ended(&task) {
            self.retake(task);
        }
    }

    fn retake(self, task: TaskRow) {
        self.by_guest
            .try_update(|by_guest| take_of_guest(by_guest, &task));
        if task.parent.is_none() {
            self.whole.try_update(|tasks| take_whole(tasks, task));
        }
    }

    /// Whether `task` tells of a task whose end is known already; remembers one that tells its end.
    fn has_ended(self, task: &TaskRow) -> bool {
        let known = self.ended.try_update_value(|ended| {
            let is_known = ended.contains(&task.id);
            if task.state.has_ended() && !is_known {
                ended.truncate(REMEMBERED - 1);
                ended.push_front(task.id);
            }
            is_known
        });
        known.unwrap_or_default()
    }

    /// The whole tasks, newest first; tracked.
    pub fn tasks(self) -> Vec<TaskRow> {
        self.whole.get()
    }

    /// How many whole tasks there are; tracked.
    pub fn count(self) -> usize {
        self.whole.with(Vec::len)
    }

    /// The task that is at work on `guest`; tracked with those of all guests, so read it in a `Memo`.
    pub fn of_guest(self, guest: &GuestId) -> Option<TaskRow> {
        self.by_guest.with(|tasks| tasks.get(guest).cloned())
    }
}

fn take_whole(tasks: &mut Vec<TaskRow>, task: TaskRow) {
    match tasks.iter().position(|other| other.id == task.id) {
        // Events of two streams may cross: the older one tells nothing new.
        Some(at) if tasks[at].updated_at > task.updated_at => {}
        Some(at) if task.state.has_ended() => {
            tasks.remove(at);
        }
        Some(at) => tasks[at] = task,
        None if task.state.has_ended() => {}
        None => tasks.insert(0, task),
    }
}

fn take_of_guest(by_guest: &mut HashMap<GuestId, TaskRow>, task: &TaskRow) {
    let Some(guest) = &task.guest else { return };
    let known = by_guest.get(guest);
    // The ids of tasks grow with time; an event of an earlier task, or an older one of this, tells nothing new.
    let is_old = known.is_some_and(|known| {
        known.id > task.id || (known.id == task.id && known.updated_at > task.updated_at)
    });
    if is_old {
        return;
    }
    if task.state.has_ended() {
        by_guest.remove(guest);
    } else {
        by_guest.insert(guest.clone(), task.clone());
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use drover_types::{
        ids::TaskId,
        task::{TaskKind, TaskState},
        text::Progress,
    };

    use super::*;

    fn task(number: u128, state: TaskState, seconds: i64) -> TaskRow {
        let at = DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap();
        TaskRow {
            id: TaskId(uuid::Uuid::from_u128(number)),
            kind: TaskKind::StartServer,
            state,
            target: "web-01".into(),
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

    #[test]
    fn a_guest_shows_its_newest_task_until_that_ends() {
        let mut tasks = HashMap::new();
        let guest = GuestId::new("lab", 100);
        let mut shown = |task: TaskRow| {
            take_of_guest(&mut tasks, &task);
            tasks.get(&guest).map(|task| (task.id.0.as_u128(), task.state))
        };
        assert_eq!(
            shown(task(2, TaskState::Running, 5)),
            Some((2, TaskState::Running))
        );
        assert_eq!(
            shown(task(2, TaskState::Queued, 4)),
            Some((2, TaskState::Running))
        );
        assert_eq!(
            shown(task(1, TaskState::Failed, 9)),
            Some((2, TaskState::Running))
        );
        assert_eq!(shown(task(3, TaskState::Queued, 6)), Some((3, TaskState::Queued)));
        assert_eq!(
            shown(task(2, TaskState::Completed, 7)),
            Some((3, TaskState::Queued))
        );
        assert_eq!(shown(task(3, TaskState::Completed, 8)), None);
    }

    #[test]
    fn an_answer_that_comes_after_the_end_brings_nothing_back() {
        Owner::new().with(|| {
            let running = Running::new();
            running.take(task(1, TaskState::Running, 1));
            assert_eq!(running.count(), 1);
            running.take(task(1, TaskState::Completed, 2));
            running.take(task(1, TaskState::Queued, 0));
            assert_eq!(running.count(), 0);
            assert_eq!(running.of_guest(&GuestId::new("lab", 100)), None);
        });
    }

    #[test]
    fn what_has_ended_leaves_the_list() {
        let mut tasks = Vec::new();
        take_whole(&mut tasks, task(1, TaskState::Running, 5));
        take_whole(&mut tasks, task(1, TaskState::Completed, 4));
        assert_eq!(tasks.len(), 1);
        take_whole(&mut tasks, task(1, TaskState::Completed, 6));
        assert!(tasks.is_empty());
    }
}
