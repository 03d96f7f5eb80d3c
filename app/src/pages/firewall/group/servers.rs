//! The servers that have the group, and giving it to more.

use drover_types::{
    event::LiveEvent, firewall::Assignment, guest::GuestRow, ids::GuestId, permission::Permission,
    task::TaskKind,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{assign::AssignDialog, edit::Editor};
use crate::{
    inventory::use_inventory,
    layout::{Question, use_confirm},
    live::use_live,
    paths, rpc,
    running::use_running,
    shared::use_refusal,
    texts::{say, text, use_i18n},
};

/// What a server is called.
fn called(row: Option<&GuestRow>, id: &GuestId) -> String {
    match row {
        Some(row) if !row.name.is_empty() => row.name.clone(),
        _ => id.to_string(),
    }
}

/// Whether a task of this kind can change who has the group.
const fn changes_groups(kind: TaskKind) -> bool {
    use TaskKind::{AssignFirewall, CreateServer, DeleteServer, RemoveFirewall};
    matches!(
        kind,
        AssignFirewall | RemoveFirewall | CreateServer | DeleteServer
    )
}

/// The list, with the way to more.
#[component]
pub(super) fn Servers(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let live = use_live();
    let open = RwSignal::new(false);
    let refusal = use_refusal(Permission::AssignFirewallGroups);
    let servers = Memo::new(move |_| editor.group.with(|group| group.summary.servers.clone()));
    // A task that has ended may have changed who has it.
    live.on(move |event| match event {
        LiveEvent::Task { task, .. } if task.state.has_ended() && changes_groups(task.kind) => {
            editor.reload();
        }
        LiveEvent::Resync => editor.reload(),
        _ => {}
    });
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Plus disabled=refusal on_click=move |_| open.set(true)>
                {text!(i18n, firewall.assign)}
            </Button>
        }
    };
    view! {
        <Card title=text!(i18n, firewall.servers_with) actions=actions>
            <p class="firewall__hint" hidden=move || !servers.with(Vec::is_empty)>
                {text!(i18n, firewall.no_servers)}
            </p>
            <ul class="firewall__list">
                <For
                    each=move || servers.get()
                    key=Clone::clone
                    children=move |id| view! { <Server id=id editor=editor /> }
                />
            </ul>
        </Card>
        <AssignDialog editor=editor open=open />
    }
}

#[component]
fn Server(id: GuestId, editor: Editor) -> impl IntoView {
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
        let (id, own) = (id.clone(), editor.id().name);
        let question = || {
            let run = move || {
                let (id, own) = (id.clone(), own.clone());
                async move {
                    let all = rpc::firewall::assigned_firewall_groups().await?;
                    let given = all.into_iter().find(|one| one.guest == id);
                    let assignment = without(given.map(|one| one.groups).unwrap_or_default(), &own);
                    running.take(rpc::firewall::assign_firewall(id, assignment).await?);
                    Ok(())
                }
            };
            let group = editor.id().name;
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

/// Takes one off those that a server has been given; the others stay.
fn without(given: Vec<String>, group: &str) -> Assignment {
    let groups = given.iter().filter(|name| *name != group).cloned().collect();
    Assignment {
        groups,
        enable: false,
        nics: false,
        expected: Some(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_only_take_off_takes_one_off() {
        let asked = without(vec!["web".into(), "ssh".into()], "web");
        assert_eq!(asked.taken_off().as_deref(), Some(&["web".to_owned()][..]));
        assert_eq!(asked.permission(), Permission::RemoveFirewallGroups);
    }
}
