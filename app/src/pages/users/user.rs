//! One user: the account, what it may do, and getting in.

use drover_types::{
    error::{ApiError, ErrorCode},
    permission::Permission,
    session::{CurrentUser, SessionRow},
    token::TokenRow,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};

use super::{
    access::Access,
    account::Account,
    entries::{Of, SessionsOf, TokensOf},
    grants::GrantsOf,
    page::use_may_manage,
};
use crate::{
    layout::Page,
    paths, rpc,
    shared::{Awaited, ErrorCallout, PermissionNeeded},
    texts::{say, text, use_i18n},
};

/// The route.
pub struct User;

#[lazy_route]
impl LazyRoute for User {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <UserPage /> }.into_any()
    }
}

#[component]
fn UserPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let username = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    let may = use_may_manage();
    move || {
        if may.get() {
            view! { <One username=username /> }.into_any()
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
fn One(username: Memo<String>) -> impl IntoView {
    let i18n = use_i18n();
    let loaded = Resource::new(move || username.get(), rpc::users::get_user);
    let sessions = Resource::new(move || username.get(), rpc::users::sessions_of_user);
    let tokens = Resource::new(move || username.get(), rpc::users::tokens_of_user);
    let show = move |answer: Result<CurrentUser, ApiError>| match answer {
        Ok(user) => {
            view! { <Loaded user=user username=username sessions=sessions tokens=tokens /> }.into_any()
        }
        Err(error) if error.code == ErrorCode::ResourceNotFound => view! {
            <EmptyState
                title=text!(i18n, users.gone)
                icon=IconName::User
                actions=move || view! { <ButtonLink href=paths::USERS>{text!(i18n, users.all)}</ButtonLink> }
            />
        }
        .into_any(),
        Err(error) => view! { <ErrorCallout error=error on_retry=move |()| loaded.refetch() /> }.into_any(),
    };
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(say!(i18n, users.title), paths::USERS),
            Crumb::here(username.get()),
        ]
    });
    view! {
        <Page title=Signal::derive(move || username.get())>
            <Breadcrumb label=text!(i18n, users.path) crumbs=crumbs />
            <Awaited
                load=move || async move { loaded.await }
                show=show
                fallback=move || view! { <Skeleton label=text!(i18n, common.loading) lines=8 /> }
            />
        </Page>
    }
}

#[component]
fn Loaded(
    user: CurrentUser,
    username: Memo<String>,
    sessions: Of<SessionRow>,
    tokens: Of<TokenRow>,
) -> impl IntoView {
    let user = RwSignal::new(user);
    view! {
        <div class="user">
            <Account user=user />
            <Access user=user on_ended=move |()| sessions.refetch() />
            <SessionsOf username=username rows=sessions />
            <TokensOf username=username rows=tokens />
            <GrantsOf user=user />
        </div>
    }
}
