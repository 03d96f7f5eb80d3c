//! The route and the page: the server's row comes from the server first, and from the browser's own copy once
//! that is loaded.

use std::sync::Arc;

use drover_types::{
    error::{ApiError, ErrorCode},
    guest::GuestRow,
    ids::GuestId,
    task::TaskFilter,
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{
    LazyRoute,
    hooks::{use_params_map, use_query_map},
    lazy_route,
};

use super::{
    actions::Actions,
    backups::{Backups, Reader as BackupsReader},
    edit::Editor,
    firewall::{Firewall, Reader},
    hardware::Hardware,
    header::Header,
    log::Log,
    network::Network,
    overview::Overview,
    roles::{Reader as RolesReader, Roles},
    tabs::{Part, Parts},
};
use crate::{
    inventory::{Guest, use_inventory},
    layout::Page,
    pages::tasks::TaskList,
    paths, rpc,
    shared::{Awaited, ErrorCallout, StaleCallout},
    texts::{say, text, use_i18n},
};

/// One server.
pub struct Server;

#[lazy_route]
impl LazyRoute for Server {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <ServerPage /> }.into_any()
    }
}

#[component]
fn ServerPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let text = Memo::new(move |_| params.with(|params| params.get_str("id").unwrap_or_default().to_owned()));
    let loaded = Resource::new(
        move || text.get(),
        |text| async move {
            match text.parse::<GuestId>() {
                Ok(id) => rpc::servers::server_row(id).await,
                Err(_) => Err(ApiError::new(
                    ErrorCode::ResourceNotFound,
                    Problem::ServerNotFound { server: text },
                )),
            }
        },
    );
    let show = move |row: Result<GuestRow, ApiError>| match row {
        Ok(row) => view! { <Known first=row /> }.into_any(),
        Err(error) => {
            let is_gone = error.code == ErrorCode::ResourceNotFound;
            view! {
                <Page title=Signal::derive(move || text.get())>
                    <Path here=Signal::derive(move || text.get()) />
                    {if is_gone {
                        view! { <Gone id=text.get_untracked() /> }.into_any()
                    } else {
                        view! { <ErrorCallout error=error on_retry=move |()| loaded.refetch() /> }.into_any()
                    }}
                </Page>
            }
            .into_any()
        }
    };
    view! {
        <Awaited
            load=move || async move { loaded.await }
            show=show
            fallback=move || {
            view! {
                <Page title=text!(i18n, server.title)>
                    <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=4 />
                </Page>
            }
            }
        />
    }
}

#[component]
fn Path(here: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(say!(i18n, servers.title), paths::SERVERS),
            Crumb::here(here.get()),
        ]
    });
    view! { <Breadcrumb label=text!(i18n, server.path) crumbs=crumbs /> }
}

/// A server that is not there, or not any more.
#[component]
fn Gone(id: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            title=text!(i18n, server.gone)
            description=Signal::derive(move || Some(say!(i18n, server.gone_hint, id = id.clone())))
            icon=IconName::Server
            actions=move || view! { <ButtonLink href=paths::SERVERS>{text!(i18n, server.all)}</ButtonLink> }
        />
    }
}

#[component]
fn Known(first: GuestRow) -> impl IntoView {
    let inventory = use_inventory();
    let query = use_query_map();
    let id = first.id.clone();
    let first: Guest = Arc::new(first);
    let found = {
        let (id, first) = (id.clone(), Arc::clone(&first));
        Memo::new(move |_| {
            if inventory.is_loaded() {
                inventory.guest(&id)
            } else {
                Some(Arc::clone(&first))
            }
        })
    };
    // What has gone is shown as it was last; the page says that it has gone.
    let guest = Memo::new(move |last: Option<&Guest>| {
        found
            .get()
            .or_else(|| last.cloned())
            .unwrap_or_else(|| Arc::clone(&first))
    });
    let is_gone = Memo::new(move |_| found.with(Option::is_none));
    let title = Memo::new(move |_| {
        guest.with(|guest| {
            if guest.name.is_empty() {
                guest.id.to_string()
            } else {
                guest.name.clone()
            }
        })
    });
    let part =
        Memo::new(move |_| query.with(|query| Part::parse(query.get_str(paths::TAB).unwrap_or_default())));
    let editor = Editor::new(guest);
    let firewall = Reader::new(guest);
    let backups = BackupsReader::new(id.clone(), Signal::derive(move || Some(guest.get())));
    let roles = RolesReader::new(id.clone(), guest);
    let filter = TaskFilter {
        guest: Some(id.clone()),
        ..TaskFilter::default()
    };
    view! {
        <Page title=title actions=move || view! { <Actions guest=guest /> }>
            <StaleCallout />
            <Path here=title.into() />
            {move || {
                let id = id.clone();
                if is_gone.get() {
                    return view! { <Gone id=id.to_string() /> }.into_any();
                }
                let filter = filter.clone();
                view! {
                    <div class="detail">
                        <Header guest=guest />
                        <Parts id=id part=part />
                        {move || match part.get() {
                            Part::Overview => view! { <Overview guest=guest /> }.into_any(),
                            Part::Hardware => view! { <Hardware editor=editor /> }.into_any(),
                            Part::Network => view! { <Network editor=editor /> }.into_any(),
                            Part::Firewall => view! { <Firewall reader=firewall /> }.into_any(),
                            Part::Roles => view! { <Roles reader=roles /> }.into_any(),
                            Part::Backups => view! { <Backups reader=backups /> }.into_any(),
                            Part::Tasks => {
                                let filter = filter.clone();
                                view! {
                                    <Card flush=true>
                                        <TaskList filter=Signal::stored(filter) with_target=false />
                                    </Card>
                                }
                                    .into_any()
                            }
                            Part::Log => view! { <Log guest=guest /> }.into_any(),
                        }}
                    </div>
                }
                    .into_any()
            }}
        </Page>
    }
}
