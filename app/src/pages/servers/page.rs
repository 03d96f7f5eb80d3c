//! The page around the list.

use drover_types::{inventory::GuestPage, permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{filter::FilterField, list::List, view_state::ViewState};
use crate::{
    inventory::use_inventory,
    layout::Page,
    paths, rpc,
    session::use_session,
    shared::{ErrorCallout, StaleCallout},
    texts::{text, use_i18n, use_lang},
};

/// The route.
pub struct Servers;

#[lazy_route]
impl LazyRoute for Servers {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <ServersPage /> }.into_any()
    }
}

#[component]
fn ServersPage() -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let session = use_session();
    let state = ViewState::from_address();
    let first = Resource::new(
        || (),
        move |()| async move {
            if inventory.is_loaded_untracked() {
                // The browser has the whole list already.
                return Ok(GuestPage::default());
            }
            let (filter, sort) = untrack(|| (state.text.get(), state.sort()));
            rpc::inventory::first_page(filter, sort).await
        },
    );
    let list = move || {
        Suspend::new(async move {
            match first.await {
                Ok(first) => view! { <List state=state first=first /> }.into_any(),
                Err(error) => {
                    session.heed(&error);
                    let retry = move |()| first.refetch();
                    // What the browser's own copy says of the same failure stands over the page already.
                    let shown = move || {
                        let error = error.clone();
                        let is_told = inventory.error().is_some();
                        (!is_told).then(
                            || view! { <div class="stale"><ErrorCallout error=error on_retry=retry /></div> },
                        )
                    };
                    shown.into_any()
                }
            }
        })
    };
    view! {
        <Page
            title=text!(i18n, servers.title)
            fill=true
            filter=move || view! { <FilterField state=state /> }
            actions=move || view! { <NewServer /> }
        >
            <StaleCallout />
            <Suspense fallback=move || {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=12 /> }
            }>{list}</Suspense>
        </Page>
    }
}

/// The way to the form, or why not.
#[component]
fn NewServer() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let refusal = Signal::derive(move || {
        let may = session.with_grants(|grants| grants.allow(Permission::CreateServer));
        (may == Some(false)).then(|| {
            let permission = Permission::CreateServer;
            Problem::PermissionMissing { permission }.text(lang.get())
        })
    });
    view! {
        <ButtonLink
            href=paths::NEW_SERVER
            variant=ButtonVariant::Primary
            icon=IconName::Plus
            disabled=refusal
        >
            {text!(i18n, layout.new_server)}
        </ButtonLink>
    }
}
