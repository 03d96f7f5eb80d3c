//! What is known of all backups: first from the server, then asked for anew when a task has changed it. What stands
//! there stays meanwhile.

use drover_types::{
    backup::BackupsOverview,
    error::ApiError,
    event::LiveEvent,
    task::{TaskKind, TaskRow},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    live::use_live,
    rpc,
    session::{Session, use_session},
};

/// The overview; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// As it was read last.
    pub overview: RwSignal<BackupsOverview>,
    /// Why it could not be read anew.
    pub error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// Whether something changed since it was asked for.
    again: StoredValue<bool>,
    session: Session,
}

impl Known {
    /// Begins with what the server knew, and follows the tasks while the caller is there.
    pub fn new(first: BackupsOverview) -> Self {
        let known = Self {
            overview: RwSignal::new(first),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            again: StoredValue::new(false),
            session: use_session(),
        };
        use_live().on(move |event| match event {
            LiveEvent::Task { task, .. } if changes_it(task) => known.load(),
            LiveEvent::Resync => known.load(),
            _ => {}
        });
        known
    }

    /// Asks anew; while an answer is on its way, after that.
    pub fn load(self) {
        if self.busy.try_get_untracked() != Some(false) {
            self.again.try_set_value(true);
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = self.session.heeded(rpc::backups::backups_overview().await);
            // The page may have gone while the answer was on its way.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(overview) => {
                    self.overview.set(overview);
                    self.error.set(None);
                }
                Err(error) => self.error.set(Some(error)),
            }
            if self.again.try_update_value(std::mem::take) == Some(true) {
                self.load();
            }
        });
    }
}

fn changes_it(task: &TaskRow) -> bool {
    let makes_or_deletes = matches!(task.kind, TaskKind::CreateServer | TaskKind::DeleteServer);
    task.state.has_ended() && (makes_or_deletes || task.kind.category() == "backup")
}
