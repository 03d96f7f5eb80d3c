//! Tells the server now and then that somebody is at the page. What a page loads by itself keeps no session
//! alive: a tab that was left open ends as the idle limit says.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{clock::use_now, rpc, session::use_session};

/// How many seconds lie between two messages at least.
const EVERY: i64 = 30;

/// Follows the keyboard and the pointer until the calling component is gone.
pub(super) fn tell_presence() {
    let session = use_session();
    let now = use_now();
    // The page itself was asked for just now.
    let told = StoredValue::new(now.get_untracked());
    let tell = move || {
        let now = now.get_untracked();
        if now - told.get_value() < EVERY {
            return;
        }
        told.set_value(now);
        spawn_local(async move {
            match rpc::session::keep_session().await {
                Ok(user) => session.set(user),
                Err(error) => session.heed(&error),
            }
        });
    };
    Effect::new(move |_| {
        let keys = window_event_listener(ev::keydown, move |_| tell());
        let pointer = window_event_listener(ev::pointerdown, move |_| tell());
        on_cleanup(move || {
            keys.remove();
            pointer.remove();
        });
    });
}
