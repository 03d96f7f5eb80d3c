//! Cells of the list that are more than a text.

use drover_types::{guest::GuestKind, task::TaskRow};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    i18n::use_i18n,
    inventory::Guest,
    paths,
    running::use_running,
    shared::{StatusBadge, TaskProgress},
    texts::text,
};

/// How many tags stand in a row; the others are counted.
const MOST_TAGS: usize = 2;

/// The name, and what is particular about the guest.
#[component]
pub(super) fn Name(row: Signal<Guest>) -> impl IntoView {
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
    view! {
        <span class="server-name">
            <a class="server-name__link" href=href title=move || label.get()>
                {move || label.get()}
            </a>
            <Marks row=row />
        </span>
    }
}

/// Template, container, locked, made elsewhere.
#[component]
fn Marks(row: Signal<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let is_template = Memo::new(move |_| row.with(|guest| guest.template));
    let is_container = Memo::new(move |_| row.with(|guest| guest.kind == GuestKind::Lxc));
    let is_foreign = Memo::new(move |_| row.with(|guest| !guest.made_here && !guest.template));
    let lock = Memo::new(move |_| row.with(|guest| guest.lock.clone()));
    move || {
        view! {
            {is_template.get().then(|| view! { <Badge>{text!(i18n, servers.template)}</Badge> })}
            {is_container.get().then(|| view! { <Badge>"CT"</Badge> })}
            {lock
                .get()
                .map(|lock| {
                    view! {
                        <Mark
                            icon=IconName::Lock
                            tone=Tone::Warning
                            text=text!(i18n, servers.locked, lock = lock.clone())
                        />
                    }
                })}
            {is_foreign
                .get()
                .then(|| view! { <Mark icon=IconName::ExternalLink text=text!(i18n, servers.foreign_hint) /> })}
        }
    }
}

/// A small picture that says in words what it means.
#[component]
fn Mark(icon: IconName, #[prop(optional)] tone: Tone, text: Signal<String>) -> impl IntoView {
    view! {
        <Tooltip text=text>
            <span class="server-name__mark" data-tone=tone.as_str()>
                <Icon name=icon />
                <VisuallyHidden>{text}</VisuallyHidden>
            </span>
        </Tooltip>
    }
}

/// The status; while a task is at work, the task.
#[component]
pub(super) fn Status(row: Signal<Guest>) -> impl IntoView {
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
            view! { <TaskProgress task=shown /> }.into_any()
        } else {
            view! { <StatusBadge status=status /> }.into_any()
        }
    }
}

/// A load in percent; nothing for what is off.
#[component]
pub(super) fn Share(row: Signal<Guest>, read: fn(&Guest) -> u8) -> impl IntoView {
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
    let first: Vec<String> = guest.tags.iter().take(MOST_TAGS).cloned().collect();
    view! {
        <span class="server-tags" title=all>
            {first.into_iter().map(|tag| view! { <Badge>{tag}</Badge> }).collect_view()}
            {(more > 0).then(|| view! { <span class="server-name__more">{format!("+{more}")}</span> })}
        </span>
    }
}
