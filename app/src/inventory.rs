//! The browser's copy of the cluster: a snapshot, loaded once, and the deltas that live events bring. Pages
//! read rows through it and are told by signals what moved; nothing here asks the server per guest.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use drover_types::{
    cluster::{ClusterHealth, NodeRow, StorageRow},
    error::ApiError,
    filter::{Filter, SearchTexts, Sort},
    guest::GuestRow,
    ids::GuestId,
    inventory::{Delta, Picture, Snapshot},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{rpc, session::use_session};

/// A guest as pages pass it around: cheap to clone, and equal at once where nothing changed.
pub type Guest = Arc<GuestRow>;

/// The copy; get it with [`use_inventory`].
#[derive(Clone, Copy, Debug)]
pub struct Inventory {
    picture: StoredValue<Picture>,
    rows: StoredValue<Vec<Guest>>,
    /// What the words of filters are looked for in.
    texts: StoredValue<SearchTexts>,
    /// Deltas that came while the snapshot was on its way.
    waiting: StoredValue<Vec<Delta>>,
    is_loading: RwSignal<bool>,
    is_loaded: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    guests: RwSignal<u64>,
    /// Counts how often positions moved; an order of positions from before is void.
    moves: StoredValue<u64>,
    nodes: RwSignal<u64>,
    storages: RwSignal<u64>,
    clusters: RwSignal<u64>,
}

/// An order of all guests, kept so that a keystroke in a filter sorts nothing and a delta sorts little.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    sort: Sort,
    moves: u64,
    version: u64,
    positions: Vec<usize>,
}

/// Provides an empty copy.
pub fn provide_inventory() -> Inventory {
    let inventory = Inventory {
        picture: StoredValue::default(),
        rows: StoredValue::default(),
        texts: StoredValue::default(),
        waiting: StoredValue::default(),
        is_loading: RwSignal::new(false),
        is_loaded: RwSignal::new(false),
        error: RwSignal::new(None),
        guests: RwSignal::new(0),
        moves: StoredValue::new(0),
        nodes: RwSignal::new(0),
        storages: RwSignal::new(0),
        clusters: RwSignal::new(0),
    };
    provide_context(inventory);
    inventory
}

/// The copy in context; an empty one where none was provided.
pub fn use_inventory() -> Inventory {
    use_context().unwrap_or_else(provide_inventory)
}

impl Inventory {
    /// Whether the snapshot is here; tracked.
    pub fn is_loaded(self) -> bool {
        self.is_loaded.get()
    }

    /// Whether the snapshot is here; not tracked.
    pub fn is_loaded_untracked(self) -> bool {
        self.is_loaded.get_untracked()
    }

    /// Why the snapshot could not be loaded; tracked.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// Loads the whole anew. Deltas that come meanwhile are applied after it.
    pub fn load(self) {
        if self.is_loading.get_untracked() {
            return;
        }
        self.is_loading.set(true);
        let session = use_session();
        spawn_local(async move {
            let loaded = rpc::inventory::snapshot().await;
            // The frame may have gone while the answer was on its way.
            if self.is_loading.try_set(false).is_some() {
                return;
            }
            match loaded {
                Ok(snapshot) => self.take(snapshot),
                Err(error) => {
                    session.heed(&error);
                    self.error.set(Some(error));
                }
            }
        });
    }

    fn take(self, snapshot: Snapshot) {
        self.set_rows(&snapshot.guests);
        self.picture.set_value(snapshot.into());
        self.moves.update_value(|moves| *moves += 1);
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        self.error.set(None);
        self.is_loaded.set(true);
        for counter in [self.guests, self.nodes, self.storages, self.clusters] {
            counter.update(|count| *count += 1);
        }
        for delta in waiting {
            self.apply(delta);
        }
    }

    /// Applies what changed; where something in between is missing, the whole is loaded anew.
    pub fn apply(self, delta: Delta) {
        if self.is_loading.get_untracked() {
            self.waiting.update_value(|waiting| waiting.push(delta));
            return;
        }
        let applied = self.picture.try_update_value(|picture| picture.apply(&delta));
        let applied = match applied {
            Some(Ok(applied)) => applied,
            Some(Err(_)) => return self.load(),
            None => return,
        };
        self.picture.with_value(|picture| {
            if applied.moved {
                self.set_rows(picture.guests());
            } else {
                self.change_rows(picture.guests(), &applied.changed);
            }
        });
        if applied.moved {
            self.moves.update_value(|moves| *moves += 1);
        }
        if applied.moved || !applied.changed.is_empty() {
            self.guests.update(|count| *count += 1);
        }
        for (changed, counter) in [
            (applied.nodes, self.nodes),
            (applied.storages, self.storages),
            (applied.clusters, self.clusters),
        ] {
            if changed {
                counter.update(|count| *count += 1);
            }
        }
    }

    fn set_rows(self, guests: &[GuestRow]) {
        self.rows
            .set_value(guests.iter().cloned().map(Arc::new).collect());
        self.texts.set_value(SearchTexts::new(guests));
    }

    fn change_rows(self, guests: &[GuestRow], changed: &[usize]) {
        self.rows.update_value(|rows| {
            self.texts.update_value(|texts| {
                for at in changed {
                    if let (Some(row), Some(now)) = (rows.get_mut(*at), guests.get(*at)) {
                        if row.name != now.name || row.addresses != now.addresses || row.tags != now.tags {
                            texts.change(*at, now);
                        }
                        *row = Arc::new(now.clone());
                    }
                }
            });
        });
    }

    /// The guest `id`; tracked with all guests, so read it in a `Memo`.
    pub fn guest(self, id: &GuestId) -> Option<Guest> {
        self.guests.track();
        let at = self.picture.with_value(|picture| picture.position(id))?;
        self.rows.with_value(|rows| rows.get(at).cloned())
    }

    /// Every guest, ordered by id; tracked.
    pub fn with_guests<T>(self, read: impl FnOnce(&[Guest]) -> T) -> T {
        self.guests.track();
        self.rows.with_value(|rows| read(rows))
    }

    /// The whole picture, for completions and sums; tracked with all guests.
    pub fn with_picture<T>(self, read: impl FnOnce(&Picture) -> T) -> T {
        self.guests.track();
        self.picture.with_value(read)
    }

    /// Every node, ordered by cluster and name; tracked.
    pub fn nodes(self) -> Vec<NodeRow> {
        self.nodes.track();
        self.picture.with_value(|picture| picture.nodes().to_vec())
    }

    /// Every storage, ordered by cluster, node and name; tracked.
    pub fn storages(self) -> Vec<StorageRow> {
        self.storages.track();
        self.picture.with_value(|picture| picture.storages().to_vec())
    }

    /// Every cluster's health; tracked.
    pub fn clusters(self) -> Vec<ClusterHealth> {
        self.clusters.track();
        self.picture.with_value(|picture| picture.clusters().to_vec())
    }

    /// All guests in the order of `sort`; tracked. `last` is the order that this one takes the place of.
    pub fn order(self, sort: Sort, last: Option<&Order>) -> Order {
        self.guests.track();
        let moves = self.moves.get_value();
        let version = self.guests.get_untracked();
        self.rows.with_value(|rows| {
            // What is sorted but for a few takes the stable sort little more than a look.
            let mut positions = match last {
                Some(last) if last.moves == moves && last.sort == sort => last.positions.clone(),
                _ => (0..rows.len()).collect(),
            };
            positions.sort_by(|a, b| sort.compare(&rows[*a], &rows[*b]));
            Order {
                sort,
                moves,
                version,
                positions,
            }
        })
    }

    /// The guests that `filter` lets through, in that order.
    pub fn select(self, order: &Order, filter: &Filter) -> Vec<Guest> {
        let search = self.texts.with_value(|texts| filter.search(texts));
        self.rows.with_value(|rows| {
            let ordered = order
                .positions
                .iter()
                .filter_map(|at| Some((*at, rows.get(*at)?)));
            let fit = ordered.filter(|(at, row)| search.matches(*at, row));
            fit.map(|(_, row)| Guest::clone(row)).collect()
        })
    }

    /// How many guests there are; tracked.
    pub fn count(self) -> usize {
        self.with_guests(<[Guest]>::len)
    }
}
