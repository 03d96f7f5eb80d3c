//! What can be done with one role of the server, and why not.

use drover_types::{
    permission::Permission,
    role::{RoleAssignment, RoleKey, RoleRemoval, RoleStanding},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::reader::{Reader, use_hindrance};
use crate::{
    layout::{Question, use_confirm},
    pages::roles::role_name,
    rpc,
    texts::{say, text, use_i18n},
};

/// The menu.
#[component]
pub fn RowMenu(row: Signal<RoleStanding>, reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let to_assign = use_hindrance(reader, Permission::AssignRoles);
    let to_remove = use_hindrance(reader, Permission::RemoveRole);
    let key = move || row.with_untracked(|one| one.role.clone());
    let is_known = Memo::new(move |_| {
        reader.with_catalogue(|all| row.with(|one| all.iter().any(|it| it.key == one.role)))
    });
    // Without its folder there is nothing to install.
    let to_apply = Signal::derive(move || {
        let gone = || (!is_known.get()).then(|| say!(i18n, server_roles.unknown));
        to_assign.get().or_else(gone)
    });
    let apply = move |()| {
        // With the variables that it has.
        let again = rpc::roles::assign_role(reader.id(), RoleAssignment::plain(key()));
        reader.send(again, move |queued| reader.queued(queued));
    };
    let check = move |()| {
        let check = rpc::roles::check_role(reader.id(), Some(key()));
        reader.send(check, move |task| reader.begun(task));
    };
    let remove = move |()| {
        let question = || removal(reader, key());
        confirm.ask(owner.with_value(|owner| owner.with(|| untrack(question))));
    };
    let label = Signal::derive(move || {
        let name = row.with(|one| reader.with_catalogue(|all| role_name(all, &one.role)));
        say!(i18n, server_roles.actions_of, role = name)
    });
    view! {
        <Menu label=label icon=IconName::More icon_only=true size=ButtonSize::Small align=MenuAlign::End>
            <MenuItem
                label=text!(i18n, server_roles.apply)
                icon=IconName::Play
                disabled=to_apply
                on_select=apply
            />
            <MenuItem
                label=text!(i18n, server_roles.change)
                icon=IconName::Edit
                disabled=to_apply
                on_select=move |()| reader.ask_assign(Some(key()))
            />
            <MenuItem
                label=text!(i18n, server_roles.check)
                icon=IconName::Refresh
                disabled=to_apply
                on_select=check
            />
            <MenuSeparator />
            <MenuItem
                label=text!(i18n, server_roles.remove)
                icon=IconName::Trash
                tone=Tone::Danger
                disabled=to_remove
                on_select=remove
            />
        </Menu>
    }
}

/// What is asked before a role is removed: what stays, and whether what it has set up is taken back.
fn removal(reader: Reader, key: RoleKey) -> Question {
    let i18n = use_i18n();
    let (name, can_undo) = reader.with_catalogue(|all| {
        let can_undo = all.iter().any(|one| one.key == key && one.uninstalls);
        (role_name(all, &key), can_undo)
    });
    let uninstall = ArcRwSignal::new(false);
    let chosen = uninstall.clone();
    let question = Question::new(
        say!(
            i18n,
            server_roles.remove_title,
            role = name,
            server = reader.name()
        ),
        say!(i18n, server_roles.remove_body),
        say!(i18n, server_roles.remove_now),
        move || {
            let removal = RoleRemoval {
                role: Some(key.clone()),
                uninstall: chosen.get_untracked(),
            };
            async move {
                if let Some(task) = rpc::roles::remove_role(reader.id(), removal).await? {
                    reader.begun(task);
                }
                reader.load();
                Ok(())
            }
        },
    );
    if !can_undo {
        return question;
    }
    question.with(move || {
        view! {
            <Checkbox
                label=text!(i18n, server_roles.uninstall)
                value=RwSignal::from(uninstall.clone())
                hint=Signal::derive(move || Some(say!(i18n, server_roles.uninstall_hint)))
            />
        }
        .into_any()
    })
}
