//! Monitoring as the browser knows it: rules, alerts that stand, settings. Read where a page first needs it, and again
//! when the server tells that something has changed. Pages that need none of it load none of its code: what asks the
//! server is reached from those pages alone.

mod healths;

use drover_types::{error::ApiError, event::LiveEvent, monitoring::MonitoringState};
use leptos::{prelude::*, task::spawn_local};

pub use healths::{Healths, Judged, use_guest_health, use_healths};

use crate::{
    live::{Connection, use_live},
    rpc,
    session::{Session, use_session},
};

/// What is known; get it with [`use_monitoring`].
#[derive(Clone, Copy)]
pub struct Monitoring {
    state: RwSignal<Option<MonitoringState>>,
    error: RwSignal<Option<ApiError>>,
    /// Whether a page has needed it; from then on it is kept up to date.
    is_needed: StoredValue<bool>,
    /// Counts questions: an answer that another question has overtaken is not taken.
    asked: StoredValue<u32>,
    session: Session,
    owner: StoredValue<Owner>,
}

/// Provides it, empty.
pub fn provide_monitoring() -> Monitoring {
    let monitoring = Monitoring::new();
    provide_context(monitoring);
    monitoring
}

/// What is known, in context; nothing where nothing was provided.
pub fn use_monitoring() -> Monitoring {
    use_context().unwrap_or_else(Monitoring::new)
}

impl Monitoring {
    fn new() -> Self {
        Self {
            state: RwSignal::new(None),
            error: RwSignal::new(None),
            is_needed: StoredValue::new(false),
            asked: StoredValue::new(0),
            session: use_session(),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }

    /// How many alerts stand that nobody knows of yet; `None` while nothing is known. Tracked.
    pub fn raised(self) -> Option<usize> {
        self.state.with(|state| {
            let alerts = &state.as_ref()?.alerts;
            Some(alerts.iter().filter(|alert| alert.seen_at.is_none()).count())
        })
    }

    /// Whether anything is known; not tracked.
    pub fn is_known_untracked(self) -> bool {
        self.state.with_untracked(Option::is_some)
    }

    /// Reads what is known; tracked.
    pub fn with<T>(self, read: impl FnOnce(Option<&MonitoringState>) -> T) -> T {
        self.state.with(|state| read(state.as_ref()))
    }

    /// Why it could not be read; tracked.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// From here on it is kept up to date, begun with `first` where that has come already. Call it once the page is
    /// live.
    pub fn need(self, first: Option<MonitoringState>) {
        let is_known = self.is_known_untracked();
        if let Some(first) = first.filter(|_| !is_known) {
            self.state.set(Some(first));
        } else if !is_known {
            self.load();
        }
        if self.is_needed.try_update_value(|is| std::mem::replace(is, true)) == Some(false) {
            // Pages come and go; this stays as long as the frame.
            self.owner.with_value(|owner| owner.with(|| self.follow()));
        }
    }

    fn follow(self) {
        let live = use_live();
        live.on(move |event| {
            if matches!(event, LiveEvent::AlertsChanged | LiveEvent::Resync) {
                self.load();
            }
        });
        // What happened while the stream was away, no event tells.
        Effect::new(move |was_lost: Option<bool>| {
            let is_lost = matches!(live.connection(), Connection::Lost { .. });
            if was_lost == Some(true) && !is_lost {
                self.load();
            }
            is_lost
        });
    }

    /// Reads it anew.
    pub fn load(self) {
        let number = self.asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        });
        spawn_local(async move {
            let answer = self.session.heeded(rpc::monitoring::monitoring_state().await);
            if self.asked.try_get_value() != number {
                return;
            }
            match answer {
                Ok(state) => {
                    self.error.try_set(None);
                    self.state.try_set(Some(state));
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }
}
