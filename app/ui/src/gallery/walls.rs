//! Samples of walls.

use std::sync::Arc;

use leptos::prelude::*;

use super::entry::Entry;
use crate::{StatusWall, TileState, WallGroup, WallTile};

#[component]
pub(super) fn Walls() -> impl IntoView {
    let tile = |node: u32, number: u32| {
        let (state, state_name, reasons) = match number % 23 {
            4 => (TileState::Critical, "critical", vec!["CPU 97 %", "disk 93 %"]),
            9 => (TileState::Warning, "warning", vec!["memory 88 %"]),
            15 => (TileState::Unknown, "unknown", vec!["the node does not answer"]),
            20 => (TileState::Off, "off", vec![]),
            _ => (TileState::Good, "healthy", vec![]),
        };
        Arc::new(WallTile {
            key: format!("{node}-{number}"),
            title: format!("web-{node}{number:02}"),
            state_name: state_name.into(),
            state,
            reasons: reasons.into_iter().map(str::to_owned).collect(),
            href: "#status-wall".into(),
        })
    };
    let groups = [(1, 60), (2, 25), (3, 3)].map(|(node, count)| WallGroup {
        key: format!("pve{node}"),
        label: format!("pve{node}"),
        note: format!("{count} servers"),
        tiles: (0..count).map(|number| tile(node, number)).collect(),
    });
    view! {
        <Entry id="status-wall" title="StatusWall">
            <StatusWall label="Servers" groups=groups.to_vec() />
        </Entry>
    }
}
