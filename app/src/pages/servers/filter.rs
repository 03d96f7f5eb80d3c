//! The field above the list, in the language of `drover_types::filter`, completing what is typed in it.

use drover_types::{
    filter::{Key, Place, Suggestion, Value, values},
    guest::{GuestRow, GuestStatus},
};
use drover_ui::prelude::*;
use leptos::{
    ev::{self, KeyboardEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::view_state::ViewState;
use crate::{
    inventory::{Guest, use_inventory},
    shared::status_name,
    texts::{say, text, use_i18n, use_lang},
};

/// The field. `/` leads to it from anywhere on the page.
#[component]
pub(super) fn FilterField(state: ViewState) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            if event.key() == "/"
                && !is_typing(&event)
                && let Some(input) = input.get_untracked()
            {
                event.prevent_default();
                input.select();
                drop(input.focus());
            }
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <SearchInput
            label=text!(i18n, servers.filter)
            value=state.text
            clear_label=text!(i18n, servers.filter_clear)
            placeholder=Signal::derive(move || Some(say!(i18n, servers.filter_example)))
            shortcut=Signal::stored(Some("/".to_owned()))
            error=Signal::derive(move || state.error().map(|error| error.problem.text(lang.get())))
            complete=use_completions()
            completions_label=text!(i18n, servers.completions)
            input_ref=input
        />
    }
}

/// What could stand at the caret. The values that servers have are gathered once for a key and kept while it is
/// typed: a keystroke looks through those alone.
fn use_completions() -> Callback<Typing, Vec<Completion>> {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let gather = move |key: &Key| {
        let key = *key;
        let of = move |guests: &[Guest]| values(key, guests.iter().map(AsRef::<GuestRow>::as_ref));
        (key, Memo::new(move |_| inventory.with_guests(of)))
    };
    // None is gathered before it is read.
    let known: Vec<(Key, Memo<Vec<Value>>)> = Key::ALL.iter().map(gather).collect();
    let owner = Owner::current();
    let completion = move |suggestion: Suggestion| {
        let detail = match (suggestion.key, suggestion.guests) {
            (_, None) => Some(key_words(suggestion.key)),
            (Key::Status, Some(count)) => status_named(&suggestion.text).map(|status| {
                format!(
                    "{} · {}",
                    status_name(status),
                    say!(i18n, servers.count, count = u64::from(count))
                )
            }),
            (_, Some(count)) => Some(say!(i18n, servers.count, count = u64::from(count))),
        };
        Completion {
            at: suggestion.at,
            text: suggestion.text,
            detail,
            goes_on: suggestion.guests.is_none(),
        }
    };
    Callback::new(move |typing: Typing| {
        let place = Place::new(&typing.text, typing.caret);
        let Some(place) = place.filter(|place| typing.asked || place.is_begun()) else {
            return Vec::new();
        };
        let known = known.iter().find(|(key, _)| Some(*key) == place.key());
        let found = known.map_or_else(
            || place.suggest(&[]),
            |(_, known)| known.with(|known| place.suggest(known)),
        );
        let completions = || found.into_iter().map(completion).collect();
        // A handler has no owner of its own; texts need the context of the component.
        match &owner {
            Some(owner) => owner.with(completions),
            None => completions(),
        }
    })
}

fn status_named(name: &str) -> Option<GuestStatus> {
    GuestStatus::ALL
        .iter()
        .copied()
        .find(|status| status.as_str() == name)
}

/// What a key asks about, in the language of now.
fn key_words(key: Key) -> String {
    let i18n = use_i18n();
    match key {
        Key::Name => say!(i18n, servers.name),
        Key::Id => say!(i18n, servers.id),
        Key::Status => say!(i18n, servers.status),
        Key::Type => say!(i18n, servers.key_type),
        Key::Node => say!(i18n, servers.node),
        Key::Cluster => say!(i18n, servers.key_cluster),
        Key::Tag => say!(i18n, servers.tags),
        Key::Pool => say!(i18n, servers.key_pool),
        Key::Lock => say!(i18n, servers.key_lock),
        Key::Address => say!(i18n, servers.address),
        Key::Template => say!(i18n, servers.template),
        Key::Made => say!(i18n, servers.key_made),
        Key::Cpu => say!(i18n, servers.key_cpu),
        Key::Mem => say!(i18n, servers.key_mem),
        Key::Cores => say!(i18n, servers.cores),
        Key::Ram => say!(i18n, servers.key_ram),
        Key::Disk => say!(i18n, servers.key_disk),
        Key::Role => say!(i18n, servers.key_role),
        Key::Firewall => say!(i18n, servers.firewall_group),
        Key::Backup => say!(i18n, servers.key_backup),
    }
}

/// Whether a key press is meant for a field, or for what lies over the page.
fn is_typing(event: &KeyboardEvent) -> bool {
    event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|target| {
                let inside =
                    target.closest("input, textarea, select, [contenteditable], dialog, [role=menu]");
                matches!(inside, Ok(Some(_)))
            })
}
