//! The wall. Thousands of tiles: no component, signal or listener for each of them.

use std::sync::Arc;

use leptos::{
    ev::{FocusEvent, KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};
use web_sys::HtmlElement;

use super::{
    card::{Card, Shown},
    focus::{make_reachable, place, target, tile_of, tiles},
    model::{WallGroup, WallTile},
};

/// How many tiles are looked through together: where one of them changes, only its neighbours are compared too.
const PIECE: usize = 100;

/// Every thing one tile, in groups. A tile is a link; Tab leads into the wall, arrows move in it, and what is pointed
/// at or has the focus shows a card.
#[component]
pub fn StatusWall(
    /// What the tiles stand for, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The groups, in order.
    #[prop(into)]
    groups: Signal<Vec<WallGroup>>,
) -> impl IntoView {
    let wall = NodeRef::<html::Div>::new();
    let shown = RwSignal::new(None::<Shown>);
    // The tile that has the focus, by key: tiles move when others come and go, and the focus goes along.
    let held = StoredValue::new(None::<String>);
    let find = move |key: &str| {
        groups.with_untracked(|groups| {
            let mut all = groups.iter().flat_map(|group| &group.tiles);
            all.find(|tile| tile.key == key).cloned()
        })
    };
    let show = move |element: &HtmlElement| {
        let Some(wall) = wall.get_untracked() else { return };
        let tile = element.get_attribute("data-key").and_then(|key| find(&key));
        shown.set(tile.map(|tile| Shown::beside(tile, element, &wall)));
    };
    let on_point = move |event: PointerEvent| {
        if let Some(tile) = tile_of(event.target()) {
            show(&tile);
        } else if shown.with_untracked(Option::is_some) {
            shown.set(None);
        }
    };
    let on_focus = move |event: FocusEvent| {
        if let (Some(tile), Some(wall)) = (tile_of(event.target()), wall.get_untracked()) {
            make_reachable(&wall, &tile);
            held.set_value(tile.get_attribute("data-key"));
            show(&tile);
        }
    };
    let leave = move || shown.set(None);
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if event.key() == "Escape" && shown.with_untracked(Option::is_some) {
            event.prevent_default();
            return leave();
        }
        let (Some(tile), Some(wall)) = (tile_of(event.target()), wall.get_untracked()) else {
            return;
        };
        let all = tiles(&wall);
        let Some(now) = all.iter().position(|other| *other == tile) else {
            return;
        };
        let places: Vec<_> = all.iter().map(place).collect();
        if let Some(next) = target(&event.key(), &places, now).and_then(|next| all.get(next)) {
            event.prevent_default();
            // A tile that has left the page can't take the focus, which is no fault.
            drop(next.focus());
        }
    };
    Effect::new(move |_| {
        groups.track();
        // What the card tells follows its tile.
        if let Some(key) = shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.tile.key.clone())) {
            let tile = find(&key);
            shown.update(|shown| {
                *shown = shown
                    .take()
                    .zip(tile)
                    .map(|(shown, tile)| Shown { tile, ..shown });
            });
        }
        let Some(wall) = wall.get() else { return };
        // The tiles follow in this same turn of effects or the next; look when they are there.
        request_animation_frame(move || settle(&wall, held));
    });
    let keys = Memo::new(move |_| {
        groups.with(|groups| groups.iter().map(|group| group.key.clone()).collect::<Vec<_>>())
    });
    view! {
        <div
            node_ref=wall
            class="wall"
            role="group"
            aria-label=move || label.get()
            on:keydown=on_key
            on:focusin=on_focus
            on:focusout=move |_| {
                held.set_value(None);
                leave();
            }
            on:pointerover=on_point
            on:pointerleave=move |_| leave()
        >
            <For each=move || keys.get() key=String::clone let:key>
                <Group groups=groups of=key />
            </For>
            <Card shown=shown />
        </div>
    }
}

/// Sees to it that one tile can be reached by Tab and that the focus is where it was.
fn settle(wall: &HtmlElement, held: StoredValue<Option<String>>) {
    let reachable = wall.query_selector(".wall__tile[tabindex='0']");
    if let (Ok(None), Ok(Some(first))) = (reachable, wall.query_selector(".wall__tile")) {
        make_reachable(wall, &first);
    }
    let Some(key) = held.try_get_value().flatten() else {
        return;
    };
    let now = document().active_element();
    if now.and_then(|now| now.get_attribute("data-key")).as_ref() == Some(&key) {
        return;
    }
    let all = tiles(wall);
    let moved = all
        .iter()
        .find(|tile| tile.get_attribute("data-key").as_ref() == Some(&key));
    if let Some(tile) = moved {
        drop(tile.focus());
    }
}

#[component]
fn Group(groups: Signal<Vec<WallGroup>>, of: String) -> impl IntoView {
    let group = Memo::new(move |last: Option<&Option<WallGroup>>| {
        let now = groups.with(|groups| groups.iter().find(|group| group.key == of).cloned());
        // One that is about to go keeps its last looks.
        now.or_else(|| last.cloned().flatten())
    });
    let text = move |read: fn(&WallGroup) -> &String| {
        move || group.with(|group| group.as_ref().map(read).cloned().unwrap_or_default())
    };
    let pieces = Memo::new(move |_| {
        let count = group.with(|group| group.as_ref().map_or(0, |group| group.tiles.len()));
        count.div_ceil(PIECE)
    });
    let piece = move |index: usize| {
        let tiles = Memo::new(move |_| {
            group.with(|group| {
                let tiles = group.iter().flat_map(|group| &group.tiles);
                tiles.skip(index * PIECE).take(PIECE).cloned().collect::<Vec<_>>()
            })
        });
        // The elements stay; what differs is set in place.
        move || tiles.get().iter().map(tile).collect_view()
    };
    view! {
        <section class="wall__group" aria-label=text(|group| &group.label)>
            <h3 class="wall__heading">
                <span class="wall__label">{text(|group| &group.label)}</span>
                <span class="wall__note">{text(|group| &group.note)}</span>
            </h3>
            <div class="wall__tiles">
                <For each=move || 0..pieces.get() key=|index| *index children=piece />
            </div>
        </section>
    }
}

fn tile(tile: &Arc<WallTile>) -> impl IntoView + use<> {
    view! {
        <a
            class="wall__tile"
            href=tile.href.clone()
            data-key=tile.key.clone()
            data-state=tile.state.as_str()
            aria-label=tile.label()
            tabindex="-1"
        ></a>
    }
}
