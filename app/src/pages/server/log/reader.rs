//! Reads a log when it is asked for, and again and again while it is followed. In the browser alone.

use std::time::Duration;

use drover_types::{
    error::ApiError,
    ids::GuestId,
    logs::{LogType, ServerLog},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::{Session, use_session},
};

/// How often a log is read while it is followed.
const AGAIN: Duration = Duration::from_secs(5);

/// A log and which one it is; cheap to copy.
#[derive(Clone, Copy)]
pub struct Reader {
    id: Memo<GuestId>,
    /// Which log.
    pub kind: RwSignal<LogType>,
    /// How many lines.
    pub lines: RwSignal<u32>,
    /// Whether it is read again and again.
    pub follows: RwSignal<bool>,
    /// The last answer.
    pub found: RwSignal<Option<Result<ServerLog, ApiError>>>,
    /// Whether a newer one is on its way.
    pub busy: RwSignal<bool>,
    session: Session,
}

impl Reader {
    /// Reads the log of `id` now and whenever another is chosen.
    pub fn new(id: Memo<GuestId>, kind: LogType) -> Self {
        let reader = Self {
            id,
            kind: RwSignal::new(kind),
            lines: RwSignal::new(200),
            follows: RwSignal::new(false),
            found: RwSignal::new(None),
            busy: RwSignal::new(false),
            session: use_session(),
        };
        Effect::new(move |_| {
            id.track();
            reader.kind.track();
            reader.lines.track();
            reader.load();
        });
        Effect::new(move |_| {
            if reader.follows.get()
                && let Ok(timer) = set_interval_with_handle(move || reader.load(), AGAIN)
            {
                on_cleanup(move || timer.clear());
            }
        });
        reader
    }

    fn question(self) -> Option<(GuestId, LogType, u32)> {
        Some((
            self.id.try_get_untracked()?,
            self.kind.try_get_untracked()?,
            self.lines.try_get_untracked()?,
        ))
    }

    /// Reads it now.
    pub fn load(self) {
        let Some(question) = self.question() else { return };
        self.busy.set(true);
        spawn_local(async move {
            let (id, kind, lines) = question.clone();
            let answer = self
                .session
                .heeded(rpc::configuration::server_logs(id, kind, lines).await);
            // An answer to what is not asked any more tells nothing; that to the newer question follows.
            if self.question().as_ref() == Some(&question) {
                self.busy.set(false);
                // What failed once fails again: whoever looks reads why and asks anew.
                if answer.is_err() {
                    self.follows.set(false);
                }
                self.found.set(Some(answer));
            }
        });
    }
}
