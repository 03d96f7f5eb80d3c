//! The load of the last minutes of the servers on screen, gathered in the browser from what live events brought.
//! Keeps a fixed number of values of a fixed number of servers, and asks nobody for anything.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use drover_types::ids::GuestId;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    inventory::{Guest, Inventory, use_inventory},
    texts::{text, use_i18n},
};

/// How often a value is taken.
const EVERY: Duration = Duration::from_secs(5);
/// How many values a line has: five minutes.
const VALUES: usize = 60;
/// Of how many servers values are kept; those on screen are far fewer.
const SERVERS: usize = 300;

/// The last values of a server, oldest first; `None` where it was off or not on screen.
type Line = ArcRwSignal<VecDeque<Option<u8>>>;

/// A server that is or was on screen.
struct Watched {
    line: Line,
    /// How many cells show it.
    cells: usize,
    /// The count of rounds when its last cell left.
    left: u64,
}

/// The lines of all servers that were on screen lately.
#[derive(Default)]
struct Lines {
    rounds: u64,
    watched: HashMap<GuestId, Watched>,
}

impl Lines {
    fn enter(&mut self, id: &GuestId) -> Line {
        let rounds = self.rounds;
        let watched = self.watched.entry(id.clone()).or_insert_with(|| Watched {
            line: ArcRwSignal::new(VecDeque::new()),
            cells: 0,
            left: rounds,
        });
        if watched.cells == 0 {
            let missed = usize::try_from(rounds - watched.left)
                .unwrap_or(VALUES)
                .min(VALUES);
            watched.line.update_untracked(|line| {
                // What came before it left would else look like now.
                (0..missed).for_each(|_| push(line, None));
            });
        }
        watched.cells += 1;
        watched.line.clone()
    }

    fn leave(&mut self, id: &GuestId) {
        let rounds = self.rounds;
        if let Some(watched) = self.watched.get_mut(id) {
            watched.cells = watched.cells.saturating_sub(1);
            watched.left = rounds;
        }
        if self.watched.len() > SERVERS {
            let gone = self.watched.iter().filter(|(_, watched)| watched.cells == 0);
            let oldest = gone
                .min_by_key(|(_, watched)| watched.left)
                .map(|(id, _)| id.clone());
            if let Some(oldest) = oldest {
                self.watched.remove(&oldest);
            }
        }
    }

    /// Starts a round; gives the lines of what is on screen.
    fn round(&mut self) -> Vec<(GuestId, Line)> {
        self.rounds += 1;
        let on_screen = self.watched.iter().filter(|(_, watched)| watched.cells > 0);
        on_screen
            .map(|(id, watched)| (id.clone(), watched.line.clone()))
            .collect()
    }
}

fn push(line: &mut VecDeque<Option<u8>>, value: Option<u8>) {
    line.push_back(value);
    while line.len() > VALUES {
        line.pop_front();
    }
}

/// The load of a server that runs.
fn load(guest: &Guest) -> Option<u8> {
    (guest.started_at != 0).then_some(guest.cpu_percent)
}

/// Gathers the lines while the list is there.
#[derive(Clone, Copy)]
pub(super) struct Trends {
    lines: StoredValue<Lines>,
}

impl Trends {
    /// Begins to gather once the page is live.
    pub fn new() -> Self {
        let trends = Self {
            lines: StoredValue::new(Lines::default()),
        };
        let inventory = use_inventory();
        Effect::new(move |_| {
            if let Ok(timer) = set_interval_with_handle(move || trends.gather(inventory), EVERY) {
                on_cleanup(move || timer.clear());
            }
        });
        trends
    }

    fn gather(self, inventory: Inventory) {
        let on_screen = self.lines.try_update_value(Lines::round).unwrap_or_default();
        for (id, line) in on_screen {
            let value = untrack(|| inventory.guest(&id)).and_then(|guest| load(&guest));
            line.update(|line| push(line, value));
        }
    }

    /// The line of a row, for as long as the row is there.
    pub fn cell(self, row: Signal<Guest>) -> impl IntoView {
        let i18n = use_i18n();
        let id = Memo::new(move |_| row.with(|guest| guest.id.clone()));
        // The same cell shows one server after another while the list is scrolled.
        let line = Memo::new(move |_| {
            let id = id.get();
            let line = self.lines.try_update_value(|lines| lines.enter(&id));
            on_cleanup(move || {
                self.lines.try_update_value(|lines| lines.leave(&id));
            });
            line
        });
        let values = Signal::derive(move || {
            // What is now goes before the next value.
            let known = line.get().map(|line| line.get()).unwrap_or_default();
            let values = known.into_iter().chain([row.with(load)]);
            values.map(|value| value.map(f64::from)).collect::<Vec<_>>()
        });
        view! { <Sparkline label=text!(i18n, servers.trend_of) values=values room=VALUES + 1 max=Some(100.0) /> }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(vmid: u32) -> GuestId {
        GuestId::new("lab", vmid)
    }

    #[test]
    fn a_line_goes_on_with_a_gap_where_its_server_comes_back() {
        let mut lines = Lines::default();
        let line = lines.enter(&id(1));
        for (_, line) in lines.round() {
            line.update_untracked(|line| push(line, Some(7)));
        }
        lines.leave(&id(1));
        assert!(lines.round().is_empty());
        lines.enter(&id(1));
        assert_eq!(line.get_untracked(), [Some(7), None]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut lines = Lines::default();
        for vmid in 0..2000 {
            lines.enter(&id(vmid));
            lines.round();
            lines.leave(&id(vmid));
        }
        assert_eq!(lines.watched.len(), SERVERS);
        let line = lines.enter(&id(1999));
        (0..500).for_each(|_| line.update_untracked(|line| push(line, Some(1))));
        assert_eq!(line.get_untracked().len(), VALUES);
    }
}
