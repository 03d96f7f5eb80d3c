//! What the keys do in a table.

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Next,
    Previous,
    PageDown,
    PageUp,
    First,
    Last,
    Toggle,
    Open,
}

/// What `key` asks for.
pub(super) fn command(key: &str) -> Option<Command> {
    Some(match key {
        "j" | "ArrowDown" => Command::Next,
        "k" | "ArrowUp" => Command::Previous,
        "PageDown" => Command::PageDown,
        "PageUp" => Command::PageUp,
        "Home" => Command::First,
        "End" => Command::Last,
        "x" => Command::Toggle,
        "Enter" => Command::Open,
        _ => return None,
    })
}

/// The row that a command leads to among `count`, from `current`.
pub(super) fn target(command: Command, current: Option<usize>, count: usize, page: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match command {
        Command::Next => current.map_or(0, |row| (row + 1).min(last)),
        Command::Previous => current.map_or(0, |row| row.saturating_sub(1)),
        Command::PageDown => current.map_or(0, |row| (row + page).min(last)),
        Command::PageUp => current.map_or(0, |row| row.saturating_sub(page)),
        Command::First => 0,
        Command::Last => last,
        Command::Toggle | Command::Open => return current.filter(|row| *row <= last),
    })
}

/// The command of a key press, unless it belongs to somebody else: a text field, a button, another shortcut.
pub(super) fn command_of(event: &KeyboardEvent) -> Option<Command> {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let command = command(&event.key())?;
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let inside = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if inside(
        "input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], [role=listbox], dialog",
    ) {
        return None;
    }
    if command == Command::Open && inside("a, button, input, summary") {
        return None;
    }
    Some(command)
}

/// Whether a key press belongs to nobody: nothing has the focus and nothing lies over the page.
pub(super) fn is_free(event: &KeyboardEvent) -> bool {
    let on_body = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.tag_name() == "BODY");
    let covered = document()
        .query_selector("dialog[open], :popover-open")
        .ok()
        .flatten()
        .is_some();
    on_body && !covered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_stop_at_the_ends() {
        assert_eq!(target(Command::Next, Some(9), 10, 5), Some(9));
        assert_eq!(target(Command::Previous, Some(0), 10, 5), Some(0));
        assert_eq!(target(Command::PageDown, Some(7), 10, 5), Some(9));
        assert_eq!(target(Command::PageUp, Some(3), 10, 5), Some(0));
        assert_eq!(target(Command::Next, None, 10, 5), Some(0));
        assert_eq!(target(Command::Next, None, 0, 5), None);
    }

    #[test]
    fn a_row_that_is_gone_can_not_be_opened() {
        assert_eq!(target(Command::Open, Some(4), 3, 5), None);
        assert_eq!(target(Command::Toggle, None, 3, 5), None);
        assert_eq!(target(Command::Open, Some(2), 3, 5), Some(2));
    }
}
