//! A list that the server gathers by asking Proxmox, which takes a while: what is known stays while it is asked
//! for anew.

use std::pin::Pin;

use drover_types::{
    error::ApiError,
    event::LiveEvent,
    task::{TaskKind, TaskRow},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    live::use_live,
    session::{Session, use_session},
};

/// The answer of a server function.
pub(super) type Answer<T> = Pin<Box<dyn Future<Output = Result<Vec<T>, ApiError>>>>;

/// The list.
pub(super) struct Looked<T: Send + Sync + 'static> {
    /// `None` until the first answer.
    pub rows: RwSignal<Option<Vec<T>>>,
    /// Why the last answer brought none.
    pub error: RwSignal<Option<ApiError>>,
    /// Whether an answer is on its way.
    pub busy: RwSignal<bool>,
    /// Whether something changed since it was asked for.
    again: StoredValue<bool>,
    ask: fn() -> Answer<T>,
    session: Session,
}

impl<T: Send + Sync + 'static> Clone for Looked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Looked<T> {}

impl<T: Send + Sync + 'static> Looked<T> {
    /// Asks once the page is live, and whenever a task has ended that changes the list.
    pub fn new(ask: fn() -> Answer<T>) -> Self {
        let looked = Self {
            rows: RwSignal::new(None),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            again: StoredValue::new(false),
            ask,
            session: use_session(),
        };
        let live = use_live();
        live.on(move |event| match event {
            LiveEvent::Task { task, .. } if changes_it(task) => looked.look(),
            LiveEvent::Resync => looked.look(),
            _ => {}
        });
        Effect::new(move |_| looked.look());
        looked
    }

    /// Asks anew; while an answer is on its way, after that.
    pub fn look(self) {
        if self.busy.try_get_untracked() != Some(false) {
            self.again.try_set_value(true);
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = self.session.heeded((self.ask)().await);
            // The page may have gone while the answer was on its way.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(rows) => {
                    self.rows.set(Some(rows));
                    self.error.set(None);
                }
                Err(error) => self.error.set(Some(error)),
            }
            if self.again.try_update_value(std::mem::take) == Some(true) {
                self.look();
            }
        });
    }
}

fn changes_it(task: &TaskRow) -> bool {
    let kinds = [
        TaskKind::CreateServer,
        TaskKind::DeleteServer,
        TaskKind::StartServer,
        TaskKind::CleanUpServer,
        TaskKind::PurgeDisks,
    ];
    task.state.has_ended() && kinds.contains(&task.kind)
}
