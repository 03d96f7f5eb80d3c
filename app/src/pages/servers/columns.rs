//! What the list shows of a server.

use drover_types::{filter::SortKey, guest::GuestKind, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    i18n::use_i18n,
    inventory::Guest,
    paths,
    running::use_running,
    shared::{ServerMenu, StatusBadge, TaskProgress, Uptime},
    texts::text,
};

/// How many tags stand in a row; the others are counted.
const MOST_TAGS: usize = 2;

/// The columns, in order.
pub(super) fn columns() -> Vec<Column<Guest>> {
    let i18n = use_i18n();
    vec![
        Column::live(SortKey::Name.as_str(), text!(i18n, servers.name), name)
            .width(200)
            .grow()
            .sortable(),
        Column::live(SortKey::Status.as_str(), text!(i18n, servers.status), status)
            .width(190)
            .sortable(),
        Column::new(SortKey::Id.as_str(), text!(i18n, servers.id), |guest: &Guest| {
            guest.id.vmid
        })
        .width(80)
        .align(Align::End)
        .sortable(),
        Column::new(
            SortKey::Node.as_str(),
            text!(i18n, servers.node),
            |guest: &Guest| guest.node.clone(),
        )
        .width(110)
        .sortable(),
        Column::new(SortKey::Address.as_str(), text!(i18n, servers.address), address)
            .width(140)
            .sortable(),
        Column::new(
            SortKey::Cores.as_str(),
            text!(i18n, servers.cores),
            |guest: &Guest| guest.cores,
        )
        .width(70)
        .align(Align::End)
        .sortable(),
        Column::live(
            SortKey::Cpu.as_str(),
            text!(i18n, servers.cpu),
            |row: Signal<Guest>| share(row, |guest| guest.cpu_percent),
        )
        .width(120)
        .sortable(),
        Column::new(
            SortKey::Ram.as_str(),
            text!(i18n, servers.ram),
            |guest: &Guest| units::size(guest.memory_bytes),
        )
        .width(90)
        .align(Align::End)
        .sortable(),
        Column::live(
            SortKey::Mem.as_str(),
            text!(i18n, servers.memory),
            |row: Signal<Guest>| share(row, |guest| guest.memory_percent),
        )
        .width(120)
        .sortable(),
        Column::new(
            SortKey::Disk.as_str(),
            text!(i18n, servers.disk),
            |guest: &Guest| units::size(guest.disk_bytes),
        )
        .width(90)
        .align(Align::End)
        .sortable(),
        Column::new(SortKey::Tags.as_str(), text!(i18n, servers.tags), tags)
            .width(160)
            .sortable(),
        Column::live(
            SortKey::Uptime.as_str(),
            text!(i18n, servers.uptime),
            |row: Signal<Guest>| {
                view! { <Uptime started_at=Signal::derive(move || row.with(|guest| guest.started_at)) /> }
            },
        )
        .width(110)
        .align(Align::End)
        .sortable(),
        Column::live("menu", text!(i18n, servers.actions), |row: Signal<Guest>| {
            view! { <ServerMenu guest=row /> }
        })
        .width(48)
        .align(Align::Center)
        .hide_header(),
    ]
}

fn name(row: Signal<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let facts = Memo::new(move |_| {
        row.with(|guest| {
            (
                guest.template,
                guest.kind == GuestKind::Lxc,
                guest.made_here,
                guest.lock.clone(),
            )
        })
    });
    let href = Signal::derive(move || row.with(|guest| paths::server(&guest.id)));
    let label = Memo::new(move |_| {
        row.with(|guest| {
            if guest.name.is_empty() {
                guest.id.vmid.to_string()
            } else {
                guest.name.clone()
            }
        })
    });
    let marks = move || {
        let (template, container, made_here, lock) = facts.get();
        view! {
            {template.then(|| view! { <Badge>{text!(i18n, servers.template)}</Badge> })}
            {container.then(|| view! { <Badge>"CT"</Badge> })}
            {lock.map(|lock| view! { <Badge tone=Tone::Warning icon=IconName::Lock>{lock}</Badge> })}
            {(!made_here && !template)
                .then(|| {
                    view! {
                        <Tooltip text=text!(i18n, servers.foreign_hint)>
                            <span class="server-name__foreign">{text!(i18n, servers.foreign)}</span>
                        </Tooltip>
                    }
                })}
        }
    };
    view! {
        <span class="server-name">
            <a class="server-name__link" href=href>
                {move || label.get()}
            </a>
            {marks}
        </span>
    }
}

/// The status; while a task is at work, the task.
fn status(row: Signal<Guest>) -> impl IntoView {
    let running = use_running();
    let id = Memo::new(move |_| row.with(|guest| guest.id.clone()));
    let status = Memo::new(move |_| row.with(|guest| guest.status));
    let task = Memo::new(move |_| id.with(|id| running.of_guest(id)));
    let has_task = Memo::new(move |_| task.with(Option::is_some));
    move || {
        if let (true, Some(first)) = (has_task.get(), task.get_untracked()) {
            let shown = Memo::new(move |last: Option<&drover_types::task::TaskRow>| {
                task.get()
                    .or_else(|| last.cloned())
                    .unwrap_or_else(|| first.clone())
            });
            view! { <TaskProgress task=shown /> }.into_any()
        } else {
            view! { <StatusBadge status=status /> }.into_any()
        }
    }
}

fn share(row: Signal<Guest>, read: fn(&Guest) -> u8) -> impl IntoView {
    let i18n = use_i18n();
    let value = Memo::new(move |_| row.with(|guest| (guest.started_at != 0).then(|| read(guest))));
    let has_value = Memo::new(move |_| value.get().is_some());
    move || {
        has_value.get().then(|| {
            view! {
                <Meter
                    label=text!(i18n, servers.load)
                    value=Signal::derive(move || f64::from(value.get().unwrap_or_default()))
                    text=Signal::derive(move || value.get().map(|value| format!("{value} %")))
                />
            }
        })
    }
}

fn address(guest: &Guest) -> impl IntoView + use<> {
    let more = guest.addresses.len().saturating_sub(1);
    let all = (more > 0).then(|| guest.addresses.join("\n"));
    let first = guest.addresses.first().cloned();
    view! {
        <span title=all>
            {first}
            {(more > 0).then(|| view! { <span class="server-name__more">{format!(" +{more}")}</span> })}
        </span>
    }
}

fn tags(guest: &Guest) -> impl IntoView + use<> {
    let more = guest.tags.len().saturating_sub(MOST_TAGS);
    let all = (more > 0).then(|| guest.tags.join(", "));
    let first: Vec<String> = guest.tags.iter().take(MOST_TAGS).cloned().collect();
    view! {
        <span class="server-tags" title=all>
            {first.into_iter().map(|tag| view! { <Badge>{tag}</Badge> }).collect_view()}
            {(more > 0).then(|| view! { <span class="server-name__more">{format!("+{more}")}</span> })}
        </span>
    }
}
