//! What the tile under the pointer or the focus says, beside it.

use std::sync::Arc;

use leptos::{html, prelude::*};
use web_sys::HtmlElement;

use super::model::WallTile;
use crate::Icon;

/// A tile and where its card goes, in pixels from the wall's corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) tile: Arc<WallTile>,
    pub(super) left: f64,
    pub(super) top: f64,
}

impl Shown {
    /// Below the tile; beside its right edge where the wall ends soon.
    pub(super) fn beside(tile: Arc<WallTile>, element: &HtmlElement, wall: &HtmlElement) -> Self {
        let (there, room) = (
            element.get_bounding_client_rect(),
            wall.get_bounding_client_rect(),
        );
        let left = (there.left() - room.left()).min(room.width() - WIDTH).max(0.0);
        Self {
            tile,
            left,
            top: there.bottom() - room.top() + GAP,
        }
    }
}

/// How wide a card is at most; `style/components/wall.css` says the same.
const WIDTH: f64 = 280.0;
/// The room between a tile and its card.
const GAP: f64 = 6.0;

/// The card. Screen readers have heard it all from the tile.
///
/// A tile that leaves the page with the focus in it tells so while the page is being taken down, and what follows from
/// that runs when nothing is left to be read: hence each `try_with`.
#[component]
pub(super) fn Card(shown: RwSignal<Option<Shown>>) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let place = shown.try_with(|shown| shown.as_ref().map(|shown| (shown.left, shown.top)));
        if let (Some(Some((left, top))), Some(element)) = (place, element.try_get().flatten()) {
            let style = web_sys::HtmlElement::style(&element);
            // Both are properties that every browser knows.
            drop(style.set_property("left", &format!("{left}px")));
            drop(style.set_property("top", &format!("{top}px")));
        }
    });
    let content = move || {
        let tile = shown.try_with(|shown| shown.as_ref().map(|shown| Arc::clone(&shown.tile)))??;
        let reasons: Vec<_> = tile
            .reasons
            .iter()
            .map(|reason| view! { <li>{reason.clone()}</li> })
            .collect();
        Some(view! {
            <p class="wall__name">{tile.title.clone()}</p>
            <p class="wall__state" data-state=tile.state.as_str()>
                <Icon name=tile.state.icon() />
                {tile.state_name.clone()}
            </p>
            <ul class="wall__reasons">{reasons}</ul>
        })
    };
    view! {
        <div
            node_ref=element
            class="wall__card"
            aria-hidden="true"
            hidden=move || shown.try_with(Option::is_none).unwrap_or(true)
        >
            {content}
        </div>
    }
}
