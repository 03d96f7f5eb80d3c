//! The areas of the interface; only those that exist.

use drover_types::permission::Permission;
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::frame::use_frame;
use crate::{
    inventory::use_inventory,
    monitoring::use_monitoring,
    paths,
    preferences::use_preferences,
    running::use_running,
    session::use_session,
    texts::{text, use_i18n},
};

/// The sidebar.
#[component]
pub(super) fn Sidebar() -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let running = use_running();
    let session = use_session();
    let manages_users =
        Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::ManageUsers)) == Some(true));
    let servers = Signal::derive(move || inventory.is_loaded().then(|| inventory.count()));
    let tasks = Signal::derive(move || Some(running.count()).filter(|count| *count > 0));
    let monitoring = use_monitoring();
    let sees_all =
        Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::ViewAll)) == Some(true));
    let alerts = Signal::derive(move || monitoring.raised().filter(|count| *count > 0));
    view! {
        <aside class="sidebar">
            <a class="sidebar__brand" href=paths::OVERVIEW>
                <Icon name=IconName::Layers />
                <span class="sidebar__text">"Drover"</span>
            </a>
            <nav class="sidebar__nav" aria-label=text!(i18n, layout.areas)>
                <ul>
                    <Entry path=paths::OVERVIEW icon=IconName::Grid label=text!(i18n, layout.overview) />
                    <Entry
                        path=paths::SERVERS
                        icon=IconName::Server
                        label=text!(i18n, layout.servers)
                        count=servers
                    />
                    <Entry path=paths::TASKS icon=IconName::List label=text!(i18n, layout.tasks) count=tasks />
                    <Entry path=paths::BACKUPS icon=IconName::Archive label=text!(i18n, backups.title) />
                    <Entry path=paths::STORAGE icon=IconName::Database label=text!(i18n, layout.storage) />
                    <Entry path=paths::FIREWALL icon=IconName::Shield label=text!(i18n, firewall.title) />
                    <Entry path=paths::ROLES icon=IconName::Layers label=text!(i18n, roles.title) />
                    {move || {
                        sees_all
                            .get()
                            .then(|| {
                                view! {
                                    <Entry
                                        path=paths::MONITORING
                                        icon=IconName::Chart
                                        label=text!(i18n, monitoring.title)
                                        count=alerts
                                    />
                                }
                            })
                    }}
                    {move || {
                        manages_users
                            .get()
                            .then(|| {
                                view! {
                                    <Entry path=paths::USERS icon=IconName::Users label=text!(i18n, users.title) />
                                    <Entry path=paths::AUDIT icon=IconName::History label=text!(i18n, audit.title) />
                                }
                            })
                    }}
                </ul>
            </nav>
            <div class="sidebar__foot">
                <Narrow />
            </div>
        </aside>
    }
}

#[component]
fn Entry(
    path: &'static str,
    icon: IconName,
    label: Signal<String>,
    #[prop(optional)] count: Signal<Option<usize>>,
) -> impl IntoView {
    let frame = use_frame();
    let here = use_location().pathname;
    let is_here = Memo::new(move |_| {
        here.with(|here| match here.strip_prefix(path) {
            Some(rest) => {
                path == paths::OVERVIEW && rest.is_empty() || path != paths::OVERVIEW && at_end(rest)
            }
            None => false,
        })
    });
    view! {
        <li>
            <a
                class="sidebar__link"
                href=path
                aria-current=move || is_here.get().then_some("page")
                title=label
                on:click=move |_| frame.sidebar.set(false)
            >
                <Icon name=icon />
                <span class="sidebar__text">{label}</span>
                {move || count.get().map(|count| view! { <span class="sidebar__count">{count}</span> })}
            </a>
        </li>
    }
}

/// Whether nothing or a part of its own follows, so that `/servers` is not the area of `/serversaurus`.
fn at_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// Shows icons only, or names too.
#[component]
fn Narrow() -> impl IntoView {
    let i18n = use_i18n();
    let narrow = use_preferences().narrow_sidebar;
    let label = Signal::derive(move || {
        if narrow.get() {
            crate::texts::say!(i18n, layout.widen)
        } else {
            crate::texts::say!(i18n, layout.narrow)
        }
    });
    view! {
        <button
            type="button"
            class="sidebar__link sidebar__narrow"
            aria-pressed=move || narrow.get().to_string()
            title=label
            on:click=move |_| narrow.update(|narrow| *narrow = !*narrow)
        >
            <Icon name=IconName::Panel />
            <span class="sidebar__text">{label}</span>
        </button>
    }
}
