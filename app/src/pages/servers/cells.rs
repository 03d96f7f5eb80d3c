//! Cells of the list that are more than a text. Each has one memo and one closure: a list of thousands is
//! scrolled through, and every row is made on the way.

use drover_types::{guest::GuestKind, task::TaskRow};
use drover_ui::{plain, prelude::*};
use leptos::prelude::*;

use crate::{
    inventory::Guest,
    paths,
    running::use_running,
    shared::{TaskProgress, status_name, status_tone},
    texts::{say, use_i18n},
};

/// How many tags stand in a row; the others are counted.
const MOST_TAGS: usize = 2;

/// What the first cell shows.
#[derive(Clone, PartialEq)]
struct Title {
    name: String,
    href: String,
    is_template: bool,
    is_container: bool,
    is_foreign: bool,
    lock: Option<String>,
}

impl Title {
    fn of(guest: &Guest) -> Self {
        Self {
            name: if guest.name.is_empty() {
                guest.id.vmid.to_string()
            } else {
                guest.name.clone()
            },
            href: paths::server(&guest.id),
            is_template: guest.template,
            is_container: guest.kind == GuestKind::Lxc,
            is_foreign: !guest.made_here && !guest.template,
            lock: guest.lock.clone(),
        }
    }
}

/// The name, and what is particular about the guest: template, container, locked, made elsewhere.
pub(super) fn name(row: Signal<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let title = Memo::new(move |_| row.with(Title::of));
    move || {
        let title = title.get();
        let hint = title.name.clone();
        let locked = title.lock.map(|lock| {
            plain::mark(
                IconName::Lock,
                say!(i18n, servers.locked, lock = lock),
                Tone::Warning,
            )
        });
        let foreign = || {
            plain::mark(
                IconName::ExternalLink,
                say!(i18n, servers.foreign_hint),
                Tone::Neutral,
            )
        };
        view! {
            <span class="server-name">
                <a class="server-name__link" href=title.href title=hint>
                    {title.name}
                </a>
                {title.is_template.then(|| plain::badge(say!(i18n, servers.template), Tone::Neutral))}
                {title.is_container.then(|| plain::badge("CT".to_owned(), Tone::Neutral))}
                {locked}
                {title.is_foreign.then(foreign)}
            </span>
        }
    }
}

/// The status; while a task is at work, the task.
pub(super) fn status(row: Signal<Guest>) -> impl IntoView {
    let running = use_running();
    let id = Memo::new(move |_| row.with(|guest| guest.id.clone()));
    let status = Memo::new(move |_| row.with(|guest| guest.status));
    let task = Memo::new(move |_| id.with(|id| running.of_guest(id)));
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
        let status = status.get();
        let tone = status_tone(status);
        plain::status_dot(status_name(status), tone, tone == Tone::Info).into_any()
    }
}

/// A load in percent; nothing for what is off.
pub(super) fn share(row: Signal<Guest>, read: fn(&Guest) -> u8) -> impl IntoView {
    let value = Memo::new(move |_| row.with(|guest| (guest.started_at != 0).then(|| read(guest))));
    move || value.get().map(plain::meter)
}

/// The first address, and how many there are besides.
pub(super) fn address(guest: &Guest) -> impl IntoView + use<> {
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

/// The first tags, and how many there are besides.
pub(super) fn tags(guest: &Guest) -> impl IntoView + use<> {
    let more = guest.tags.len().saturating_sub(MOST_TAGS);
    let all = (more > 0).then(|| guest.tags.join(", "));
    let badge = |tag: &String| plain::badge(tag.clone(), Tone::Neutral);
    view! {
        <span class="server-tags" title=all>
            {guest.tags.iter().take(MOST_TAGS).map(badge).collect_view()}
            {(more > 0).then(|| view! { <span class="server-name__more">{format!("+{more}")}</span> })}
        </span>
    }
}
