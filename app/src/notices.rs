//! The user's notifications, kept up to date by live events: the count at the bell, and the drawer.

use drover_types::{event::LiveEvent, notification::NotificationRow};
use leptos::{prelude::*, task::spawn_local};

use crate::{live::Live, rpc, session::use_session};

/// How many are kept at most; older ones are loaded by their own page.
const KEPT: usize = 50;

/// The notifications; get them with [`use_notices`].
#[derive(Clone, Copy, Debug)]
pub struct Notices {
    rows: RwSignal<Vec<NotificationRow>>,
    unread: RwSignal<u32>,
    is_loaded: RwSignal<bool>,
    /// Counts questions: an answer that another question has overtaken is not taken.
    asked: StoredValue<u32>,
    /// Counts what events told: an answer that one of them has overtaken is asked for anew.
    told: StoredValue<u32>,
}

/// Provides the notifications and follows `live`; `on_new` is called with each that comes.
pub fn provide_notices(live: Live, on_new: impl Fn(&NotificationRow) + Send + Sync + 'static) -> Notices {
    let notices = Notices::new();
    provide_context(notices);
    live.on(move |event| match event {
        LiveEvent::Notification(row) if notices.insert(row) => on_new(row),
        LiveEvent::NotificationsChanged => notices.load(),
        _ => {}
    });
    notices
}

/// The notifications in context; none where none were provided.
pub fn use_notices() -> Notices {
    use_context().unwrap_or_else(Notices::new)
}

impl Notices {
    fn new() -> Self {
        Self {
            rows: RwSignal::new(Vec::new()),
            unread: RwSignal::new(0),
            is_loaded: RwSignal::new(false),
            asked: StoredValue::new(0),
            told: StoredValue::new(0),
        }
    }

    /// Loads the newest, and how many are unread.
    pub fn load(self) {
        let session = use_session();
        let number = self.asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        });
        spawn_local(async move {
            loop {
                let told = self.told.try_get_value();
                let answer = rpc::notifications::newest_notifications().await;
                if self.asked.try_get_value() != number {
                    return;
                }
                if answer.is_ok() && self.told.try_get_value() != told {
                    continue;
                }
                match answer {
                    Ok(newest) => {
                        self.rows.try_set(newest.rows);
                        self.unread.try_set(newest.unread);
                        self.is_loaded.try_set(true);
                    }
                    Err(error) => {
                        session.heed(&error);
                        leptos::logging::warn!("the notifications could not be loaded: {error}");
                    }
                }
                return;
            }
        });
    }

    /// Puts a new one first; false where it is here already, as after a replay.
    fn insert(self, row: &NotificationRow) -> bool {
        let is_new = self
            .rows
            .with_untracked(|rows| rows.iter().all(|other| other.id != row.id));
        if is_new {
            self.told.update_value(|told| *told = told.wrapping_add(1));
            self.rows.update(|rows| {
                rows.insert(0, row.clone());
                rows.truncate(KEPT);
            });
            if !row.read {
                self.unread.update(|unread| *unread += 1);
            }
        }
        is_new
    }

    /// The newest, newest first; tracked.
    pub fn rows(self) -> Vec<NotificationRow> {
        self.rows.get()
    }

    /// How many are unread; tracked.
    pub fn unread(self) -> u32 {
        self.unread.get()
    }

    /// Whether they are here; tracked.
    pub fn is_loaded(self) -> bool {
        self.is_loaded.get()
    }

    /// Marks one as read at once, before the server has answered.
    pub fn mark_read(self, id: i64) {
        self.rows.update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id == id && !row.read) {
                row.read = true;
                self.unread.update(|unread| *unread = unread.saturating_sub(1));
            }
        });
    }

    /// Marks all as read at once.
    pub fn mark_all_read(self) {
        self.rows
            .update(|rows| rows.iter_mut().for_each(|row| row.read = true));
        self.unread.set(0);
    }

    /// Takes one away at once.
    pub fn remove(self, id: i64) {
        self.mark_read(id);
        self.rows.update(|rows| rows.retain(|row| row.id != id));
    }
}
