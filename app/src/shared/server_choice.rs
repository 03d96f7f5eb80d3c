//! Choosing servers in a dialog, narrowed down as the list of servers is.

use std::collections::BTreeSet;

use drover_types::{filter::Filter, ids::GuestId};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    clock::use_now,
    inventory::{Guest, use_inventory},
    texts::{say, text, use_i18n},
};

/// How many servers are offered at once; the filter leads to the others.
const MOST_SHOWN: usize = 100;

/// The filter, and the servers that fit it.
#[component]
pub fn ServerChoice(
    /// What is typed to find them.
    filter: RwSignal<String>,
    /// Those that are chosen.
    ticked: RwSignal<BTreeSet<GuestId>>,
    /// Whether a server is offered. Tracked.
    fits: Callback<Guest, bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let now = use_now();
    let found = Memo::new(move |_| {
        let wanted = Filter::parse(&filter.get(), now.get_untracked()).unwrap_or_default();
        inventory.with_guests(|guests| {
            let offered =
                |guest: &&Guest| !guest.template && wanted.matches(guest) && fits.run(Guest::clone(guest));
            guests.iter().filter(offered).cloned().collect::<Vec<_>>()
        })
    });
    let shown =
        Memo::new(move |_| found.with(|found| found.iter().take(MOST_SHOWN).cloned().collect::<Vec<_>>()));
    let more = Signal::derive(move || found.with(Vec::len).saturating_sub(MOST_SHOWN));
    view! {
        <SearchInput
            label=text!(i18n, servers.choice_filter)
            value=filter
            clear_label=text!(i18n, servers.filter_clear)
            placeholder=Signal::derive(move || Some(say!(i18n, servers.filter_example)))
        />
        <p class="server-choice__hint" role="status">
            {move || say!(i18n, servers.choice_count, count = ticked.with(BTreeSet::len) as u64)}
        </p>
        <ul class="server-choice">
            <For each=move || shown.get() key=|guest| guest.id.clone() let:guest>
                <Offered guest=guest ticked=ticked />
            </For>
        </ul>
        {move || {
            (more.get() > 0)
                .then(|| {
                    view! {
                        <p class="server-choice__hint">
                            {move || say!(i18n, servers.choice_more, count = more.get() as u64)}
                        </p>
                    }
                })
        }}
    }
}

#[component]
fn Offered(guest: Guest, ticked: RwSignal<BTreeSet<GuestId>>) -> impl IntoView {
    let (id, other) = (guest.id.clone(), guest.id.clone());
    let value = Bound::new(
        move || ticked.with(|ticked| ticked.contains(&id)),
        move |on| {
            ticked.update(|ticked| {
                if on {
                    ticked.insert(other.clone());
                } else {
                    ticked.remove(&other);
                }
            });
        },
    );
    let name = if guest.name.is_empty() {
        guest.id.to_string()
    } else {
        guest.name.clone()
    };
    view! {
        <li>
            <Checkbox label=Signal::stored(name) value=value />
        </li>
    }
}
