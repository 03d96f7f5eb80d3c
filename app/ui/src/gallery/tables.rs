//! Samples of tables.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::entry::Entry;
use crate::{
    Align, Badge, ButtonSize, Column, DataTable, EmptyState, IconName, Menu, MenuAlign, MenuItem, Meter,
    Selection, Sort, StatusDot, Tone,
};

/// A made-up server.
#[derive(Clone, Debug, PartialEq)]
struct Sample {
    id: u32,
    name: String,
    node: String,
    running: bool,
    cpu: f64,
}

fn samples() -> Vec<Sample> {
    (0..10_000)
        .map(|id| Sample {
            id,
            name: format!(
                "{}-{:04}",
                ["web", "db", "cache", "worker"][(id % 4) as usize],
                id / 4 + 1
            ),
            node: format!("pve{}", id % 7 + 1),
            running: id % 5 != 3,
            cpu: f64::from(id * 37 % 101),
        })
        .collect()
}

fn columns() -> Vec<Column<Sample>> {
    vec![
        Column::new(
            "name",
            "Name",
            |row: &Sample| view! { <a href="#table">{row.name.clone()}</a> },
        )
        .width(160)
        .grow()
        .sort_by(|left, right| left.name.cmp(&right.name)),
        Column::new("state", "State", |row: &Sample| {
            let (label, tone) = if row.running {
                ("Running", Tone::Success)
            } else {
                ("Stopped", Tone::Neutral)
            };
            view! { <StatusDot label=label tone=tone /> }
        })
        .width(110)
        .sort_by(|left, right| left.running.cmp(&right.running)),
        Column::new("node", "Node", |row: &Sample| row.node.clone()).width(90),
        Column::new("role", "Role", |row: &Sample| {
            let role = row.name.split('-').next().unwrap_or_default().to_owned();
            view! { <Badge>{role}</Badge> }
        })
        .width(100),
        Column::new("cpu", "CPU", |row: &Sample| {
            view! { <Meter label="CPU" value=row.cpu text=format!("{:.0} %", row.cpu) /> }
        })
        .width(150)
        .sort_by(|left, right| left.cpu.total_cmp(&right.cpu)),
        Column::new("id", "Id", |row: &Sample| row.id)
            .width(80)
            .align(Align::End),
        Column::live("menu", "Actions", |row: Signal<Sample>| {
            view! {
                <Menu
                    label=move || format!("Actions of {}", row.read().name)
                    icon=IconName::More
                    icon_only=true
                    size=ButtonSize::Small
                    align=MenuAlign::End
                >
                    <MenuItem label="Start" on_select=|()| {} />
                </Menu>
            }
        })
        .width(48)
        .hide_header(),
    ]
}

#[component]
pub(super) fn Tables() -> impl IntoView {
    let rows = RwSignal::new(samples());
    let keys = RwSignal::new(BTreeSet::from(["1".to_owned(), "2".to_owned()]));
    let sort = RwSignal::new(Some(Sort::ascending("name")));
    let none: Vec<Sample> = Vec::new();
    let label = |row: &Sample| format!("Select {}", row.name);
    view! {
        <Entry id="table" title="DataTable">
            <p>{move || format!("{} of {} selected", keys.read().len(), rows.read().len())}</p>
            <div class="gallery__room">
                <DataTable
                    label="Servers"
                    rows=rows
                    row_key=|row: &Sample| row.id.to_string()
                    columns=columns()
                    sort=sort
                    selection=Selection::new(keys, "Select all", label)
                    initial_rows=20
                />
            </div>
            <div class="gallery__grid">
                <DataTable
                    label="Servers on their way"
                    rows=none.clone()
                    row_key=|row: &Sample| row.id.to_string()
                    columns=vec![Column::new("name", "Name", |row: &Sample| row.name.clone()).grow()]
                    loading=true
                />
                <DataTable
                    label="No servers"
                    rows=none.clone()
                    row_key=|row: &Sample| row.id.to_string()
                    columns=vec![Column::new("name", "Name", |row: &Sample| row.name.clone()).grow()]
                    empty=|| view! { <EmptyState title="Nothing matches" description="Try fewer words." /> }
                />
            </div>
        </Entry>
    }
}
