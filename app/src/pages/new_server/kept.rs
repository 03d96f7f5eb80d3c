//! The form's content over a reload: in the tab's own storage, without the password.

use drover_types::ids::TaskId;
use leptos::prelude::*;
use web_sys::Storage;

use super::{draft::Draft, sending::LeftOut};

const KEY: &str = "drover-new-server";
/// What was left out of the servers that a task makes.
const LEFT_OUT: &str = "drover-left-out";

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

/// Keeps what was left out of the servers that `task` makes; only of the last one.
pub fn save_left_out(task: &TaskId, rows: Vec<LeftOut>) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&(task, rows))) {
        drop(storage.set_item(LEFT_OUT, &text));
    }
}

/// What was left out of the servers that `task` makes.
pub fn left_out(task: &TaskId) -> Vec<LeftOut> {
    let text = storage().and_then(|storage| storage.get_item(LEFT_OUT).ok().flatten());
    let kept: Option<(TaskId, Vec<LeftOut>)> = text.and_then(|text| serde_json::from_str(&text).ok());
    kept.filter(|(of, _)| of == task)
        .map(|(_, rows)| rows)
        .unwrap_or_default()
}
