//! The page around the list.

use drover_types::{error::ApiError, inventory::GuestPage, permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{filter::FilterField, list::List, saved::SavedFilters, view_state::ViewState};
use crate::{
    inventory::use_inventory,
    layout::Page,
    paths, rpc,
    session::use_session,
    shared::{Awaited, StaleCallout, error_unless_told},
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
    let show = move |answer: Result<GuestPage, ApiError>| match answer {
        Ok(page) => view! { <List state=state first=page /> }.into_any(),
        Err(error) => error_unless_told(error, Callback::new(move |()| first.refetch())),
    };
    view! {
        <Page
            title=text!(i18n, servers.title)
            fill=true
            filter=move || {
                view! {
                    <FilterField state=state />
                    <SavedFilters state=state />
                }
            }
            actions=move || view! { <NewServer /> }
        >
            <StaleCallout />
            <Awaited
                load=move || async move { first.await }
                show=show
                fallback=move || {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=12 /> }
                }
            />
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
