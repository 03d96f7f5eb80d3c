//! One cluster: where new disks go, and its storages.

use drover_types::{
    permission::Permission,
    storage::{DefaultStorage, StorageDefaults, StorageSummary},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{cells, defaults::ChangeDefaults};
use crate::{
    shared::use_refusal,
    texts::{say, text, use_i18n},
};

/// The cluster.
#[component]
pub(super) fn ClusterStorage(
    cluster: String,
    rows: Memo<Vec<StorageSummary>>,
    defaults: Memo<StorageDefaults>,
    on_change: Callback<StorageDefaults>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let refusal = use_refusal(Permission::ManageStorage);
    let label = {
        let cluster = cluster.clone();
        Signal::derive(move || say!(i18n, storage.of_cluster, cluster = cluster.clone()))
    };
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Edit disabled=refusal on_click=move |_| open.set(true)>
                {text!(i18n, storage.change)}
            </Button>
        }
    };
    view! {
        <Card title=text!(i18n, storage.defaults) actions=actions>
            <DescriptionList>
                <Default term=text!(i18n, storage.hdd) of=|all| &all.hdd defaults=defaults rows=rows />
                <Default term=text!(i18n, storage.ssd) of=|all| &all.ssd defaults=defaults rows=rows />
            </DescriptionList>
        </Card>
        <Card title=label flush=true>
            <DataTable
                label=label
                rows=rows
                row_key=|row: &StorageSummary| format!("{}/{}", row.name, if row.shared { "" } else { &row.nodes[0] })
                columns=cells::columns(defaults)
                empty=move || {
                    view! {
                        <EmptyState
                            title=text!(i18n, storage.empty)
                            description=text!(i18n, storage.empty_hint)
                            icon=IconName::Database
                        />
                    }
                }
            />
        </Card>
        <ChangeDefaults cluster=cluster open=open rows=rows defaults=defaults on_change=on_change />
    }
}

/// Where disks of one kind go.
#[component]
fn Default(
    term: Signal<String>,
    of: fn(&StorageDefaults) -> &DefaultStorage,
    defaults: Memo<StorageDefaults>,
    rows: Memo<Vec<StorageSummary>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = Memo::new(move |_| defaults.with(|all| of(all).name().map(str::to_owned)));
    let is_missing = Memo::new(move |_| {
        name.with(|name| {
            let Some(name) = name else { return false };
            rows.with(|rows| !rows.is_empty() && rows.iter().all(|row| row.name != *name))
        })
    });
    view! {
        <Description term=term>
            {move || name.get().unwrap_or_else(|| say!(i18n, storage.as_template))}
            {move || {
                is_missing
                    .get()
                    .then(|| view! { " " <Badge tone=Tone::Danger>{text!(i18n, storage.not_there)}</Badge> })
            }}
        </Description>
    }
}
