//! The parts of the page: their names and their addresses.

use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    texts::{say, text, use_i18n},
};

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Servers,
    Storages,
    Schedules,
}

impl Part {
    const ALL: [Self; 3] = [Self::Servers, Self::Storages, Self::Schedules];

    /// Its name in the address; that of servers has none.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Servers => "",
            Self::Storages => paths::STORAGES_TAB,
            Self::Schedules => paths::SCHEDULES_TAB,
        }
    }

    /// The part that an address names; that of servers where it names none.
    pub fn parse(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|part| part.as_str() == name);
        found.unwrap_or(Self::Servers)
    }

    fn address(self) -> String {
        paths::backups_tab(self.as_str())
    }

    fn label(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::Servers => say!(i18n, backups.servers),
            Self::Storages => say!(i18n, backups.storages),
            Self::Schedules => say!(i18n, backups.schedules),
        }
    }
}

/// The names of the parts.
#[component]
pub(super) fn Parts(part: Memo<Part>) -> impl IntoView {
    let i18n = use_i18n();
    let tabs = Signal::derive(move || {
        let tab = |part: Part| Tab::new(part.address(), part.label());
        Part::ALL.map(tab).to_vec()
    });
    let active = Signal::derive(move || part.get().address());
    view! { <TabLinks label=text!(i18n, backups.parts) tabs=tabs active=active /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_found_again_by_its_name() {
        for part in Part::ALL {
            assert_eq!(Part::parse(part.as_str()), part);
        }
        assert_eq!(Part::parse("nonsense"), Part::Servers);
        assert_eq!(Part::Servers.address(), "/backups");
        assert_eq!(Part::Schedules.address(), "/backups?tab=schedules");
    }
}
