//! The page: its figures come from the server first, and from the browser's own copy once that is loaded.

use drover_types::overview::Overview as Figures;
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{activity::Activity, figures::Tiles, nodes::Nodes};
use crate::{
    inventory::use_inventory,
    layout::Page,
    paths, rpc,
    session::use_session,
    shared::{ErrorCallout, StaleCallout},
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
    let session = use_session();
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
    let view = move || {
        Suspend::new(async move {
            match first.await {
                Ok(first) => view! { <Content first=first.unwrap_or_default() /> }.into_any(),
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
            <Suspense fallback=move || {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=4 /> }
            }>{view}</Suspense>
        </Page>
    }
}

#[component]
fn Content(first: Figures) -> impl IntoView {
    let inventory = use_inventory();
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
            <div class="overview__columns">
                <Nodes figures=figures />
                <Activity />
            </div>
        </div>
    }
}
