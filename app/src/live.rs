//! Live events: one stream a browser, shared by its tabs, handed as typed events to the stores that pages
//! read. Nothing else opens a stream.

mod channel;
mod lock;
mod meanwhile;
mod stream;

use std::sync::Arc;

use drover_types::event::LiveEvent;
use leptos::prelude::*;

pub use meanwhile::Meanwhile;

use crate::clock::use_now;

type Listener = Arc<dyn Fn(&LiveEvent) + Send + Sync>;

/// How the stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not there yet.
    #[default]
    Starting,
    /// Events arrive.
    Open,
    /// Broken since then, in seconds since 1970.
    Lost {
        /// When it broke.
        since: i64,
    },
}

/// The events; get them with [`use_live`].
#[derive(Clone, Copy)]
pub struct Live {
    connection: RwSignal<Connection>,
    now: Signal<i64>,
    listeners: StoredValue<Vec<(u32, Listener)>>,
    next: StoredValue<u32>,
    /// Counts how often the stream opened: no event tells what happened before.
    openings: RwSignal<u32>,
    /// Whether somebody should look if the session still stands.
    doubts: RwSignal<u32>,
}

/// Provides the events and, once the page is live, opens the stream. It is closed with the owner.
pub fn provide_live() -> Live {
    let live = Live {
        connection: RwSignal::new(Connection::Starting),
        now: use_now(),
        listeners: StoredValue::default(),
        next: StoredValue::new(0),
        openings: RwSignal::new(0),
        doubts: RwSignal::new(0),
    };
    provide_context(live);
    Effect::new(move |_| stream::open(live));
    live
}

/// The events in context; silent ones where none were provided.
pub fn use_live() -> Live {
    use_context().unwrap_or_else(|| Live {
        connection: RwSignal::new(Connection::Starting),
        now: use_now(),
        listeners: StoredValue::default(),
        next: StoredValue::new(0),
        openings: RwSignal::new(0),
        doubts: RwSignal::new(0),
    })
}

impl Live {
    /// Calls `listener` with every event until the calling component is gone.
    pub fn on(self, listener: impl Fn(&LiveEvent) + Send + Sync + 'static) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.listeners
            .update_value(|listeners| listeners.push((id, Arc::new(listener))));
        on_cleanup(move || {
            self.listeners
                .try_update_value(|listeners| listeners.retain(|(other, _)| *other != id));
        });
    }

    /// How the stream is; tracked.
    pub fn connection(self) -> Connection {
        self.connection.get()
    }

    /// Moves when the stream opens, and when it comes back after it broke; tracked.
    pub fn openings(self) -> u32 {
        self.openings.get()
    }

    /// Moves when the stream was refused, as it is where the session has ended.
    pub fn doubts(self) -> u32 {
        self.doubts.get()
    }

    fn opened(self) {
        let was_open = matches!(self.connection.try_get_untracked(), Some(Connection::Open));
        self.connection.try_set(Connection::Open);
        if !was_open {
            self.openings.try_update(|count| *count += 1);
        }
    }

    fn lost(self) {
        if !matches!(self.connection.try_get_untracked(), Some(Connection::Lost { .. })) {
            self.connection.try_set(Connection::Lost {
                since: self.now.try_get_untracked().unwrap_or_default(),
            });
        }
    }

    fn refused(self) {
        self.lost();
        self.doubts.try_update(|count| *count += 1);
    }

    fn tell(self, data: &str) {
        // A newer server may send what this page does not know yet.
        let event = match serde_json::from_str::<LiveEvent>(data) {
            Ok(event) => event,
            Err(error) => return leptos::logging::warn!("an event can't be read: {error}"),
        };
        // Copied, because a listener may add another.
        let listeners = self.listeners.try_with_value(Clone::clone).unwrap_or_default();
        for (_, listener) in listeners {
            listener(&event);
        }
    }
}
