//! Who is behind which token, so that a request costs no query. An entry goes as soon as its user changes: the
//! bus is read before every look. While it may miss what other replicas do, nothing is remembered, nor afterwards what
//! was known before. It is no truth: each entry is held against the database from time to time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use drover_types::session::CurrentUser;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use uuid::Uuid;

use crate::events::{Change, Events, Signal};
use crate::store::sessions::TokenHash;

/// How many sessions are remembered; beyond that all are looked up anew.
const MOST: usize = 10_000;

/// A session that was found in the database.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub session: Uuid,
    pub user: CurrentUser,
    pub created_at: DateTime<Utc>,
    /// The last request; what is stored may be older.
    pub last_used_at: DateTime<Utc>,
    /// When it was last held against the database.
    pub checked_at: DateTime<Utc>,
}

/// Something that is void once its user changes.
pub(crate) trait OfUser: Clone {
    /// Whose it is.
    fn user_id(&self) -> i64;
}

impl OfUser for Known {
    fn user_id(&self) -> i64 {
        self.user.id
    }
}

pub(crate) struct Cache<T>(Mutex<State<T>>);

struct State<T> {
    events: Events,
    told: Receiver<Signal>,
    /// The stretch of [`Events::unbroken`] that all entries are of.
    unbroken: Option<u64>,
    known: HashMap<TokenHash, T>,
    /// Goes up with everything that makes entries void.
    generation: u64,
}

impl<T: OfUser> Cache<T> {
    pub fn new(events: &Events) -> Self {
        Self(Mutex::new(State {
            events: events.clone(),
            told: events.subscribe(),
            unbroken: None,
            known: HashMap::new(),
            generation: 0,
        }))
    }

    /// What is known of a token, and the generation to [`Cache::put`] what is found out about it.
    pub fn get(&self, token: &TokenHash) -> (Option<T>, u64) {
        let state = self.up_to_date();
        (state.known.get(token).cloned(), state.generation)
    }

    /// Remembers what was read from the database, unless somebody changed in between.
    pub fn put(&self, token: TokenHash, known: T, generation: u64) {
        let mut state = self.up_to_date();
        if state.generation != generation {
            return;
        }
        if state.known.len() >= MOST {
            state.known.clear();
        }
        state.known.insert(token, known);
    }

    pub fn forget(&self, token: &TokenHash) {
        self.up_to_date().known.remove(token);
    }

    /// Forgets a user's sessions without waiting for the bus, which another database may be slow to fill.
    pub fn forget_user(&self, user: i64) {
        self.up_to_date().drop_user(user);
    }

    fn up_to_date(&self) -> MutexGuard<'_, State<T>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the bus: what is caught up with is told before a stretch begins.
        let unbroken = state.events.unbroken();
        if unbroken.is_none() || unbroken != state.unbroken {
            state.unbroken = unbroken;
            state.clear();
        }
        loop {
            match state.told.try_recv() {
                Ok(Signal {
                    change: Change::UserChanged { user },
                    ..
                }) => state.drop_user(user),
                Ok(_) => {}
                Err(TryRecvError::Lagged(_)) => state.clear(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return state,
            }
        }
    }
}

impl Cache<Known> {
    /// Notes a request.
    pub fn used(&self, token: &TokenHash, at: DateTime<Utc>) {
        if let Some(known) = self.up_to_date().known.get_mut(token) {
            known.last_used_at = known.last_used_at.max(at);
        }
    }
}

impl<T> State<T> {
    fn clear(&mut self) {
        self.known.clear();
        self.generation += 1;
    }
}

impl<T: OfUser> State<T> {
    fn drop_user(&mut self, user: i64) {
        self.known.retain(|_, known| known.user_id() != user);
        self.generation += 1;
    }
}
