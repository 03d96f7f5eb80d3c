//! What the list shows of a server.

use drover_types::{filter::SortKey, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::cells;
use crate::{
    inventory::Guest,
    preferences::use_preferences,
    shared::{RowMenu, Uptime},
    texts::{say, text, use_i18n},
};

/// The columns that can be left out, in order.
const OPTIONAL: [SortKey; 10] = [
    SortKey::Id,
    SortKey::Node,
    SortKey::Address,
    SortKey::Cores,
    SortKey::Cpu,
    SortKey::Ram,
    SortKey::Mem,
    SortKey::Disk,
    SortKey::Tags,
    SortKey::Uptime,
];

/// What a column is called, in the language of now.
fn title(key: SortKey) -> String {
    let i18n = use_i18n();
    match key {
        SortKey::Name => say!(i18n, servers.name),
        SortKey::Id => say!(i18n, servers.id),
        SortKey::Status => say!(i18n, servers.status),
        SortKey::Node => say!(i18n, servers.node),
        SortKey::Tags => say!(i18n, servers.tags),
        SortKey::Address => say!(i18n, servers.address),
        SortKey::Cpu => say!(i18n, servers.cpu),
        SortKey::Mem => say!(i18n, servers.memory),
        SortKey::Cores => say!(i18n, servers.cores),
        SortKey::Ram => say!(i18n, servers.ram),
        SortKey::Disk => say!(i18n, servers.disk),
        SortKey::Uptime => say!(i18n, servers.uptime),
    }
}

/// The columns, in order. The list sorts them itself.
pub(super) fn columns(menu: RowMenu) -> Vec<Column<Guest>> {
    let i18n = use_i18n();
    let hidden = use_preferences().hidden_columns;
    let name = Column::live(SortKey::Name.as_str(), heading(SortKey::Name), cells::name);
    let status = Column::live(SortKey::Status.as_str(), heading(SortKey::Status), cells::status);
    let menu = Column::live("menu", text!(i18n, servers.actions), move |row| menu.button(row));
    let mut columns = vec![name.width(170).grow().sortable(), status.width(140).sortable()];
    columns.extend(OPTIONAL.map(|key| {
        let id = key.as_str();
        optional(key)
            .hidden(Signal::derive(move || hidden.with(|hidden| hidden.contains(id))))
            .sortable()
    }));
    columns.push(menu.width(44).align(Align::Center).hide_header());
    columns
}

fn heading(key: SortKey) -> Signal<String> {
    Signal::derive(move || title(key))
}

fn optional(key: SortKey) -> Column<Guest> {
    let (id, heading) = (key.as_str(), heading(key));
    match key {
        SortKey::Id => Column::new(id, heading, |guest: &Guest| guest.id.vmid)
            .width(66)
            .align(Align::End),
        SortKey::Node => Column::new(id, heading, |guest: &Guest| guest.node.clone()).width(76),
        SortKey::Address => Column::new(id, heading, cells::address).width(118),
        SortKey::Cores => Column::new(id, heading, |guest: &Guest| guest.cores)
            .width(66)
            .align(Align::End),
        SortKey::Cpu => {
            Column::live(id, heading, |row| cells::share(row, |guest| guest.cpu_percent)).width(92)
        }
        SortKey::Ram => Column::new(id, heading, |guest: &Guest| units::size(guest.memory_bytes))
            .width(76)
            .align(Align::End),
        SortKey::Mem => {
            Column::live(id, heading, |row| cells::share(row, |guest| guest.memory_percent)).width(92)
        }
        SortKey::Disk => Column::new(id, heading, |guest: &Guest| units::size(guest.disk_bytes))
            .width(76)
            .align(Align::End),
        SortKey::Tags => Column::new(id, heading, cells::tags).width(124),
        SortKey::Name | SortKey::Status | SortKey::Uptime => {
            Column::live(id, heading, |row: Signal<Guest>| {
                view! { <Uptime started_at=Signal::derive(move || row.with(|guest| guest.started_at)) /> }
            })
            .width(100)
            .align(Align::End)
        }
    }
}

/// Chooses which columns are shown.
#[component]
pub(super) fn ColumnMenu() -> impl IntoView {
    let i18n = use_i18n();
    let hidden = use_preferences().hidden_columns;
    let item = move |key: SortKey| {
        let id = key.as_str();
        view! {
            <MenuItem
                label=heading(key)
                checked=Signal::derive(move || Some(hidden.with(|hidden| !hidden.contains(id))))
                on_select=move |()| {
                    hidden
                        .update(|hidden| {
                            if !hidden.remove(id) {
                                hidden.insert(id.to_owned());
                            }
                        });
                }
            />
        }
    };
    view! {
        <Menu
            label=text!(i18n, servers.columns)
            icon=IconName::Columns
            icon_only=true
            align=MenuAlign::End
            size=ButtonSize::Small
        >
            {OPTIONAL.map(item).into_iter().collect_view()}
        </Menu>
    }
}
