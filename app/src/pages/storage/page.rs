//! The page: its rows come from the server first, and from the browser's own copy once that is loaded.

use drover_types::{
    error::ApiError,
    permission::Permission,
    storage::{StorageDefaults, StorageOverview, summaries},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, lazy_route};

use super::cluster::ClusterStorage;
use crate::{
    inventory::use_inventory,
    layout::Page,
    rpc,
    session::use_session,
    shared::{Awaited, StaleCallout, error_unless_told, use_refusal},
    texts::{text, use_i18n, use_lang},
};

/// The route.
pub struct Storage;

#[lazy_route]
impl LazyRoute for Storage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <StoragePage /> }.into_any()
    }
}

#[component]
fn StoragePage() -> impl IntoView {
    let i18n = use_i18n();
    let first = Resource::new(|| (), |()| rpc::storage::storage_overview());
    let show = move |answer: Result<StorageOverview, ApiError>| match answer {
        Ok(overview) => view! { <Content first=overview /> }.into_any(),
        Err(error) => error_unless_told(error, Callback::new(move |()| first.refetch())),
    };
    view! {
        <Page title=text!(i18n, storage.title) actions=move || view! { <Refresh /> }>
            <StaleCallout />
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

/// Asks the clusters now; what they say comes with the live picture.
#[component]
fn Refresh() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let done = text!(i18n, storage.refreshed);
    let silent = text!(i18n, storage.refreshed_in_part);
    let refresh = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer = session.heeded(rpc::storage::refresh_storage().await);
            busy.try_set(false);
            toasts.show(match answer {
                Ok(found) if found.unreachable.is_empty() => Toast::success(done.get_untracked()),
                Ok(found) => Toast::danger(silent.get_untracked()).detail(found.unreachable.join(", ")),
                Err(error) => Toast::danger(error.text(lang.get_untracked())),
            });
        });
    };
    view! {
        <Button icon=IconName::Refresh busy=busy disabled=use_refusal(Permission::ManageStorage) on_click=refresh>
            {text!(i18n, storage.refresh)}
        </Button>
    }
}

#[component]
fn Content(first: StorageOverview) -> impl IntoView {
    let inventory = use_inventory();
    let defaults = RwSignal::new(first.defaults.clone());
    let rows = Memo::new(move |_| {
        if inventory.is_loaded() {
            summaries(&inventory.storages())
        } else {
            summaries(&first.storages)
        }
    });
    let clusters: Vec<_> = first
        .defaults
        .into_iter()
        .map(|StorageDefaults { cluster, .. }| {
            let name = cluster.clone();
            let own = Memo::new(move |_| {
                let of = |one: &&StorageDefaults| one.cluster == name;
                defaults.with(|all| all.iter().find(of).cloned().unwrap_or_default())
            });
            let changed = Callback::new(move |new: StorageDefaults| {
                defaults.update(|all| {
                    for one in all.iter_mut().filter(|one| one.cluster == new.cluster) {
                        one.clone_from(&new);
                    }
                });
            });
            let name = cluster.clone();
            let own_rows = Memo::new(move |_| {
                rows.with(|rows| {
                    rows.iter()
                        .filter(|row| row.cluster == name)
                        .cloned()
                        .collect::<Vec<_>>()
                })
            });
            view! { <ClusterStorage cluster=cluster rows=own_rows defaults=own on_change=changed /> }
        })
        .collect();
    view! { <div class="storage">{clusters}</div> }
}
