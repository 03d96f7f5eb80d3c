//! Which servers, which figure and how far back: kept in the address.

use std::collections::BTreeSet;

use drover_types::{
    ids::GuestId,
    monitoring::{HistoryMetric, HistoryRange},
};
use leptos::prelude::*;

use crate::{
    inventory::{Guest, Inventory},
    paths,
    shared::use_address,
};

/// How many servers are compared at most: as many as the server answers for at once.
pub(super) const MOST: usize = 20;
/// How many of the busiest servers are offered.
const BUSIEST: usize = 5;

/// What is chosen; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    selected: RwSignal<String>,
    /// The name of the figure; empty for all.
    pub metric: RwSignal<String>,
    /// The name of the range; empty for the usual one.
    pub range: RwSignal<String>,
    usual: Signal<HistoryRange>,
    /// The servers, in order.
    pub servers: Memo<Vec<GuestId>>,
}

impl Chosen {
    /// Begins with the address, and writes to it.
    pub fn from_address(usual: Signal<HistoryRange>) -> Self {
        let names = [paths::SELECTED, paths::METRIC, paths::RANGE];
        let [selected, metric, range] = use_address(names, |[selected, metric, range]| {
            let ids = read(selected);
            paths::monitoring_charts(&ids, metric, range)
        });
        Self {
            selected,
            metric,
            range,
            usual,
            servers: Memo::new(move |_| selected.with(|text| read(text))),
        }
    }

    /// Chooses these, as many as can be compared.
    pub fn choose(self, servers: &BTreeSet<GuestId>) {
        let ids = servers.iter().take(MOST).map(GuestId::to_string);
        self.selected.set(ids.collect::<Vec<_>>().join(","));
    }

    /// Chooses the servers that have most to do now.
    pub fn choose_busiest(self, inventory: Inventory) {
        let ids = untrack(|| inventory.with_guests(busiest));
        self.choose(&ids);
    }

    /// The figures that are shown; tracked.
    pub fn metrics(self) -> Vec<HistoryMetric> {
        let one = self.metric.with(|name| HistoryMetric::parse(name));
        one.map_or_else(|| HistoryMetric::ALL.to_vec(), |metric| vec![metric])
    }

    /// How far back; tracked.
    pub fn range(self) -> HistoryRange {
        let named = self.range.with(|name| HistoryRange::parse(name));
        named.unwrap_or_else(|| self.usual.get())
    }
}

fn busiest(guests: &[Guest]) -> BTreeSet<GuestId> {
    let mut running: Vec<&Guest> = guests
        .iter()
        .filter(|guest| !guest.template && guest.started_at != 0)
        .collect();
    running.sort_by_key(|guest| std::cmp::Reverse(guest.cpu_percent));
    running
        .into_iter()
        .take(BUSIEST)
        .map(|guest| guest.id.clone())
        .collect()
}

/// The servers that a text names, each once.
fn read(text: &str) -> Vec<GuestId> {
    let ids = text.split(',').filter_map(|id| id.trim().parse().ok());
    let ids: BTreeSet<GuestId> = ids.collect();
    ids.into_iter().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use drover_types::guest::GuestRow;

    use super::*;

    #[test]
    fn servers_are_read_once_and_not_too_many() {
        let ids = |text: &str| read(text).iter().map(GuestId::to_string).collect::<Vec<_>>();
        assert_eq!(ids("lab:101, lab:100,lab:101,nonsense,"), ["lab:100", "lab:101"]);
        let many: Vec<String> = (100..150).map(|vmid| format!("lab:{vmid}")).collect();
        assert_eq!(read(&many.join(",")).len(), MOST);
    }

    #[test]
    fn the_busiest_run() {
        let guest = |vmid: u32, cpu_percent: u8, started_at: i64| {
            Arc::new(GuestRow {
                cpu_percent,
                started_at,
                ..GuestRow::unknown(GuestId::new("lab", vmid))
            })
        };
        let mut guests: Vec<_> = (0..8).map(|at| guest(100 + at, 10, 1)).collect();
        guests.push(guest(200, 90, 1));
        guests.push(guest(201, 99, 0));
        let found = busiest(&guests);
        assert_eq!(found.len(), BUSIEST);
        assert!(found.contains(&GuestId::new("lab", 200)) && !found.contains(&GuestId::new("lab", 201)));
    }
}
