//! Cells of the list that are more than a text. Their elements are made once for each rendered row, which is handed
//! from server to server while the list is scrolled and filtered; what they show is painted.

use chrono::DateTime;
use drover_types::{
    guest::{GuestKind, GuestStatus, LastBackup},
    task::TaskRow,
    units,
};
use drover_ui::{plain, prelude::*};
use leptos::prelude::*;

use crate::{
    inventory::Guest,
    paths,
    running::use_running,
    shared::{TaskProgress, status_name, status_tone, utc_minute},
    texts::{say, use_i18n, use_lang},
};

/// How many tags stand in a row; the others are counted.
const MOST_TAGS: usize = 2;

/// The name, and what is particular about the guest: container, locked, made elsewhere.
pub(super) fn name(paint: Painter<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let container = |guest: &Guest| (guest.kind == GuestKind::Lxc).then(|| "CT".to_owned());
    let locked = move |guest: &Guest| {
        let lock = guest.lock.clone()?;
        Some(say!(i18n, servers.locked, lock = lock))
    };
    let foreign = move |guest: &Guest| guest.is_foreign().then(|| say!(i18n, servers.foreign_hint));
    view! {
        <span class="server-name">
            <a
                class="server-name__link"
                href=paint.attribute(|guest| Some(paths::server(&guest.id)))
                title=paint.attribute(|guest| Some(label(guest)))
            >
                {paint.text(label)}
            </a>
            {plain::badge(paint, container, Tone::Neutral)}
            {plain::mark(paint, IconName::Lock, locked, Tone::Warning)}
            {plain::mark(paint, IconName::Unlink, foreign, Tone::Neutral)}
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
pub(super) fn status(paint: Painter<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let running = use_running();
    let row = paint.item();
    let task = Memo::new(move |_| row.with(|guest| running.of_guest(&guest.id)));
    let has_task = Memo::new(move |_| task.with(Option::is_some));
    let words = move |guest: &Guest| match (guest.template, guest.status) {
        (true, GuestStatus::Stopped) => say!(i18n, servers.template),
        (_, status) => status_name(status),
    };
    let progress = move || {
        let first = has_task.get().then(|| task.get_untracked()).flatten()?;
        // What has just ended shows what it showed until it is taken away.
        let shown = Memo::new(move |last: Option<&TaskRow>| {
            let now = task.get().or_else(|| last.cloned());
            now.unwrap_or_else(|| first.clone())
        });
        Some(view! { <TaskProgress task=shown /> })
    };
    view! {
        {plain::status_dot(paint, words, |guest| status_tone(guest.status), move || has_task.get())}
        {progress}
    }
}

/// A load in percent; nothing for what is off.
pub(super) fn share(guest: &Guest, percent: u8) -> Option<u8> {
    (guest.started_at != 0).then_some(percent)
}

/// The first address, and how many there are besides.
pub(super) fn address(paint: Painter<Guest>) -> impl IntoView {
    let all = |guest: &Guest| (guest.addresses.len() > 1).then(|| guest.addresses.join("\n"));
    view! {
        <span title=paint.attribute(all)>
            {paint.text(|guest| guest.addresses.first().cloned().unwrap_or_default())}
            <span class="server-name__more">{paint.text(|guest| more(guest.addresses.len(), 1))}</span>
        </span>
    }
}

/// How long ago it was backed up last, by a clock that counts minutes: a list of a thousand would flicker by the second.
pub(super) fn backup(paint: Painter<Guest>, minute: Memo<i64>) -> impl IntoView {
    let (i18n, lang) = (use_i18n(), use_lang());
    let exact = move |guest: &Guest| match guest.last_backup {
        LastBackup::At(at) => DateTime::from_timestamp(at, 0).map(utc_minute),
        LastBackup::Never => None,
        LastBackup::Unknown => Some(say!(i18n, servers.backup_unknown)),
    };
    let age = move |guest: &Guest| match guest.last_backup {
        LastBackup::At(at) => units::age((minute.get() - at) / 60 * 60, lang.get()),
        LastBackup::Never => say!(i18n, servers.backup_never),
        LastBackup::Unknown => "—".to_owned(),
    };
    view! { <span title=paint.attribute(exact)>{paint.text(age)}</span> }
}

/// The first tags, and how many there are besides.
pub(super) fn tags(paint: Painter<Guest>) -> impl IntoView {
    let all = |guest: &Guest| (guest.tags.len() > 1).then(|| guest.tags.join(", "));
    let tag = move |at: usize| {
        plain::badge(
            paint,
            move |guest: &Guest| guest.tags.get(at).cloned(),
            Tone::Neutral,
        )
    };
    // On a narrow screen the style hides all but the first.
    let more = move |shown: usize| paint.text(move |guest| more(guest.tags.len(), shown));
    view! {
        <span class="server-tags" title=paint.attribute(all)>
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
