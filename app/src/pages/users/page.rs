//! The page: all users as a list, or as a matrix of what each holds.

use drover_types::{error::ApiError, permission::Permission, session::CurrentUser};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, NavigateOptions, hooks::use_navigate, lazy_route};

use super::{columns::columns, create::CreateUser, matrix::Matrix};
use crate::{
    layout::Page,
    paths, rpc,
    session::use_session,
    shared::{Awaited, ErrorCallout, PermissionNeeded},
    texts::{say, text, use_i18n},
};

/// The route.
pub struct Users;

#[lazy_route]
impl LazyRoute for Users {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <UsersPage /> }.into_any()
    }
}

/// Whether whoever is signed in may manage users.
pub(super) fn use_may_manage() -> Memo<bool> {
    let session = use_session();
    Memo::new(move |_| {
        session
            .with_grants(|grants| grants.allow(Permission::ManageUsers))
            .unwrap_or_default()
    })
}

#[component]
fn UsersPage() -> impl IntoView {
    let i18n = use_i18n();
    let may = use_may_manage();
    move || {
        if may.get() {
            view! { <Everybody /> }.into_any()
        } else {
            view! {
                <Page title=text!(i18n, users.title)>
                    <PermissionNeeded permission=Permission::ManageUsers />
                </Page>
            }
            .into_any()
        }
    }
}

#[component]
fn Everybody() -> impl IntoView {
    let i18n = use_i18n();
    let users = Resource::new(|| (), |()| rpc::users::list_users());
    let (search, as_matrix) = (RwSignal::new(String::new()), RwSignal::new(false));
    let creating = RwSignal::new(false);
    let reload = Callback::new(move |()| users.refetch());
    let show = move |answer: Result<Vec<CurrentUser>, ApiError>| match answer {
        Ok(all) => view! { <Content all=all search=search as_matrix=as_matrix /> }.into_any(),
        Err(error) => view! {
            <div class="users__error">
                <ErrorCallout error=error on_retry=reload />
            </div>
        }
        .into_any(),
    };
    let actions = move || {
        view! {
            <Button variant=ButtonVariant::Primary icon=IconName::Plus on_click=move |_| creating.set(true)>
                {text!(i18n, users.create)}
            </Button>
        }
    };
    view! {
        <Page title=text!(i18n, users.title) fill=true actions=actions>
            <div class="toolbar" role="group" aria-label=text!(i18n, users.filter)>
                <SearchInput
                    label=text!(i18n, users.search)
                    value=search
                    clear_label=text!(i18n, users.clear_search)
                    placeholder=Signal::derive(move || Some(say!(i18n, users.search)))
                />
                <Switch label=text!(i18n, users.as_matrix) value=as_matrix />
            </div>
            <Awaited
                load=move || async move { users.await }
                show=show
                fallback=move || {
                    view! {
                        <div class="users__error">
                            <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=8 />
                        </div>
                    }
                }
            />
        </Page>
        <CreateUser open=creating on_made=reload />
    }
}

#[component]
fn Content(all: Vec<CurrentUser>, search: RwSignal<String>, as_matrix: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let rows = Memo::new(move |_| {
        let wanted = search.get().trim().to_lowercase();
        let fits = |user: &&CurrentUser| {
            let texts = [&user.username, &user.name, &user.email];
            texts.iter().any(|text| text.to_lowercase().contains(&wanted))
                || user.grants.role.as_str() == wanted
        };
        all.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let open = Callback::new(move |user: CurrentUser| {
        navigate(&paths::user(&user.username), NavigateOptions::default());
    });
    move || {
        if as_matrix.get() {
            return view! { <Matrix rows=rows /> }.into_any();
        }
        let empty = move || view! { <EmptyState title=text!(i18n, users.none_fit) icon=IconName::Filter /> };
        view! {
            <DataTable
                label=text!(i18n, users.title)
                rows=rows
                row_key=|user: &CurrentUser| user.username.clone()
                columns=columns()
                on_open=open
                empty=empty
                page_keys=true
            />
        }
        .into_any()
    }
}
