//! The form's content over a reload: in the tab's own storage, without the password.

use leptos::prelude::*;
use web_sys::Storage;

use super::draft::Draft;

const KEY: &str = "drover-new-server";

/// The tab's storage; `None` where the browser is told to keep nothing.
fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// What was typed before the reload. What another version of the page wrote is left aside.
pub fn load() -> Option<Draft> {
    let text = storage()?.get_item(KEY).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// Keeps what is typed. A full storage only means that a reload loses it.
pub fn save(draft: &Draft) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(draft)) {
        drop(storage.set_item(KEY, &text));
    }
}

/// Forgets it.
pub fn clear() {
    if let Some(storage) = storage() {
        drop(storage.remove_item(KEY));
    }
}
