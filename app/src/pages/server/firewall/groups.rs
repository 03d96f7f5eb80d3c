//! The groups that Drover gives the server, edited as an ordered list: moved by buttons, so that the keyboard can do it.

use drover_types::{
    firewall::{ChainEntry, GroupId},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{add::Add, reader::Reader};
use crate::{
    paths,
    shared::use_refusal,
    texts::{say, text, use_i18n},
};

/// The card.
#[component]
pub fn Groups(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let wanted = reader.wanted;
    let given = Memo::new(move |_| reader.assigned());
    let is_changed = Memo::new(move |_| wanted.with(|wanted| given.with(|given| wanted != given)));
    let is_empty = Memo::new(move |_| wanted.with(Vec::is_empty));
    let assigning = use_refusal(Permission::AssignFirewallGroups);
    let removing = use_refusal(Permission::RemoveFirewallGroups);
    let hindrance = reader.hindrance();
    let unchanged =
        Signal::derive(move || (!is_changed.get()).then(|| say!(i18n, server_firewall.unchanged)));
    let enable = RwSignal::new(true);
    // Whoever only takes groups off switches nothing on.
    let gives = Memo::new(move |_| reader.assignment(wanted.get(), false).taken_off().is_none());
    let offers_enable = Memo::new(move |_| reader.is_own_off() && !is_empty.get() && gives.get());
    let asked = move || reader.assignment(wanted.get(), offers_enable.get() && enable.get());
    let refusal = Signal::derive(move || {
        let refusal = match asked().permission() {
            Permission::RemoveFirewallGroups => removing,
            _ => assigning,
        };
        unchanged
            .get()
            .or_else(|| refusal.get())
            .or_else(|| hindrance.get())
    });
    let apply = move |_| reader.assign(untrack(asked));
    view! {
        <Card title=text!(i18n, server_firewall.groups)>
            <div class="server-firewall__stack">
                <p class="server-firewall__hint">{text!(i18n, server_firewall.groups_hint)}</p>
                <Show when=move || is_empty.get()>
                    <p class="server-firewall__hint">{text!(i18n, server_firewall.no_groups)}</p>
                </Show>
                <ol class="server-firewall__groups" aria-label=text!(i18n, server_firewall.groups)>
                    <For each=move || wanted.get() key=String::clone let:group>
                        <Row reader=reader group=group />
                    </For>
                </ol>
                <Foreign reader=reader />
                <Add reader=reader />
                <Show when=move || offers_enable.get()>
                    <Checkbox
                        label=text!(i18n, server_firewall.enable)
                        value=enable
                        hint=Signal::derive(move || Some(say!(i18n, server_firewall.enable_hint)))
                    />
                </Show>
                <div class="server-firewall__buttons">
                    <Button disabled=unchanged on_click=move |_| reader.discard()>
                        {text!(i18n, server_firewall.discard)}
                    </Button>
                    <Button variant=ButtonVariant::Primary disabled=refusal busy=reader.busy on_click=apply>
                        {text!(i18n, server_firewall.apply)}
                    </Button>
                </div>
            </div>
        </Card>
    }
}

/// What has the focus has it again once the list stands in its new order: an element that moves loses it.
fn keep_focus() {
    let focused = document()
        .active_element()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    request_animation_frame(move || {
        if let Some(element) = focused {
            // What has left the page can't take the focus, which is no fault.
            drop(element.focus());
        }
    });
}

#[component]
fn Row(reader: Reader, group: String) -> impl IntoView {
    let i18n = use_i18n();
    let wanted = reader.wanted;
    let name = StoredValue::new(group);
    let place = Memo::new(move |_| {
        name.with_value(|name| wanted.with(|wanted| wanted.iter().position(|one| one == name)))
    });
    let is_last = Memo::new(move |_| place.get().map(|place| place + 1) == Some(wanted.with(Vec::len)));
    let swap = move |other: fn(usize) -> usize| {
        let Some(place) = place.get_untracked() else {
            return;
        };
        let with = other(place);
        keep_focus();
        wanted.update(|wanted| {
            if place.max(with) < wanted.len() {
                wanted.swap(place, with);
            }
        });
    };
    let remove = move |_| wanted.update(|wanted| name.with_value(|name| wanted.retain(|one| one != name)));
    let first =
        Signal::derive(move || (place.get() == Some(0)).then(|| say!(i18n, server_firewall.is_first)));
    let last = Signal::derive(move || is_last.get().then(|| say!(i18n, server_firewall.is_last)));
    view! {
        <li class="server-firewall__group">
            <GroupLink reader=reader group=name.get_value() />
            <span class="server-firewall__group-buttons">
                <IconButton
                    icon=IconName::ArrowUp
                    size=ButtonSize::Small
                    label=text!(i18n, server_firewall.move_up, name = name.get_value())
                    disabled=first
                    on_click=move |_| swap(|place| place.wrapping_sub(1))
                />
                <IconButton
                    icon=IconName::ArrowDown
                    size=ButtonSize::Small
                    label=text!(i18n, server_firewall.move_down, name = name.get_value())
                    disabled=last
                    on_click=move |_| swap(|place| place + 1)
                />
                <IconButton
                    icon=IconName::X
                    size=ButtonSize::Small
                    label=text!(i18n, server_firewall.remove, name = name.get_value())
                    on_click=remove
                />
            </span>
        </li>
    }
}

/// A group's name, leading to its page.
#[component]
pub(super) fn GroupLink(reader: Reader, group: String) -> impl IntoView {
    let cluster = untrack(|| reader.with(|firewall| firewall.guest.cluster.clone()));
    let href = paths::firewall_group(&GroupId::new(cluster, group.clone()));
    view! {
        <a class="server-firewall__group-name" href=href>
            {group}
        </a>
    }
}

/// The groups in the server's list that Drover has not given and so never takes away. Tracked.
pub(super) fn foreign(reader: Reader) -> Vec<String> {
    reader.with(|firewall| {
        let mut names = Vec::new();
        for entry in &firewall.chain {
            if let ChainEntry::Group(group) = entry
                && !group.assigned_here
                && !names.contains(&group.group)
            {
                names.push(group.group.clone());
            }
        }
        names
    })
}

#[component]
fn Foreign(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let names = Memo::new(move |_| foreign(reader));
    let row = move |group: String| {
        view! {
            <li class="server-firewall__group">
                <GroupLink reader=reader group=group />
                <Badge>{text!(i18n, server_firewall.not_from_drover)}</Badge>
            </li>
        }
    };
    view! {
        <Show when=move || names.with(|names| !names.is_empty())>
            <ul class="server-firewall__groups" aria-label=text!(i18n, server_firewall.foreign)>
                {move || names.get().into_iter().map(row).collect_view()}
            </ul>
        </Show>
    }
}
