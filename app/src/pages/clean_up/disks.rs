//! Disks whose server is gone, and the question before they are deleted.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::{ids::GuestId, removal::OrphanDisk, units::size};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    looked::Looked,
    section::{ListSection, Words},
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    running::use_running,
    shared::{TaskProgress, TimeAgo},
    texts::{say, text, use_i18n},
};

fn key(row: &OrphanDisk) -> String {
    format!("{}/{}/{}", row.cluster, row.node, row.volume)
}

/// Whose it was; names the cluster too, for volumes of two clusters may be called the same.
fn guest(row: &OrphanDisk) -> GuestId {
    GuestId::new(row.cluster.clone(), row.vmid)
}

/// The section.
#[component]
pub(super) fn OrphanDisks() -> impl IntoView {
    let i18n = use_i18n();
    let looked = Looked::new(|| Box::pin(rpc::cleanup::orphan_disks()));
    let ticked = RwSignal::new(BTreeSet::<String>::new());
    let words = Words {
        title: text!(i18n, clean_up.disks),
        act: text!(i18n, clean_up.purge),
        empty: text!(i18n, clean_up.disks_none),
        empty_hint: Signal::derive(move || Some(say!(i18n, clean_up.disks_none_hint))),
    };
    view! {
        <ListSection
            words=words
            looked=looked
            row_key=key
            row_name=|row: &OrphanDisk| row.volume.clone()
            columns=columns()
            ticked=ticked
            on_act=use_purge(looked, ticked)
        />
    }
}

fn columns() -> Vec<Column<OrphanDisk>> {
    let i18n = use_i18n();
    vec![
        Column::live("volume", text!(i18n, clean_up.volume), volume)
            .width(240)
            .grow()
            .sort_by(|a: &OrphanDisk, b: &OrphanDisk| a.volume.cmp(&b.volume)),
        Column::new("storage", text!(i18n, clean_up.storage), |row: &OrphanDisk| {
            row.storage.clone()
        })
        .width(130)
        .sort_by(|a: &OrphanDisk, b: &OrphanDisk| a.storage.cmp(&b.storage)),
        Column::new("node", text!(i18n, clean_up.node), |row: &OrphanDisk| {
            row.node.clone()
        })
        .width(100)
        .sort_by(|a: &OrphanDisk, b: &OrphanDisk| a.node.cmp(&b.node)),
        Column::new("guest", text!(i18n, clean_up.guest), |row: &OrphanDisk| {
            guest(row).to_string()
        })
        .width(120)
        .sort_by(|a: &OrphanDisk, b: &OrphanDisk| guest(a).cmp(&guest(b))),
        Column::live("size", text!(i18n, clean_up.size), |row: Signal<OrphanDisk>| {
            move || size_of(row.with(|row| row.size_bytes))
        })
        .width(90)
        .align(Align::End)
        .sort_by(|a: &OrphanDisk, b: &OrphanDisk| a.size_bytes.cmp(&b.size_bytes)),
        Column::live("made", text!(i18n, clean_up.made), |row: Signal<OrphanDisk>| {
            let at = Memo::new(move |_| row.with(|row| row.made_at));
            move || at.get().map(|at| view! { <TimeAgo at=Signal::stored(at) /> })
        })
        .width(110)
        .sort_by(|a: &OrphanDisk, b: &OrphanDisk| a.made_at.cmp(&b.made_at)),
    ]
}

fn size_of(bytes: Option<u64>) -> String {
    let i18n = use_i18n();
    bytes.map_or_else(|| say!(i18n, clean_up.unknown_size), size)
}

/// The volume; while a task is at work on those of its guest, the task.
fn volume(row: Signal<OrphanDisk>) -> impl IntoView {
    let running = use_running();
    let task = Memo::new(move |_| running.of_guest(&row.with(guest)));
    move || {
        if let Some(task) = task.get() {
            return view! { <TaskProgress task=Signal::stored(task) /> }.into_any();
        }
        let volume = row.with(|row| row.volume.clone());
        let hint = volume.clone();
        view! { <span title=hint>{volume}</span> }.into_any()
    }
}

/// Asks with the list of what goes, then starts the tasks.
fn use_purge(looked: Looked<OrphanDisk>, ticked: RwSignal<BTreeSet<String>>) -> Callback<Vec<OrphanDisk>> {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let owner = Owner::current();
    Callback::new(move |chosen: Vec<OrphanDisk>| {
        // Local storages of two nodes may have volumes of one name: Drover deletes both.
        let is_meant = |row: &&OrphanDisk| {
            chosen
                .iter()
                .any(|one| one.cluster == row.cluster && one.volume == row.volume)
        };
        let rows: Vec<OrphanDisk> = looked
            .rows
            .with_untracked(|rows| rows.iter().flatten().filter(is_meant).cloned().collect());
        let mut volumes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in &rows {
            volumes
                .entry(row.cluster.clone())
                .or_default()
                .insert(row.volume.clone());
        }
        let run = move || {
            let volumes = volumes.clone();
            async move {
                for (cluster, volumes) in volumes {
                    // Events tell of the tasks, and may come before this answer.
                    rpc::cleanup::purge_disks(cluster.clone(), volumes.into_iter().collect()).await?;
                    let of_other = |key: &String| !key.starts_with(&format!("{cluster}/"));
                    ticked.try_update(|ticked| ticked.retain(of_other));
                }
                Ok(())
            }
        };
        let ask = move || {
            let count = rows.len();
            let total = size(rows.iter().filter_map(|row| row.size_bytes).sum());
            let title = say!(i18n, clean_up.purge_title, count = count as u64);
            let body = say!(i18n, clean_up.purge_body);
            let label = say!(i18n, clean_up.purge_type, number = count);
            let question = Question::new(title, body, say!(i18n, clean_up.purge), run);
            confirm.ask(question.typed(count.to_string(), label).with(move || {
                let line = |row: &OrphanDisk| {
                    let row = row.clone();
                    let whose = guest(&row);
                    view! {
                        <li>
                            {move || format!("{} · {whose} · {} · {}", row.volume, row.node, size_of(row.size_bytes))}
                        </li>
                    }
                };
                let total = total.clone();
                view! {
                    <ul class="clean-up__plan">{rows.iter().map(line).collect_view()}</ul>
                    <p>{text!(i18n, clean_up.purge_total, size = total.clone())}</p>
                }
                .into_any()
            }));
        };
        // A handler has no owner of its own; texts need the context of the component.
        match &owner {
            Some(owner) => owner.with(|| untrack(ask)),
            None => untrack(ask),
        }
    })
}
