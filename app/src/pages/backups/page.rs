//! The page, for those who may see backups.

use drover_types::{backup::BackupsOverview, error::ApiError, permission::Permission};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, hooks::use_query_map, lazy_route};

use super::{
    known::Known,
    part::{Part, Parts},
    schedules::Schedules,
    servers::Servers,
    storages::Storages,
};
use crate::{
    layout::Page,
    paths, rpc,
    session::use_session,
    shared::{Awaited, ErrorCallout, PermissionNeeded, error_unless_told},
    texts::{say, text, use_i18n, use_lang},
};

/// The route.
pub struct Backups;

#[lazy_route]
impl LazyRoute for Backups {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <BackupsPage /> }.into_any()
    }
}

#[component]
fn BackupsPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let may = Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::BackupManagement)));
    move || {
        if may.get() == Some(false) {
            view! {
                <Page title=text!(i18n, backups.title)>
                    <PermissionNeeded permission=Permission::BackupManagement />
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
    let first = Resource::new(|| (), |()| rpc::backups::backups_overview());
    // The button asks through what the content has put here.
    let known = RwSignal::new(None::<Known>);
    let show = move |answer: Result<BackupsOverview, ApiError>| match answer {
        Ok(overview) => view! { <Content first=overview asked_by=known /> }.into_any(),
        Err(error) => error_unless_told(error, Callback::new(move |()| first.refetch())),
    };
    view! {
        <Page title=text!(i18n, backups.title) actions=move || view! { <Refresh known=known /> }>
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

/// Asks every storage anew for what it holds.
#[component]
fn Refresh(known: RwSignal<Option<Known>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let done = text!(i18n, backups.refreshed);
    let refresh = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer = session.heeded(rpc::backups::refresh_backups().await);
            busy.try_set(false);
            toasts.show(match answer {
                Ok(()) => Toast::success(done.get_untracked()),
                Err(error) => Toast::danger(error.text(lang.get_untracked())),
            });
            if let Some(known) = known.try_get_untracked().flatten() {
                known.load();
            }
        });
    };
    view! {
        <Button icon=IconName::Refresh busy=busy on_click=refresh>
            {text!(i18n, backups.refresh)}
        </Button>
    }
}

#[component]
fn Content(first: BackupsOverview, asked_by: RwSignal<Option<Known>>) -> impl IntoView {
    let i18n = use_i18n();
    let known = Known::new(first);
    asked_by.set(Some(known));
    let query = use_query_map();
    let part =
        Memo::new(move |_| query.with(|query| Part::parse(query.get_str(paths::TAB).unwrap_or_default())));
    let unknown = Memo::new(move |_| known.overview.with(|overview| overview.jobs_unknown.join(", ")));
    view! {
        <div class="backups">
            {move || {
                known
                    .error
                    .get()
                    .map(|error| view! { <ErrorCallout error=error on_retry=move |()| known.load() /> })
            }}
            {move || {
                unknown
                    .with(|names| !names.is_empty())
                    .then(|| {
                        let words = move || say!(i18n, backups.jobs_unknown, clusters = unknown.get());
                        view! { <Callout tone=Tone::Warning>{words}</Callout> }
                    })
            }}
            <Parts part=part />
            {move || match part.get() {
                Part::Servers => view! { <Servers known=known /> }.into_any(),
                Part::Storages => view! { <Storages known=known /> }.into_any(),
                Part::Schedules => view! { <Schedules known=known /> }.into_any(),
            }}
        </div>
    }
}
