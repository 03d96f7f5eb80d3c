//! Hands the list to the browser as a file. The server is not asked: the browser has every row.

use std::time::Duration;

use drover_types::filter::SortKey;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::{
    columns::title,
    csv::{self, Cell},
};
use crate::{inventory::Guest, shared::status_name};

/// When a browser has read a file that it was given to save.
const READ_BY_THEN: Duration = Duration::from_mins(1);

/// The file of `rows`, with the columns that are not hidden and headings in the language of now. Call it with the
/// component's owner: texts need it.
pub(super) fn csv_of(rows: &[Guest], is_hidden: impl Fn(&str) -> bool, now: i64) -> String {
    let keys = csv::keys(is_hidden);
    let heading = |key: &SortKey| {
        Cell::Text(match csv::unit(*key) {
            Some(unit) => format!("{} ({unit})", title(*key)),
            None => title(*key),
        })
    };
    let headings = keys.iter().map(heading).collect();
    let lines = rows.iter().map(|guest| {
        let cell = |key: &SortKey| csv::cell(*key, guest, status_name(guest.status), now);
        keys.iter().map(cell).collect()
    });
    csv::file(std::iter::once(headings).chain(lines))
}

/// Saves `text` as a file.
pub(super) fn save(name: &str, text: &str) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/csv;charset=utf-8");
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // Browsers differ in when they have read it.
    let forget = move || {
        if let Err(error) = Url::revoke_object_url(&address) {
            leptos::logging::warn!("a file that was saved stays in memory: {error:?}");
        }
    };
    set_timeout(forget, READ_BY_THEN);
    Ok(())
}
