//! What the list shows of a server.

use std::collections::BTreeSet;

use drover_types::{filter::SortKey, units};
use drover_ui::{plain, prelude::*};
use leptos::prelude::*;

use super::{cells, trend::Trends, view_state::ViewState};
use crate::{
    clock::use_now,
    inventory::Guest,
    shared::{RowMenu, Uptime},
    texts::{say, text, use_i18n},
};

/// A column that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OptionalColumn {
    /// One that the list is sorted by.
    Of(SortKey),
    /// The load of the last minutes.
    Trend,
}

impl OptionalColumn {
    /// Every one, in order.
    pub const ALL: [Self; 14] = [
        Self::Of(SortKey::Id),
        Self::Of(SortKey::Node),
        Self::Of(SortKey::Address),
        Self::Of(SortKey::Cores),
        Self::Of(SortKey::Cpu),
        Self::Trend,
        Self::Of(SortKey::Ram),
        Self::Of(SortKey::Mem),
        Self::Of(SortKey::Disk),
        Self::Of(SortKey::Tags),
        Self::Of(SortKey::Role),
        Self::Of(SortKey::Firewall),
        Self::Of(SortKey::Uptime),
        Self::Of(SortKey::Backup),
    ];

    /// The name in the address and in the visitor's choice.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Of(key) => key.as_str(),
            Self::Trend => "trend",
        }
    }
}

/// The columns that an address leaves out; `None` where it says nothing of columns.
pub(super) fn hidden_of(shown: &str) -> Option<BTreeSet<String>> {
    (!shown.is_empty()).then(|| {
        let is_hidden = |column: &OptionalColumn| shown.split(',').all(|name| name != column.id());
        let hidden = OptionalColumn::ALL.into_iter().filter(is_hidden);
        hidden.map(|column| column.id().to_owned()).collect()
    })
}

/// How an address names the columns that are shown; never empty.
pub(super) fn shown_names(hidden: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = OptionalColumn::ALL
        .into_iter()
        .map(OptionalColumn::id)
        .filter(|id| !hidden.contains(*id))
        .collect();
    if shown.is_empty() {
        // No column is called so.
        "none".to_owned()
    } else {
        shown.join(",")
    }
}

/// What a column is called, in the language of now.
pub(super) fn title(key: SortKey) -> String {
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
        SortKey::Role => say!(i18n, servers.key_role),
        SortKey::Firewall => say!(i18n, servers.firewall_group),
        SortKey::Uptime => say!(i18n, servers.uptime),
        SortKey::Backup => say!(i18n, servers.last_backup),
    }
}

fn heading(key: SortKey) -> Signal<String> {
    Signal::derive(move || title(key))
}

fn heading_of(column: OptionalColumn) -> Signal<String> {
    let i18n = use_i18n();
    match column {
        OptionalColumn::Of(key) => heading(key),
        OptionalColumn::Trend => text!(i18n, servers.trend),
    }
}

/// The columns, in order. The list sorts them itself.
pub(super) fn columns(state: ViewState, menu: RowMenu, trends: Trends) -> Vec<Column<Guest>> {
    let i18n = use_i18n();
    let hidden = state.hidden;
    let now = use_now();
    let minute = Memo::new(move |_| now.get() / 60 * 60);
    let name = Column::painted(SortKey::Name.as_str(), heading(SortKey::Name), cells::name);
    let status = Column::painted(SortKey::Status.as_str(), heading(SortKey::Status), cells::status);
    let menu = Column::painted("menu", text!(i18n, servers.actions), move |paint| {
        menu.button(paint)
    });
    let mut columns = vec![name.width(138).grow().sortable(), status.width(116).sortable()];
    columns.extend(OptionalColumn::ALL.map(|optional| {
        let id = optional.id();
        let column = match optional {
            OptionalColumn::Of(key) => sorted(key, minute).sortable(),
            OptionalColumn::Trend => {
                Column::live(id, heading_of(optional), move |row| trends.cell(row)).width(74)
            }
        };
        column.hidden(Signal::derive(move || hidden.with(|hidden| hidden.contains(id))))
    }));
    columns.push(menu.width(44).align(Align::Center).hide_header());
    columns
}

fn sorted(key: SortKey, minute: Memo<i64>) -> Column<Guest> {
    let (id, heading) = (key.as_str(), heading(key));
    match key {
        SortKey::Id => Column::text(id, heading, |guest: &Guest| guest.id.vmid.to_string())
            .width(68)
            .align(Align::End),
        SortKey::Node => Column::text(id, heading, |guest: &Guest| guest.node.clone()).width(70),
        SortKey::Address => Column::painted(id, heading, cells::address).width(116),
        SortKey::Cores => Column::text(id, heading, |guest: &Guest| guest.cores.to_string())
            .width(72)
            .align(Align::End),
        SortKey::Cpu => {
            let percent = |guest: &Guest| cells::share(guest, guest.cpu_percent);
            Column::painted(id, heading, move |paint| plain::meter(paint, percent)).width(86)
        }
        SortKey::Ram => Column::text(id, heading, |guest: &Guest| units::size(guest.memory_bytes))
            .width(84)
            .align(Align::End),
        SortKey::Mem => {
            let percent = |guest: &Guest| cells::share(guest, guest.memory_percent);
            Column::painted(id, heading, move |paint| plain::meter(paint, percent)).width(86)
        }
        SortKey::Disk => Column::text(id, heading, |guest: &Guest| units::size(guest.disk_bytes))
            .width(84)
            .align(Align::End),
        SortKey::Backup => Column::painted(id, heading, move |paint| cells::backup(paint, minute))
            .width(100)
            .align(Align::End),
        SortKey::Role => Column::text(id, heading, |guest: &Guest| {
            guest.role.as_ref().map(ToString::to_string).unwrap_or_default()
        })
        .width(84),
        SortKey::Firewall => {
            Column::text(id, heading, |guest: &Guest| guest.firewall_groups.join(", ")).width(84)
        }
        SortKey::Tags => Column::painted(id, heading, cells::tags).width(120).grow(),
        SortKey::Name | SortKey::Status | SortKey::Uptime => {
            Column::live(id, heading, |row: Signal<Guest>| {
                view! { <Uptime started_at=Signal::derive(move || row.with(|guest| guest.started_at)) /> }
            })
            .width(102)
            .align(Align::End)
        }
    }
}

/// Chooses which columns are shown.
#[component]
pub(super) fn ColumnMenu(state: ViewState) -> impl IntoView {
    let i18n = use_i18n();
    let item = move |column: OptionalColumn| {
        let id = column.id();
        view! {
            <MenuItem
                label=heading_of(column)
                checked=Signal::derive(move || Some(state.hidden.with(|hidden| !hidden.contains(id))))
                on_select=move |()| state.toggle(column)
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
            {OptionalColumn::ALL.map(item).into_iter().collect_view()}
        </Menu>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_the_columns_that_are_shown() {
        let hidden: BTreeSet<String> = ["cores", "disk", "trend"].map(str::to_owned).into();
        assert_eq!(hidden_of(&shown_names(&hidden)), Some(hidden));
        assert_eq!(hidden_of(""), None);
        let all = OptionalColumn::ALL.map(|column| column.id().to_owned());
        assert_eq!(hidden_of(&shown_names(&all.clone().into())), Some(all.into()));
    }
}
