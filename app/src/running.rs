//! The tasks that are under way, kept up to date by live events: for the count in the top bar, the drawer,
//! and the rows that show their server's task.

use drover_types::{event::LiveEvent, ids::GuestId, task::TaskRow};
use leptos::{prelude::*, task::spawn_local};

use crate::{live::Live, rpc, session::use_session};

/// The tasks; get them with [`use_running`].
#[derive(Clone, Copy, Debug)]
pub struct Running {
    tasks: RwSignal<Vec<TaskRow>>,
}

/// Provides the tasks and follows `live`.
pub fn provide_running(live: Live) -> Running {
    let running = Running {
        tasks: RwSignal::new(Vec::new()),
    };
    provide_context(running);
    live.on(move |event| {
        if let LiveEvent::Task { task, .. } = event {
            running.take(task.clone());
        }
    });
    running
}

/// The tasks in context; none where none were provided.
pub fn use_running() -> Running {
    use_context().unwrap_or_else(|| Running {
        tasks: RwSignal::new(Vec::new()),
    })
}

impl Running {
    /// Loads the list anew.
    pub fn load(self) {
        let session = use_session();
        spawn_local(async move {
            match rpc::tasks::running_tasks().await {
                // Gone meanwhile with the frame: nothing to tell.
                Ok(tasks) => drop(self.tasks.try_set(tasks)),
                Err(error) => {
                    session.heed(&error);
                    leptos::logging::warn!("the running tasks could not be loaded: {error}");
                }
            }
        });
    }

    /// Takes in a task as it is now; one that has ended leaves.
    pub fn take(self, task: TaskRow) {
        self.tasks.try_update(|tasks| {
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
        });
    }

    /// The tasks, newest first; tracked.
    pub fn tasks(self) -> Vec<TaskRow> {
        self.tasks.get()
    }

    /// How many there are; tracked.
    pub fn count(self) -> usize {
        self.tasks.with(Vec::len)
    }

    /// The task that is at work on `guest`; tracked with all tasks, so read it in a `Memo`.
    pub fn of_guest(self, guest: &GuestId) -> Option<TaskRow> {
        self.tasks.with(|tasks| {
            tasks
                .iter()
                .find(|task| task.guest.as_ref() == Some(guest))
                .cloned()
        })
    }
}
