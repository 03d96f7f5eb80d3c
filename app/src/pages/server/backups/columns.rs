//! What the table shows of a backup.

use chrono::DateTime;
use drover_types::{
    backup::{Archive, Verification},
    filter::natural,
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{asked::Asker, row_menu::RowMenu};
use crate::{
    shared::{TimeAgo, local, use_utc_offset},
    texts::{text, use_i18n},
};

/// How the time of a backup is written.
pub const MADE_AT: &str = "%Y-%m-%d %H:%M";

/// The columns, in order.
pub fn columns(asker: Asker) -> Vec<Column<Archive>> {
    let i18n = use_i18n();
    let offset = use_utc_offset();
    vec![
        Column::live("made", text!(i18n, server_backups.made), move |row| {
            made(row, offset)
        })
        .width(236)
        .sort_by(|a: &Archive, b: &Archive| a.made_at.cmp(&b.made_at)),
        Column::new("storage", text!(i18n, backups.storage), |one: &Archive| {
            place(one)
        })
        .width(120)
        .sort_by(|a: &Archive, b: &Archive| natural(&place(a), &place(b))),
        Column::new("size", text!(i18n, backups.size), |one: &Archive| {
            units::size(one.bytes)
        })
        .width(90)
        .align(Align::End)
        .sort_by(|a: &Archive, b: &Archive| a.bytes.cmp(&b.bytes)),
        Column::new("format", text!(i18n, server_backups.format), |one: &Archive| {
            one.format.clone()
        })
        .width(90),
        Column::live("notes", text!(i18n, backups.notes), notes)
            .width(140)
            .grow(),
        Column::live("marks", text!(i18n, server_backups.marks), marks).width(272),
        Column::live("menu", text!(i18n, server_backups.actions), move |row| {
            view! { <RowMenu row=row asker=asker /> }
        })
        .width(44)
        .align(Align::Center)
        .hide_header(),
    ]
}

/// The storage, and the node where it is that node's own.
pub fn place(archive: &Archive) -> String {
    match &archive.node {
        Some(node) => format!("{} · {node}", archive.storage),
        None => archive.storage.clone(),
    }
}

fn made(row: Signal<Archive>, offset: Signal<i64>) -> impl IntoView {
    let at = Memo::new(move |_| DateTime::from_timestamp(row.with(|one| one.made_at), 0).unwrap_or_default());
    view! {
        <span class="server-backups__made" title=move || row.with(|one| one.volume.clone())>
            <span>{move || local(at.get(), offset.get(), MADE_AT)}</span>
            <TimeAgo at=at />
        </span>
    }
}

fn notes(row: Signal<Archive>) -> impl IntoView {
    let notes = move || row.with(|one| one.notes.clone().unwrap_or_default());
    view! { <span title=notes>{notes}</span> }
}

/// What is particular about it: protected, verified or broken, encrypted.
fn marks(row: Signal<Archive>) -> impl IntoView {
    let i18n = use_i18n();
    let known = Memo::new(move |_| row.with(|one| (one.protected, one.verification, one.encrypted)));
    move || {
        let (is_protected, verification, is_encrypted) = known.get();
        let verification = verification.map(|verification| match verification {
            Verification::Ok => view! {
                <Badge tone=Tone::Success icon=IconName::Check>
                    {text!(i18n, server_backups.verified)}
                </Badge>
            }
            .into_any(),
            Verification::Failed => view! {
                <Badge tone=Tone::Danger icon=IconName::Alert>
                    {text!(i18n, server_backups.broken)}
                </Badge>
            }
            .into_any(),
        });
        view! {
            <span class="server-backups__marks">
                {is_protected
                    .then(|| {
                        view! {
                            <Badge tone=Tone::Info icon=IconName::Shield>
                                {text!(i18n, server_backups.protected)}
                            </Badge>
                        }
                    })}
                {verification}
                {is_encrypted
                    .then(|| {
                        view! {
                            <Badge icon=IconName::Lock>{text!(i18n, server_backups.encrypted)}</Badge>
                        }
                    })}
            </span>
        }
    }
}
