//! What stands in the form for one route.

use std::collections::BTreeSet;

use drover_types::{channel::Route, ids::GuestId, notification::Level};
use leptos::prelude::*;

use crate::inventory::Guest;

/// The levels, the least grave first.
pub(super) const LEVELS: [Level; 4] = [Level::Info, Level::Success, Level::Warning, Level::Error];

/// The fields; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct RouteFields {
    /// Tells it from the others while the form is open.
    pub id: u32,
    pub level: RwSignal<String>,
    pub categories: RwSignal<BTreeSet<String>>,
    /// Separated by commas.
    pub tags: RwSignal<String>,
    /// The same.
    pub servers: RwSignal<String>,
}

impl RouteFields {
    /// Shows `route`.
    pub fn of(id: u32, route: &Route) -> Self {
        Self {
            id,
            level: RwSignal::new(route.level.as_str().to_owned()),
            categories: RwSignal::new(route.categories.iter().cloned().collect()),
            tags: RwSignal::new(route.tags.join(", ")),
            servers: RwSignal::new(route.servers.join(", ")),
        }
    }

    /// What they say. Tracked.
    pub fn read(self) -> Route {
        let level = self.level.get();
        let level = LEVELS.into_iter().find(|of| of.as_str() == level);
        Route {
            level: level.unwrap_or(Level::Warning),
            categories: self.categories.with(|names| names.iter().cloned().collect()),
            tags: self.tags.with(|text| listed(text)),
            servers: self.servers.with(|text| listed(text)),
        }
    }
}

/// Servers as people call them: by name where no other has it, else by id as it is stored.
pub(super) fn called(servers: &[String], guests: &[Guest]) -> Vec<String> {
    let name_of = |id: &String| {
        let id = id.parse::<GuestId>().ok()?;
        let name = &guests.iter().find(|row| row.id == id)?.name;
        let others = guests.iter().filter(|row| row.name.eq_ignore_ascii_case(name));
        (!name.is_empty() && others.count() == 1).then(|| name.clone())
    };
    let call = |server: &String| name_of(server).unwrap_or_else(|| server.clone());
    servers.iter().map(call).collect()
}

/// The parts between commas and line ends, without empty ones.
pub(super) fn listed(text: &str) -> Vec<String> {
    let parts = text.split([',', '\n']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use drover_types::guest::GuestRow;

    use super::*;

    #[test]
    fn a_server_is_called_by_its_name_unless_others_are_called_the_same() {
        let guest = |cluster: &str, vmid, name: &str| {
            Guest::new(GuestRow {
                name: name.to_owned(),
                ..GuestRow::unknown(GuestId::new(cluster, vmid))
            })
        };
        let guests = [
            guest("one", 100, "web"),
            guest("two", 100, "WEB"),
            guest("one", 101, "db"),
        ];
        let servers = ["one:100", "one:101", "one:999", "later"].map(str::to_owned);
        assert_eq!(called(&servers, &guests), ["one:100", "db", "one:999", "later"]);
    }
}
