//! The page, for those who may see everything.

use drover_types::{error::ApiError, monitoring::MonitoringState, permission::Permission};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_query_map, lazy_route};

use super::{
    alerts::Alerts,
    channels::Channels,
    charts::Charts,
    known::Known,
    part::{Part, Parts},
    rules::Rules,
    settings::Settings,
    status::Status,
};
use crate::{
    layout::Page,
    monitoring::use_monitoring,
    paths, rpc,
    session::use_session,
    shared::{Awaited, ErrorCallout, PermissionNeeded, StaleCallout, error_unless_told},
    texts::{text, use_i18n},
};

/// The route.
pub struct Monitoring;

#[lazy_route]
impl LazyRoute for Monitoring {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <MonitoringPage /> }.into_any()
    }
}

#[component]
fn MonitoringPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let may = Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::ViewAll)));
    move || {
        if may.get() == Some(false) {
            view! {
                <Page title=text!(i18n, monitoring.title)>
                    <PermissionNeeded permission=Permission::ViewAll />
                </Page>
            }
            .into_any()
        } else {
            view! { <Loaded /> }.into_any()
        }
    }
}

#[component]
fn Loaded() -> impl IntoView {
    let i18n = use_i18n();
    let monitoring = use_monitoring();
    let first = Resource::new(
        || (),
        move |()| async move {
            if monitoring.is_known_untracked() {
                // The browser knows better.
                return Ok(None);
            }
            rpc::monitoring::monitoring_state().await.map(Some)
        },
    );
    let show = move |answer: Result<Option<MonitoringState>, ApiError>| match answer {
        Ok(state) => view! { <Content first=state /> }.into_any(),
        Err(error) => error_unless_told(error, Callback::new(move |()| first.refetch())),
    };
    view! {
        <Page title=text!(i18n, monitoring.title)>
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
fn Content(first: Option<MonitoringState>) -> impl IntoView {
    let known = Known::new(first);
    let query = use_query_map();
    let part =
        Memo::new(move |_| query.with(|query| Part::parse(query.get_str(paths::TAB).unwrap_or_default())));
    view! {
        <div class="monitoring">
            {move || {
                known
                    .monitoring
                    .error()
                    .map(|error| view! { <ErrorCallout error=error on_retry=move |()| known.monitoring.load() /> })
            }}
            <Parts part=part known=known />
            {move || match part.get() {
                Part::Status => view! { <Status known=known /> }.into_any(),
                Part::Charts => view! { <Charts known=known /> }.into_any(),
                Part::Alerts => view! { <Alerts known=known /> }.into_any(),
                Part::Rules => view! { <Rules known=known /> }.into_any(),
                Part::Channels => view! { <Channels /> }.into_any(),
                Part::Settings => view! { <Settings known=known /> }.into_any(),
            }}
        </div>
    }
}
