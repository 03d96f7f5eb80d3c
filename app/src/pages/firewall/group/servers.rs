//! The servers that have the group, and giving it to more.

use drover_types::{
    firewall::{AssignedGroups, Assignment, GroupSummary},
    guest::GuestRow,
    ids::GuestId,
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::assign::AssignDialog;
use crate::{
    inventory::use_inventory,
    layout::{Question, use_confirm},
    paths, rpc,
    running::use_running,
    shared::use_refusal,
    texts::{say, text, use_i18n},
};

/// What a server is called.
pub(super) fn called(row: Option<&GuestRow>, id: &GuestId) -> String {
    match row {
        Some(row) if !row.name.is_empty() => row.name.clone(),
        _ => id.to_string(),
    }
}

/// The list, with the way to more.
#[component]
pub(super) fn Servers(group: GroupSummary, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let running = use_running();
    let open = RwSignal::new(false);
    let refusal = use_refusal(Permission::AssignFirewallGroups);
    let group = StoredValue::new(group);
    let servers = group.with_value(|group| group.servers.clone());
    // A task on one of them may have changed who has it.
    let at_work = {
        let servers = servers.clone();
        Memo::new(move |_| servers.iter().filter(|id| running.of_guest(id).is_some()).count())
    };
    Effect::new(move |last: Option<usize>| {
        let now = at_work.get();
        if last.is_some_and(|last| now < last) {
            reload.run(());
        }
        now
    });
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Plus disabled=refusal on_click=move |_| open.set(true)>
                {text!(i18n, firewall.assign)}
            </Button>
        }
    };
    let is_empty = servers.is_empty();
    view! {
        <Card title=text!(i18n, firewall.servers_with) actions=actions>
            {is_empty.then(|| view! { <p class="firewall__hint">{text!(i18n, firewall.no_servers)}</p> })}
            <ul class="firewall__list">
                {servers
                    .into_iter()
                    .map(|id| view! { <Server id=id group=group reload=reload /> })
                    .collect_view()}
            </ul>
        </Card>
        <AssignDialog group=group open=open reload=reload />
    }
}

#[component]
fn Server(id: GuestId, group: StoredValue<GroupSummary>, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let confirm = use_confirm();
    let running = use_running();
    let refusal = use_refusal(Permission::RemoveFirewallGroups);
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let name = {
        let id = id.clone();
        Memo::new(move |_| called(inventory.guest(&id).as_deref(), &id))
    };
    let href = paths::server_tab(&id, paths::FIREWALL_TAB);
    let ask = move |_| {
        let (id, own) = (id.clone(), group.with_value(|group| group.name.clone()));
        let question = || {
            let run = move || {
                let (id, own) = (id.clone(), own.clone());
                async move {
                    let groups = left_without(&rpc::firewall::assigned_firewall_groups().await?, &id, &own);
                    let assignment = Assignment {
                        groups,
                        enable: false,
                        nics: false,
                    };
                    running.take(rpc::firewall::assign_firewall(id, assignment).await?);
                    spawn_local(async move { reload.run(()) });
                    Ok(())
                }
            };
            let group = group.with_value(|group| group.name.clone());
            Question::new(
                say!(i18n, firewall.take_off_title, group = group, server = name.get()),
                say!(i18n, firewall.take_off_body),
                say!(i18n, firewall.take_off),
                run,
            )
        };
        confirm.ask(owner.with_value(|owner| owner.with(|| untrack(question))));
    };
    view! {
        <li class="firewall__server">
            <a href=href>{name}</a>
            <IconButton
                icon=IconName::X
                size=ButtonSize::Small
                label=Signal::derive(move || say!(i18n, firewall.take_off_of, server = name.get()))
                disabled=refusal
                on_click=ask
            />
        </li>
    }
}

/// The groups that Drover has given a server, but one.
fn left_without(all: &[AssignedGroups], id: &GuestId, group: &str) -> Vec<String> {
    let own = all.iter().find(|one| one.guest == *id);
    let groups = own.map(|one| one.groups.clone()).unwrap_or_default();
    groups.into_iter().filter(|name| name != group).collect()
}
