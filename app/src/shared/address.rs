//! What stands in fields, kept in the address: a link shows the same, and so does going back.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

/// How long the address waits for the next keystroke.
const SETTLE: Duration = Duration::from_millis(250);

/// Tells whether the reader is still at the path of now: what waits to be written into the address must not bring back
/// whoever has left meanwhile. The page stays for as long as the next one is being loaded.
pub fn use_here() -> impl Fn() -> bool + Copy + 'static {
    let path = use_location().pathname;
    let own = StoredValue::new(path.get_untracked());
    move || {
        let both = path.try_get_untracked().zip(own.try_get_value());
        both.is_some_and(|(now, own)| now == own)
    }
}

/// Texts that begin with the query parameters of these names. Whenever one of them changes, the page gets the address
/// that `write` makes of them.
pub fn use_address<const N: usize>(
    names: [&'static str; N],
    write: fn(&[String; N]) -> String,
) -> [RwSignal<String>; N] {
    let query = use_query_map();
    let read = move || query.with(|query| names.map(|name| query.get(name).unwrap_or_default()));
    let texts = untrack(read).map(RwSignal::new);
    // A link inside the page, or going back, changes the address under the fields.
    Effect::new(move |last: Option<[String; N]>| {
        let now = read();
        if last.is_some_and(|last| last != now) {
            for (text, value) in texts.into_iter().zip(&now) {
                if text.with_untracked(|known| known.trim() != value) {
                    text.set(value.clone());
                }
            }
        }
        now
    });
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
        let address = write(&texts.map(|text| text.with(|text| text.trim().to_owned())));
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
    texts
}
