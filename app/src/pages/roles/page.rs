//! The catalogue.

use std::collections::BTreeSet;

use drover_types::{error::ApiError, ids::GuestId};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{
    LazyRoute, NavigateOptions,
    hooks::{use_navigate, use_query_map},
    lazy_route,
};

use super::{
    assign_many::AssignMany,
    columns::{Row, columns},
    known::{Known, Loaded, load},
    setup::Setup,
    unable::Unable,
};
use crate::{
    layout::Page,
    paths,
    shared::{Awaited, ErrorCallout, error_unless_told},
    texts::{text, use_i18n},
};

/// The route.
pub struct Roles;

#[lazy_route]
impl LazyRoute for Roles {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <RolesPage /> }.into_any()
    }
}

#[component]
fn RolesPage() -> impl IntoView {
    let i18n = use_i18n();
    let first = Resource::new(|| (), |()| load());
    let show = move |answer: Result<Loaded, ApiError>| match answer {
        Ok(loaded) => view! { <Content loaded=loaded /> }.into_any(),
        Err(error) => error_unless_told(error, Callback::new(move |()| first.refetch())),
    };
    view! {
        <Page title=text!(i18n, roles.title)>
            <Awaited
                load=move || async move { first.await }
                show=show
                fallback=move || {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=8 /> }
                }
            />
        </Page>
    }
}

#[component]
fn Content(loaded: Loaded) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let known = Known::new(loaded);
    let rows = Memo::new(move |_| {
        known.standings.with(|standings| {
            known.overview.with(|overview| {
                let row = |info| Row::new(info, standings.as_deref());
                overview.roles.iter().map(row).collect::<Vec<_>>()
            })
        })
    });
    let unable = Signal::derive(move || known.overview.with(|overview| overview.unable.clone()));
    let open_row = move |row: Row| navigate(&paths::role(&row.info.key), NavigateOptions::default());
    let empty = move || {
        view! {
            <EmptyState
                title=text!(i18n, roles.none)
                description=text!(i18n, roles.none_hint)
                icon=IconName::Layers
            />
        }
    };
    let (open, ticked) = (RwSignal::new(false), RwSignal::new(BTreeSet::new()));
    begin_with_selected(ticked, open);
    view! {
        <div class="roles">
            {move || {
                known
                    .error
                    .get()
                    .map(|error| view! { <ErrorCallout error=error on_retry=move |()| known.load() /> })
            }}
            <Unable problem=unable />
            <Broken known=known />
            <Card flush=true>
                <DataTable
                    label=text!(i18n, roles.catalogue)
                    rows=rows
                    row_key=|row: &Row| row.info.key.to_string()
                    columns=columns()
                    on_open=open_row
                    empty=empty
                    page_keys=true
                />
            </Card>
            <Setup known=known />
        </div>
        <AssignMany known=known open=open ticked=ticked />
    }
}

/// The folders that hold no role that can be read, and why.
#[component]
fn Broken(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let broken = Memo::new(move |_| known.overview.with(|overview| overview.broken.clone()));
    move || {
        let broken = broken.get();
        (!broken.is_empty()).then(|| {
            let row = |(name, why)| {
                view! {
                    <li>
                        <code>{name}</code>
                        ": "
                        {why}
                    </li>
                }
            };
            view! {
                <Callout tone=Tone::Warning title=text!(i18n, roles.broken)>
                    <ul class="roles__broken">{broken.into_iter().map(row).collect_view()}</ul>
                </Callout>
            }
        })
    }
}

/// Asks which role the servers that the address names are to get; a reload asks no more.
fn begin_with_selected(ticked: RwSignal<BTreeSet<GuestId>>, open: RwSignal<bool>) {
    let query = use_query_map();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let selected = query.with(|query| query.get(paths::SELECTED).unwrap_or_default());
        let ids: BTreeSet<GuestId> = selected.split(',').filter_map(|id| id.parse().ok()).collect();
        if ids.is_empty() {
            return;
        }
        ticked.set(ids);
        open.set(true);
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(paths::ROLES, options);
    });
}
