//! Which servers are ticked. They stay so while the filter hides them, and leave with their server.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::view_state::ViewState;
use crate::inventory::{Guest, use_inventory};

/// The ticked servers.
#[derive(Clone, Copy)]
pub(super) struct Ticked {
    /// Their ids, as the table has them.
    pub keys: RwSignal<BTreeSet<String>>,
    guests: Memo<Vec<Guest>>,
    hidden: Memo<usize>,
    rows: Signal<Vec<Guest>>,
}

impl Ticked {
    /// None at first; `rows` are those that match.
    pub fn new(state: ViewState, rows: Signal<Vec<Guest>>) -> Self {
        let inventory = use_inventory();
        let keys = RwSignal::new(BTreeSet::<String>::new());
        let guests = Memo::new(move |_| {
            keys.with(|keys| {
                let ids = keys.iter().filter_map(|key| key.parse().ok());
                ids.filter_map(|id| inventory.guest(&id)).collect::<Vec<_>>()
            })
        });
        let hidden = Memo::new(move |_| {
            guests.with(|guests| {
                if guests.is_empty() {
                    return 0;
                }
                let filter = state.filter();
                guests.iter().filter(|guest| !filter.matches(guest)).count()
            })
        });
        // Whatever was ticked and is gone must not be counted, nor be named to the server.
        Effect::new(move |_| {
            let there = guests.with(Vec::len);
            if inventory.is_loaded_untracked() && keys.with_untracked(BTreeSet::len) > there {
                let there = guests.with_untracked(|guests| keys_of(guests));
                keys.set(there);
            }
        });
        Self {
            keys,
            guests,
            hidden,
            rows,
        }
    }

    /// How many are ticked; tracked.
    pub fn count(self) -> usize {
        self.keys.with(BTreeSet::len)
    }

    /// How many of them the filter hides; tracked.
    pub fn hidden(self) -> usize {
        self.hidden.get()
    }

    /// The ticked servers, as they are now; tracked.
    pub fn with_guests<T>(self, read: impl FnOnce(&[Guest]) -> T) -> T {
        self.guests.with(|guests| read(guests))
    }

    /// How many servers match the filter; tracked.
    pub fn matching(self) -> usize {
        self.rows.with(Vec::len)
    }

    /// Whether some that match are not ticked; tracked.
    pub fn lacks_some(self) -> bool {
        self.count() - self.hidden().min(self.count()) < self.matching()
    }

    /// Ticks all that match as well.
    pub fn add_matching(self) {
        let all = self.rows.with_untracked(|rows| keys_of(rows));
        self.keys.update(|keys| keys.extend(all));
    }
}

fn keys_of(guests: &[Guest]) -> BTreeSet<String> {
    guests.iter().map(|guest| guest.id.to_string()).collect()
}
