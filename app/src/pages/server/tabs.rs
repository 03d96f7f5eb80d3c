//! The parts of the page: their names and their addresses.

use drover_types::ids::GuestId;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    texts::{say, text, use_i18n},
};

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Overview,
    Hardware,
    Network,
    Firewall,
    Roles,
    Backups,
    Tasks,
    Log,
}

impl Part {
    const ALL: [Self; 8] = [
        Self::Overview,
        Self::Hardware,
        Self::Network,
        Self::Firewall,
        Self::Roles,
        Self::Backups,
        Self::Tasks,
        Self::Log,
    ];

    /// Its name in the address; the overview has none.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Hardware => paths::HARDWARE_TAB,
            Self::Network => paths::NETWORK_TAB,
            Self::Firewall => paths::FIREWALL_TAB,
            Self::Roles => paths::ROLES_TAB,
            Self::Backups => paths::BACKUPS_TAB,
            Self::Tasks => paths::TASKS_TAB,
            Self::Log => paths::LOG_TAB,
        }
    }

    /// The part that an address names; the overview where it names none.
    pub fn parse(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|part| part.as_str() == name)
            .unwrap_or(Self::Overview)
    }

    fn address(self, id: &GuestId) -> String {
        paths::server_tab(id, self.as_str())
    }

    fn label(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::Overview => say!(i18n, server.overview),
            Self::Hardware => say!(i18n, server.hardware),
            Self::Network => say!(i18n, server.network),
            Self::Firewall => say!(i18n, server_firewall.title),
            Self::Roles => say!(i18n, roles.title),
            Self::Backups => say!(i18n, backups.title),
            Self::Tasks => say!(i18n, server.tasks),
            Self::Log => say!(i18n, server.log),
        }
    }
}

/// The names of the parts.
#[component]
pub fn Parts(id: GuestId, part: Memo<Part>) -> impl IntoView {
    let i18n = use_i18n();
    let of = id.clone();
    let tabs = Signal::derive(move || {
        Part::ALL
            .iter()
            .map(|part| Tab::new(part.address(&of), part.label()))
            .collect::<Vec<_>>()
    });
    let active = Signal::derive(move || part.get().address(&id));
    view! { <TabLinks label=text!(i18n, server.parts) tabs=tabs active=active /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_found_again_by_its_name() {
        for part in Part::ALL {
            assert_eq!(Part::parse(part.as_str()), part);
        }
        assert_eq!(Part::parse("nonsense"), Part::Overview);
        let id = GuestId::new("main", 100);
        assert_eq!(Part::Overview.address(&id), "/servers/main:100");
        assert_eq!(Part::Log.address(&id), "/servers/main:100?tab=log");
    }
}
