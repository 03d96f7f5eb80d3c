//! Cells of the list that are more than a text. Their elements are made once for each rendered row, which is handed
//! from server to server while the list is scrolled and filtered; what they show follows in closures of their own.

use chrono::DateTime;
use drover_types::{
    guest::{GuestKind, GuestStatus, LastBackup},
    task::TaskRow,
    units,
};
use drover_ui::{plain, prelude::*};
use leptos::prelude::*;

use crate::{
    clock::use_now,
    inventory::Guest,
    paths,
    running::use_running,
    shared::{TaskProgress, status_name, status_tone, utc_minute},
    texts::{say, use_i18n, use_lang},
};

/// How many tags stand in a row; the others are counted.
const MOST_TAGS: usize = 2;

/// The name, and what is particular about the guest: container, locked, made elsewhere.
pub(super) fn name(row: Signal<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || row.with(label);
    // What makes elements has a memo before it: they are not made again where it stays as it is.
    let is_foreign = Memo::new(move |_| row.with(|guest| guest.is_foreign()));
    let lock = Memo::new(move |_| row.with(|guest| guest.lock.clone()));
    let container = move || {
        row.with(|guest| guest.kind == GuestKind::Lxc)
            .then(|| "CT".to_owned())
    };
    let locked = move || {
        lock.get().map(|lock| {
            let words = say!(i18n, servers.locked, lock = lock);
            plain::mark(IconName::Lock, words, Tone::Warning)
        })
    };
    let foreign = move || {
        is_foreign.get().then(|| {
            let words = say!(i18n, servers.foreign_hint);
            plain::mark(IconName::Unlink, words, Tone::Neutral)
        })
    };
    view! {
        <span class="server-name">
            <a
                class="server-name__link"
                href=move || row.with(|guest| paths::server(&guest.id))
                title=name
            >
                {name}
            </a>
            {plain::badge(container, Tone::Neutral)}
            {locked}
            {foreign}
        </span>
    }
}

/// What a guest is called; one without a name by its number.
fn label(guest: &Guest) -> String {
    if guest.name.is_empty() {
        guest.id.vmid.to_string()
    } else {
        guest.name.clone()
    }
}

/// The status; while a task is at work, the task. A template has none of its own: it never runs.
pub(super) fn status(row: Signal<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let running = use_running();
    let tone = move || status_tone(row.with(|guest| guest.status));
    let words = move || match row.with(|guest| (guest.template, guest.status)) {
        (true, GuestStatus::Stopped) => say!(i18n, servers.template),
        (_, status) => status_name(status),
    };
    let task = Memo::new(move |_| row.with(|guest| running.of_guest(&guest.id)));
    let has_task = Memo::new(move |_| task.with(Option::is_some));
    move || {
        if let (true, Some(first)) = (has_task.get(), task.get_untracked()) {
            // What has just ended shows what it showed until it is taken away.
            let shown = Memo::new(move |last: Option<&TaskRow>| {
                let now = task.get().or_else(|| last.cloned());
                now.unwrap_or_else(|| first.clone())
            });
            return view! { <TaskProgress task=shown /> }.into_any();
        }
        plain::status_dot(words, tone).into_any()
    }
}

/// A load in percent; nothing for what is off.
pub(super) fn share(row: Signal<Guest>, read: fn(&Guest) -> u8) -> impl IntoView {
    plain::meter(move || row.with(|guest| (guest.started_at != 0).then(|| read(guest))))
}

/// The first address, and how many there are besides.
pub(super) fn address(row: Signal<Guest>) -> impl IntoView {
    let first = move || row.with(|guest| guest.addresses.first().cloned().unwrap_or_default());
    let all = move || row.with(|guest| (guest.addresses.len() > 1).then(|| guest.addresses.join("\n")));
    let more = move || row.with(|guest| more(guest.addresses.len(), 1));
    view! {
        <span title=all>{first} <span class="server-name__more">{more}</span></span>
    }
}

/// How long ago it was backed up last.
pub(super) fn backup(row: Signal<Guest>) -> impl IntoView {
    let (i18n, lang, now) = (use_i18n(), use_lang(), use_now());
    let at = Memo::new(move |_| row.with(|guest| guest.last_backup));
    let exact = move || match at.get() {
        LastBackup::At(at) => DateTime::from_timestamp(at, 0).map(utc_minute),
        LastBackup::Never => None,
        LastBackup::Unknown => Some(say!(i18n, servers.backup_unknown)),
    };
    // A list of a thousand would flicker by the second.
    let age = Memo::new(move |_| {
        let ago = |at: i64| units::age((now.get() - at) / 60 * 60, lang.get());
        match at.get() {
            LastBackup::At(at) => ago(at),
            LastBackup::Never => say!(i18n, servers.backup_never),
            LastBackup::Unknown => "—".to_owned(),
        }
    });
    view! { <span title=exact>{move || age.get()}</span> }
}

/// The first tags, and how many there are besides.
pub(super) fn tags(row: Signal<Guest>) -> impl IntoView {
    let all = move || row.with(|guest| (guest.tags.len() > 1).then(|| guest.tags.join(", ")));
    let tag = move |at: usize| {
        plain::badge(
            move || row.with(|guest| guest.tags.get(at).cloned()),
            Tone::Neutral,
        )
    };
    // On a narrow screen the style hides all but the first.
    let more = move |shown: usize| move || row.with(|guest| more(guest.tags.len(), shown));
    view! {
        <span class="server-tags" title=all>
            {(0..MOST_TAGS).map(tag).collect_view()}
            <span class="server-name__more server-tags__more-narrow">{more(1)}</span>
            <span class="server-name__more server-tags__more">{more(MOST_TAGS)}</span>
        </span>
    }
}

/// How many of `count` are not shown, as ` +2`: the space sets it off from a text, and counts for nothing in a row of boxes.
fn more(count: usize, shown: usize) -> String {
    match count.saturating_sub(shown) {
        0 => String::new(),
        more => format!(" +{more}"),
    }
}
