//! Which servers are listed: what the address says, and who belongs to it.

use std::time::Duration;

use drover_types::backup::{BackedUpServer, Coverage};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::{paths, shared::use_here};

/// How long the address waits for the next keystroke.
const SETTLE: Duration = Duration::from_millis(250);

/// What of servers is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Those without a young backup.
    Overdue,
    /// Those that no job backs up.
    Uncovered,
    /// Those that are gone.
    Gone,
}

impl State {
    /// Every one, in order.
    pub const ALL: [Self; 3] = [Self::Overdue, Self::Uncovered, Self::Gone];

    /// The name in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Uncovered => "uncovered",
            Self::Gone => "gone",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether a server is so at `now`, where one is overdue after `days`.
    pub fn fits(self, server: &BackedUpServer, days: u32, now: i64) -> bool {
        match self {
            Self::Overdue => server.is_overdue(days, now),
            Self::Uncovered => server.coverage == Coverage::Uncovered,
            Self::Gone => !server.exists(),
        }
    }
}

/// Whether every word of `wanted`, which is in small letters, is found in what is known of a server.
pub(super) fn holds(server: &BackedUpServer, wanted: &str) -> bool {
    let node = server.node.as_deref().unwrap_or_default();
    let known = format!(
        "{} {} {node} {}",
        server.name,
        server.guest,
        server.storages.join(" ")
    );
    let known = known.to_lowercase();
    wanted.split_whitespace().all(|word| known.contains(word))
}

/// The filter, kept in the address so that a link shows the same.
#[derive(Clone, Copy)]
pub(super) struct Narrowed {
    /// What stands in the filter field.
    pub text: RwSignal<String>,
    /// The name of the state that is listed; empty for all.
    pub state: RwSignal<String>,
}

impl Narrowed {
    /// Begins with the address, and writes to it.
    pub fn from_address() -> Self {
        let query = use_query_map();
        let of = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
        let read = move || {
            let state = State::parse(&of(paths::STATE)).map_or("", State::as_str);
            [of(paths::FILTER), state.to_owned()]
        };
        let [text, state] = untrack(read).map(RwSignal::new);
        // A link inside the page, or going back, changes the address under the list.
        Effect::new(move |last: Option<[String; 2]>| {
            let now = read();
            if last.is_some_and(|last| last != now) {
                for (signal, value) in [text, state].into_iter().zip(&now) {
                    if signal.with_untracked(|known| known.trim() != value) {
                        signal.set(value.clone());
                    }
                }
            }
            now
        });
        let narrowed = Self { text, state };
        narrowed.write_address();
        narrowed
    }

    /// The state that is listed; `None` for all. Tracked.
    pub fn state(self) -> Option<State> {
        self.state.with(|state| State::parse(state))
    }

    fn write_address(self) {
        let navigate = use_navigate();
        let is_here = use_here();
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let cancel = move || {
            if let Some(timer) = timer.try_update_value(Option::take).flatten() {
                timer.clear();
            }
        };
        on_cleanup(cancel);
        Effect::new(move |last: Option<String>| {
            let text = self.text.with(|text| text.trim().to_owned());
            let address = paths::backups(&text, &self.state.get());
            if last.is_some_and(|last| last != address) {
                cancel();
                let (navigate, to) = (navigate.clone(), address.clone());
                let go = move || {
                    let options = NavigateOptions {
                        replace: true,
                        scroll: false,
                        ..NavigateOptions::default()
                    };
                    if is_here() {
                        navigate(&to, options);
                    }
                };
                timer.set_value(set_timeout_with_handle(go, SETTLE).ok());
            }
            address
        });
    }
}

#[cfg(test)]
mod tests {
    use drover_types::{guest::GuestKind, ids::GuestId};

    use super::*;

    fn server() -> BackedUpServer {
        BackedUpServer {
            guest: GuestId::new("lab", 117),
            kind: GuestKind::Qemu,
            name: "Web-01".into(),
            node: Some("pve1".into()),
            newest: Some(1_000_000),
            without_since: Some(1_000_000),
            count: 1,
            bytes: 1,
            storages: vec!["nfs".into()],
            coverage: Coverage::Uncovered,
        }
    }

    #[test]
    fn a_server_is_found_by_every_word() {
        for wanted in ["", "web", "web 117", "nfs pve1", "lab:117"] {
            assert!(holds(&server(), wanted), "{wanted}");
        }
        assert!(!holds(&server(), "web local"));
    }

    #[test]
    fn a_server_is_listed_with_others_of_its_state() {
        let now = 1_000_000 + 8 * 86_400;
        assert!(State::Overdue.fits(&server(), 7, now));
        assert!(!State::Overdue.fits(&server(), 9, now));
        assert!(State::Uncovered.fits(&server(), 7, now));
        assert!(!State::Gone.fits(&server(), 7, now));
        let gone = BackedUpServer {
            node: None,
            coverage: Coverage::Unknown,
            ..server()
        };
        assert!(State::Gone.fits(&gone, 7, now) && !State::Overdue.fits(&gone, 7, now));
        assert!(!State::Uncovered.fits(&gone, 7, now));
    }
}
