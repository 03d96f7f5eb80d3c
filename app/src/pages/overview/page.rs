//! The page: its figures come from the server first, and from the browser's own copy once that is loaded.

use drover_types::{error::ApiError, overview::Overview as Figures, permission::Permission};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{activity::Activity, figures::Tiles, health::HealthCounts, nodes::Nodes};
use crate::{
    inventory::use_inventory,
    layout::Page,
    monitoring::use_monitoring,
    paths, rpc,
    session::use_session,
    shared::{Awaited, StaleCallout, error_unless_told},
    texts::{text, use_i18n},
};

/// The route.
pub struct Overview;

#[lazy_route]
impl LazyRoute for Overview {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <OverviewPage /> }.into_any()
    }
}

#[component]
fn OverviewPage() -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let first = Resource::new(
        || (),
        move |()| async move {
            if inventory.is_loaded_untracked() {
                // The browser knows better.
                return Ok(None);
            }
            rpc::overview::overview().await.map(Some)
        },
    );
    let show = move |answer: Result<Option<Figures>, ApiError>| match answer {
        Ok(figures) => view! { <Content first=figures.unwrap_or_default() /> }.into_any(),
        Err(error) => error_unless_told(error, Callback::new(move |()| first.refetch())),
    };
    view! {
        <Page
            title=text!(i18n, overview.title)
            actions=move || {
                view! {
                    <ButtonLink href=paths::NEW_SERVER variant=ButtonVariant::Primary icon=IconName::Plus>
                        {text!(i18n, layout.new_server)}
                    </ButtonLink>
                }
            }
        >
            <StaleCallout />
            <Awaited
                load=move || async move { first.await }
                show=show
                fallback=move || {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=4 /> }
                }
            />
        </Page>
    }
}

#[component]
fn Content(first: Figures) -> impl IntoView {
    let inventory = use_inventory();
    let monitoring = use_monitoring();
    let session = use_session();
    let sees_all =
        Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::ViewAll)) == Some(true));
    Effect::new(move |_| {
        if sees_all.get() {
            monitoring.need(None);
        }
    });
    let figures = Memo::new(move |_| {
        if inventory.is_loaded() {
            // Nodes and storages come with the same ticks as guests, but may change alone.
            inventory.nodes();
            inventory.storages();
            inventory.clusters();
            inventory.with_picture(Figures::of)
        } else {
            first.clone()
        }
    });
    view! {
        <div class="overview">
            <Tiles figures=figures />
            {move || sees_all.get().then(|| view! { <HealthCounts /> })}
            <div class="overview__columns">
                <Nodes figures=figures />
                <Activity sees_all=sees_all />
            </div>
        </div>
    }
}
