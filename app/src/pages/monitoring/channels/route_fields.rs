//! What stands in the form for one route.

use std::collections::BTreeSet;

use drover_types::{channel::Route, notification::Level};
use leptos::prelude::*;

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

/// The parts between commas and line ends, without empty ones.
pub(super) fn listed(text: &str) -> Vec<String> {
    let parts = text.split([',', '\n']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
