//! The card: the server's roles in a table, and what can be done with all of them.

use drover_types::{permission::Permission, role::RoleStanding};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    reader::{Reader, use_hindrance},
    row_menu::RowMenu,
};
use crate::{
    pages::roles::{drift, last_run, role_name, state, version},
    paths, rpc,
    texts::{say, text, use_i18n},
};

/// The card.
#[component]
pub fn List(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let rows = Memo::new(move |_| reader.with(|found| found.roles.clone()));
    let hindrance = use_hindrance(reader, Permission::AssignRoles);
    let to_check = Signal::derive(move || {
        let none = || rows.with(Vec::is_empty).then(|| say!(i18n, server_roles.none));
        hindrance.get().or_else(none)
    });
    let check = move |_| {
        let all = rpc::roles::check_role(reader.id(), None);
        reader.send(all, move |task| reader.begun(task));
    };
    let assign = move || {
        view! {
            <Button
                size=ButtonSize::Small
                icon=IconName::Plus
                variant=ButtonVariant::Primary
                disabled=hindrance
                on_click=move |_| reader.ask_assign(None)
            >
                {text!(i18n, server_roles.assign)}
            </Button>
        }
    };
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Refresh disabled=to_check on_click=check>
                {text!(i18n, server_roles.check_all)}
            </Button>
            {assign()}
        }
    };
    let empty = move || {
        view! {
            <EmptyState
                title=text!(i18n, server_roles.none)
                description=text!(i18n, server_roles.none_hint)
                icon=IconName::Layers
                actions=assign
            />
        }
    };
    view! {
        <Card title=text!(i18n, roles.title) actions=actions flush=true>
            <DataTable
                label=text!(i18n, server_roles.list)
                rows=rows
                row_key=|one: &RoleStanding| one.role.to_string()
                columns=columns(reader)
                empty=empty
            />
        </Card>
    }
}

fn columns(reader: Reader) -> Vec<Column<RoleStanding>> {
    let i18n = use_i18n();
    let role = move |row: Signal<RoleStanding>| {
        let key = Memo::new(move |_| row.with(|one| one.role.clone()));
        let name = move || reader.with_catalogue(|all| role_name(all, &key.get()));
        view! {
            <a href=move || paths::role(&key.get()) title=move || key.get().to_string()>
                {name}
            </a>
        }
    };
    vec![
        Column::live("role", text!(i18n, roles.role), role)
            .width(150)
            .grow(),
        Column::new("state", text!(i18n, roles.state), |one: &RoleStanding| state(one)).width(130),
        Column::new("version", text!(i18n, roles.version), |one: &RoleStanding| {
            version(one)
        })
        .width(190),
        Column::new("last_run", text!(i18n, roles.last_run), |one: &RoleStanding| {
            last_run(one)
        })
        .width(250),
        Column::new("drift", text!(i18n, roles.drift), |one: &RoleStanding| drift(one)).width(240),
        Column::live("menu", text!(i18n, roles.actions), move |row| {
            view! { <RowMenu row=row reader=reader /> }
        })
        .width(44)
        .align(Align::Center)
        .hide_header(),
    ]
}
