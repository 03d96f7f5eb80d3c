//! The servers that have a role: how it stands on each, giving it to more, and comparing all of them.

use std::collections::BTreeSet;

use drover_types::{
    error::ApiError,
    filter::natural,
    many::MOST_SERVERS,
    permission::Permission,
    role::{RoleKey, RoleStanding},
    task::TaskKind,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    assign_many::AssignMany,
    cells::{drift, last_run, state, version},
    known::Known,
};
use crate::{
    i18n::Locale,
    paths, rpc,
    session::use_session,
    shared::{tell_left_out, use_refusal},
    texts::{say, text, use_i18n, use_lang},
};

/// The card.
#[component]
pub(super) fn Servers(known: Known, key: RoleKey) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let (open, ticked) = (RwSignal::new(false), RwSignal::new(BTreeSet::new()));
    let busy = RwSignal::new(false);
    let own = key.clone();
    let rows = Memo::new(move |_| {
        known.standings.with(|standings| {
            let all = standings.iter().flatten();
            let mut rows: Vec<RoleStanding> = all.filter(|one| one.role == own).cloned().collect();
            rows.sort_by(|a, b| natural(&a.server, &b.server).then_with(|| a.guest.cmp(&b.guest)));
            rows
        })
    });
    let refusal = use_refusal(Permission::AssignRoles);
    let to_assign = Signal::derive(move || {
        let unable = || known.overview.with(|overview| overview.unable.clone());
        refusal
            .get()
            .or_else(|| unable().map(|problem| problem.text(lang.get())))
    });
    let to_check = Signal::derive(move || {
        let none = || rows.with(Vec::is_empty).then(|| say!(i18n, roles.no_servers));
        to_assign.get().or_else(none)
    });
    let check = move |_| {
        let names = rows.with_untracked(|rows| rows.iter().map(|one| one.guest.to_string()).collect());
        busy.set(true);
        spawn_local(async move {
            let answer = session.heeded(check_all(names, toasts, (i18n, lang)).await);
            busy.try_set(false);
            if let Err(error) = answer {
                toasts.show(Toast::danger(error.text(lang.get_untracked())));
            }
        });
    };
    let assign = move || {
        view! {
            <Button
                size=ButtonSize::Small
                icon=IconName::Plus
                variant=ButtonVariant::Primary
                disabled=to_assign
                on_click=move |_| open.set(true)
            >
                {text!(i18n, roles.assign)}
            </Button>
        }
    };
    let actions = move || {
        view! {
            <Button
                size=ButtonSize::Small
                icon=IconName::Refresh
                disabled=to_check
                busy=busy
                on_click=check
            >
                {text!(i18n, roles.check_all)}
            </Button>
            {assign()}
        }
    };
    let empty = move || {
        let is_hidden = known.standings.with(Option::is_none);
        let title = Signal::derive(move || {
            if is_hidden {
                say!(i18n, roles.servers_hidden)
            } else {
                say!(i18n, roles.no_servers)
            }
        });
        view! {
            <EmptyState
                title=title
                description=text!(i18n, roles.no_servers_hint)
                icon=IconName::Server
                actions=assign
            />
        }
    };
    view! {
        <Card title=text!(i18n, roles.servers_with) actions=actions flush=true>
            <div class="roles__servers">
                <DataTable
                    label=text!(i18n, roles.servers_with)
                    rows=rows
                    row_key=|one: &RoleStanding| one.guest.to_string()
                    columns=columns()
                    empty=empty
                    page_keys=true
                />
            </div>
        </Card>
        <AssignMany known=known open=open ticked=ticked role=key />
    }
}

fn columns() -> Vec<Column<RoleStanding>> {
    let i18n = use_i18n();
    let server = |row: Signal<RoleStanding>| {
        let href = move || row.with(|one| paths::server_tab(&one.guest, paths::ROLES_TAB));
        view! { <a href=href>{move || row.with(|one| one.server.clone())}</a> }
    };
    vec![
        Column::live("server", text!(i18n, roles.server), server)
            .width(160)
            .grow()
            .sort_by(|a: &RoleStanding, b: &RoleStanding| natural(&a.server, &b.server)),
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
    ]
}

/// Compares every role of these servers, so many at once as the server takes.
async fn check_all(
    names: Vec<String>,
    toasts: Toasts,
    (i18n, lang): (Signal<Locale>, Signal<drover_types::lang::Lang>),
) -> Result<(), ApiError> {
    for some in names.chunks(MOST_SERVERS) {
        let acted = rpc::roles::check_roles(some.to_vec()).await?;
        tell_left_out(&acted, toasts, i18n, lang)?;
        if let Some(task) = acted.task {
            untrack(|| {
                let begun = Toast::success(TaskKind::CheckRoles.name(lang.get()));
                toasts.show(begun.link(say!(i18n, roles.show_task), paths::task(&task)));
            });
        }
    }
    Ok(())
}
