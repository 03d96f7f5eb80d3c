//! The question where new disks of a cluster go.

use std::collections::BTreeSet;

use drover_types::storage::{DefaultStorage, IMAGES, StorageDefaults, StorageSummary};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    rpc,
    shared::{FormDialog, use_form_dialog},
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub(super) fn ChangeDefaults(
    cluster: String,
    open: RwSignal<bool>,
    rows: Memo<Vec<StorageSummary>>,
    defaults: Memo<StorageDefaults>,
    on_change: Callback<StorageDefaults>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let (hdd, ssd) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = use_form_dialog(open, move || {
        let set = |of: fn(&StorageDefaults) -> &DefaultStorage| {
            defaults.with_untracked(|all| of(all).set.clone().unwrap_or_default())
        };
        hdd.set(set(|all| &all.hdd));
        ssd.set(set(|all| &all.ssd));
    });
    let saved = text!(i18n, storage.saved);
    let save = move |()| {
        let cluster = cluster.clone();
        let chosen = |value: RwSignal<String>| Some(value.get_untracked()).filter(|name| !name.is_empty());
        let (hdd, ssd) = (chosen(hdd), chosen(ssd));
        let set = rpc::storage::set_default_storage(cluster, hdd, ssd);
        form.send(set, move |new| {
            on_change.run(new);
            toasts.show(Toast::success(saved.get_untracked()));
        });
    };
    let options = Memo::new(move |_| {
        let names: BTreeSet<String> = rows.with(|rows| {
            let fit = rows
                .iter()
                .filter(|row| row.content.iter().any(|content| content == IMAGES));
            fit.map(|row| row.name.clone()).collect()
        });
        // What is set stays to be seen though it is gone.
        let set = defaults.with(|all| [all.hdd.set.clone(), all.ssd.set.clone()]);
        let names: BTreeSet<String> = names.into_iter().chain(set.into_iter().flatten()).collect();
        names
            .into_iter()
            .map(|name| SelectOption::new(name.clone(), name))
            .collect::<Vec<_>>()
    });
    let unset = move |of: fn(&StorageDefaults) -> &DefaultStorage| {
        Signal::derive(move || {
            let configured = defaults.with(|all| of(all).configured.clone());
            Some(match configured {
                Some(name) => say!(i18n, storage.as_configured, name = name),
                None => say!(i18n, storage.as_template),
            })
        })
    };
    view! {
        <FormDialog form=form title=text!(i18n, storage.defaults) on_save=save>
            <p>{text!(i18n, storage.defaults_hint)}</p>
            <Select
                label=text!(i18n, storage.hdd)
                value=hdd
                options=options
                placeholder=unset(|all| &all.hdd)
                error=form.error.field("hdd_datastore_id")
            />
            <Select
                label=text!(i18n, storage.ssd)
                value=ssd
                options=options
                placeholder=unset(|all| &all.ssd)
                error=form.error.field("ssd_datastore_id")
            />
        </FormDialog>
    }
}
