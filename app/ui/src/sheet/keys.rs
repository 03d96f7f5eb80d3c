//! Moving between cells with the keyboard.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// Moves as in a spreadsheet: Enter and the arrows up and down to another row, the arrows left and right to the next
/// cell once the caret is at the end of the text. Arrows up and down are the browser's where it offers values.
pub(super) fn move_on(event: &KeyboardEvent, input: &HtmlInputElement) {
    // Enter ends the composition of a Korean syllable, and nothing else.
    if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let offers = input.has_attribute("list");
    let target = match event.key().as_str() {
        "Enter" => {
            // A form around the sheet is sent by its button alone.
            event.prevent_default();
            in_column(input, event.shift_key())
        }
        "ArrowDown" if !offers => in_column(input, false),
        "ArrowUp" if !offers => in_column(input, true),
        "ArrowLeft" if is_caret_at(input, 0) => in_row(input, true),
        "ArrowRight" if is_caret_at(input, input.value().encode_utf16().count()) => in_row(input, false),
        _ => None,
    };
    if let Some(target) = target {
        event.prevent_default();
        // A cell that has left the page can't take the focus, which is no fault.
        drop(target.focus());
        target.select();
    }
}

fn is_caret_at(input: &HtmlInputElement, place: usize) -> bool {
    let at = |place: Option<u32>| place.and_then(|place| usize::try_from(place).ok());
    let (start, end) = (
        input.selection_start().ok().flatten(),
        input.selection_end().ok().flatten(),
    );
    let is_whole = at(start) == Some(0) && at(end) == Some(input.value().encode_utf16().count());
    is_whole || (at(start) == Some(place) && at(end) == Some(place))
}

fn in_column(input: &HtmlInputElement, up: bool) -> Option<HtmlInputElement> {
    let row = input.closest("tr").ok()??;
    let other = sibling(&row, up)?;
    let column = input.get_attribute("data-column")?;
    let found = other.query_selector(&format!("[data-column='{column}']"));
    found.ok()??.dyn_into().ok()
}

fn in_row(input: &HtmlInputElement, back: bool) -> Option<HtmlInputElement> {
    let cell = input.closest("td").ok()??;
    let found = sibling(&cell, back)?.query_selector("[data-column]");
    found.ok()??.dyn_into().ok()
}

fn sibling(element: &Element, before: bool) -> Option<Element> {
    if before {
        element.previous_element_sibling()
    } else {
        element.next_element_sibling()
    }
}
