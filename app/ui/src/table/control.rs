//! What keys and tick boxes do to a table.

use std::collections::BTreeSet;

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};

use super::{
    keys::{Command, command_of, is_free, target},
    model::Model,
    selection::{Drawn, Tick, Ticked, range, set_all, ticked},
    viewport::Viewport,
};

/// What keys and tick boxes do to a table.
pub(super) struct Control<T: Send + Sync + 'static> {
    pub(super) model: Model<T>,
    pub(super) viewport: Viewport,
    /// The key of the row that keys act on.
    pub(super) cursor: RwSignal<Option<String>>,
    pub(super) selected: Option<RwSignal<BTreeSet<String>>>,
    pub(super) on_open: Option<Callback<T>>,
    pub(super) last_tick: StoredValue<Option<String>>,
    /// What Shift and the arrows have ticked last.
    pub(super) drawn: StoredValue<Option<Drawn>>,
}

impl<T: Send + Sync + 'static> Clone for Control<T> {
    fn clone(&self) -> Self {
        Self {
            model: self.model.clone(),
            ..*self
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Control<T> {
    /// How many of the rows are ticked.
    pub(super) fn ticked(&self) -> Ticked {
        self.selected.map_or(Ticked::None, |selected| {
            selected.with(|selected| {
                if selected.is_empty() {
                    Ticked::None
                } else {
                    ticked(self.model.keys(), selected)
                }
            })
        })
    }

    /// Ticks or unticks all rows.
    pub(super) fn tick_all(&self, on: bool) {
        if let Some(selected) = self.selected {
            set_all(selected, untrack(|| self.model.keys()), on);
        }
    }

    /// Ticks or unticks a row, or all since the last one.
    pub(super) fn tick(&self, tick: Tick) {
        let Some(selected) = self.selected else { return };
        let keys = match self.last_tick.get_value().filter(|_| tick.range) {
            Some(from) => range(&untrack(|| self.model.keys()), &from, &tick.key),
            None => vec![tick.key.clone()],
        };
        set_all(selected, keys, tick.on);
        self.last_tick.set_value(Some(tick.key));
    }

    /// Does what a key asks for, where it asks the table.
    pub(super) fn obey(&self, event: &KeyboardEvent) {
        let Some(command) = command_of(event) else { return };
        let keys = untrack(|| self.model.keys());
        let now = self
            .cursor
            .with_untracked(|cursor| keys.iter().position(|key| Some(key) == cursor.as_ref()));
        let Some(index) = target(command, now, keys.len(), self.viewport.page()) else {
            return;
        };
        let key = keys[index].clone();
        event.prevent_default();
        match command {
            Command::Toggle => self.toggle(key),
            Command::Open => {
                if let (Some(on_open), Some(row)) = (self.on_open, untrack(|| self.model.row(&key))) {
                    on_open.run(row);
                }
            }
            _ => {
                if event.shift_key() {
                    self.draw(&keys, now.unwrap_or(index), index);
                }
                self.cursor.set(Some(key));
                self.viewport.show(index);
            }
        }
    }

    /// Ticks the rows from where a range began to the cursor's new place, and unticks those that it has left.
    fn draw(&self, keys: &[String], now: usize, to: usize) {
        let Some(selected) = self.selected else { return };
        let (now, to) = (&keys[now], &keys[to]);
        let last = self.drawn.get_value();
        let drawn = Drawn::on(last, now, to);
        set_all(selected, range(keys, &drawn.from, now), false);
        set_all(selected, range(keys, &drawn.from, to), true);
        self.last_tick.set_value(Some(to.clone()));
        self.drawn.set_value(Some(drawn));
    }

    fn toggle(&self, key: String) {
        if let Some(selected) = self.selected {
            let on = selected.with_untracked(|selected| !selected.contains(&key));
            self.tick(Tick {
                key,
                on,
                range: false,
            });
        }
    }

    /// Obeys keys while nothing has the focus, as long as the table is there.
    pub(super) fn listen_to_page(&self) {
        let control = self.clone();
        Effect::new(move |_| {
            let control = control.clone();
            let listener = window_event_listener(ev::keydown, move |event| {
                if is_free(&event) {
                    control.obey(&event);
                }
            });
            on_cleanup(move || listener.remove());
        });
    }
}
