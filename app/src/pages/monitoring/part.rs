//! The parts of the page: their names and their addresses.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::known::Known;
use crate::{
    paths,
    texts::{say, text, use_i18n},
};

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Status,
    Charts,
    Alerts,
    Rules,
    Channels,
    Settings,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Status,
        Self::Charts,
        Self::Alerts,
        Self::Rules,
        Self::Channels,
        Self::Settings,
    ];

    /// Its name in the address; that of the state has none.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "",
            Self::Charts => paths::CHARTS_TAB,
            Self::Alerts => paths::ALERTS_TAB,
            Self::Rules => paths::RULES_TAB,
            Self::Channels => paths::CHANNELS_TAB,
            Self::Settings => paths::SETTINGS_TAB,
        }
    }

    /// The part that an address names; that of the state where it names none.
    pub fn parse(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|part| part.as_str() == name);
        found.unwrap_or(Self::Status)
    }

    fn address(self) -> String {
        paths::monitoring_tab(self.as_str())
    }

    fn label(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::Status => say!(i18n, monitoring.status),
            Self::Charts => say!(i18n, monitoring.charts),
            Self::Alerts => say!(i18n, monitoring.alerts),
            Self::Rules => say!(i18n, monitoring.rules),
            Self::Channels => say!(i18n, monitoring.channels),
            Self::Settings => say!(i18n, monitoring.settings),
        }
    }
}

/// The names of the parts.
#[component]
pub(super) fn Parts(part: Memo<Part>, known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let open = Memo::new(move |_| known.state.with(|state| state.alerts.len() as u64));
    let tabs = Signal::derive(move || {
        let tab = |part: Part| {
            let tab = Tab::new(part.address(), part.label());
            match (part, open.get()) {
                (Part::Alerts, count @ 1..) => tab.count(count),
                _ => tab,
            }
        };
        Part::ALL.map(tab).to_vec()
    });
    let active = Signal::derive(move || part.get().address());
    view! { <TabLinks label=text!(i18n, monitoring.parts) tabs=tabs active=active /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_found_again_by_its_name() {
        for part in Part::ALL {
            assert_eq!(Part::parse(part.as_str()), part);
        }
        assert_eq!(Part::parse("nonsense"), Part::Status);
        assert_eq!(Part::Alerts.address(), paths::MONITORING_ALERTS);
        assert_eq!(Part::Charts.address(), paths::MONITORING_CHARTS);
    }
}
