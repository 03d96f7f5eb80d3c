//! Moving through a wall by keys: one tile can be reached by Tab, the arrows lead to the others.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

/// The class of a tile, as a selector.
const TILE: &str = ".wall__tile";

/// The tile that an event came from.
pub(super) fn tile_of(target: Option<web_sys::EventTarget>) -> Option<HtmlElement> {
    let element = target?.dyn_into::<Element>().ok()?;
    element.closest(TILE).ok()??.dyn_into().ok()
}

/// All tiles, in order.
pub(super) fn tiles(wall: &Element) -> Vec<HtmlElement> {
    let Ok(found) = wall.query_selector_all(TILE) else {
        return Vec::new();
    };
    let nodes = (0..found.length()).filter_map(|index| found.item(index));
    nodes.filter_map(|node| node.dyn_into().ok()).collect()
}

/// Makes `tile` the one that Tab leads to.
pub(super) fn make_reachable(wall: &Element, tile: &Element) {
    if let Ok(Some(last)) = wall.query_selector(".wall__tile[tabindex='0']") {
        if last.is_same_node(Some(tile.unchecked_ref::<Node>())) {
            return;
        }
        // An attribute of this name can always be set.
        drop(last.set_attribute("tabindex", "-1"));
    }
    drop(tile.set_attribute("tabindex", "0"));
}

/// Where a tile stands: its left edge and its top, in pixels.
pub(super) fn place(tile: &HtmlElement) -> (f64, f64) {
    let there = tile.get_bounding_client_rect();
    (there.left(), there.top())
}

/// The tile that a key leads to, among tiles at `places`, from `now`. Rows are what has the same top.
pub(super) fn target(key: &str, places: &[(f64, f64)], now: usize) -> Option<usize> {
    let last = places.len().checked_sub(1)?;
    let (left, top) = *places.get(now)?;
    // In the next row that way, the tile closest to this one's column.
    let nearest = |row: Option<f64>| {
        let row = row?;
        let in_row = places.iter().enumerate().filter(|(_, place)| same(place.1, row));
        let closest =
            in_row.min_by(|(_, one), (_, other)| (one.0 - left).abs().total_cmp(&(other.0 - left).abs()));
        closest.map(|(index, _)| index)
    };
    match key {
        "ArrowRight" => Some((now + 1).min(last)),
        "ArrowLeft" => Some(now.saturating_sub(1)),
        "ArrowDown" => {
            let below = places[now..].iter().map(|place| place.1);
            nearest(below.into_iter().find(|other| *other > top && !same(*other, top)))
        }
        "ArrowUp" => {
            let above = places[..now].iter().rev().map(|place| place.1);
            nearest(above.into_iter().find(|other| *other < top && !same(*other, top)))
        }
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// Whether two tops are of one row; a zoomed page rounds.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two groups: five tiles in rows of three, and then two.
    const PLACES: [(f64, f64); 7] = [
        (0.0, 0.0),
        (28.0, 0.0),
        (56.0, 0.0),
        (0.0, 28.0),
        (28.0, 28.0),
        (0.0, 90.0),
        (28.0, 90.0),
    ];

    #[test]
    fn arrows_follow_what_one_sees() {
        assert_eq!(target("ArrowRight", &PLACES, 2), Some(3));
        assert_eq!(target("ArrowLeft", &PLACES, 0), Some(0));
        assert_eq!(target("ArrowDown", &PLACES, 1), Some(4));
        assert_eq!(target("ArrowDown", &PLACES, 2), Some(4));
        assert_eq!(target("ArrowDown", &PLACES, 3), Some(5));
        assert_eq!(target("ArrowDown", &PLACES, 6), None);
        assert_eq!(target("ArrowUp", &PLACES, 6), Some(4));
        assert_eq!(target("ArrowUp", &PLACES, 1), None);
        assert_eq!(target("End", &PLACES, 0), Some(6));
        assert_eq!(target("a", &PLACES, 0), None);
        assert_eq!(target("Home", &[], 0), None);
    }
}
