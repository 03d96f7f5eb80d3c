//! The question where new disks of a cluster go.

use std::collections::BTreeSet;

use drover_types::{
    error::{ApiError, ErrorCode},
    storage::{DefaultStorage, IMAGES, StorageDefaults, StorageSummary},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::use_session,
    texts::{say, text, use_i18n, use_lang},
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
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let (hdd, ssd) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    Effect::new(move |_| {
        if open.get() {
            let set = |of: fn(&StorageDefaults) -> &DefaultStorage| {
                defaults.with_untracked(|all| of(all).set.clone().unwrap_or_default())
            };
            hdd.set(set(|all| &all.hdd));
            ssd.set(set(|all| &all.ssd));
            error.set(None);
        }
    });
    let saved = text!(i18n, storage.saved);
    let save = move |()| {
        busy.set(true);
        error.set(None);
        let cluster = cluster.clone();
        let chosen = |value: RwSignal<String>| Some(value.get_untracked()).filter(|name| !name.is_empty());
        let (hdd, ssd) = (chosen(hdd), chosen(ssd));
        spawn_local(async move {
            let answer = session.heeded(rpc::storage::set_default_storage(cluster, hdd, ssd).await);
            busy.try_set(false);
            match answer {
                Ok(new) => {
                    on_change.run(new);
                    open.try_set(false);
                    toasts.show(Toast::success(saved.get_untracked()));
                }
                Err(problem) => {
                    error.try_set(Some(problem));
                }
            }
        });
    };
    let whole = Signal::derive(move || {
        let error = error
            .get()
            .filter(|error| error.code != ErrorCode::ValidationError || error.fields.is_empty())?;
        Some(error.text(lang.get()))
    });
    let problem = move |field: &'static str| {
        Signal::derive(move || error.with(|error| Some(error.as_ref()?.fields.get(field)?.text(lang.get()))))
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
        <ConfirmDialog
            open=open
            title=text!(i18n, storage.defaults)
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=busy
            error=whole
        >
            <p>{text!(i18n, storage.defaults_hint)}</p>
            <Select
                label=text!(i18n, storage.hdd)
                value=hdd
                options=options
                placeholder=unset(|all| &all.hdd)
                error=problem("hdd_datastore_id")
            />
            <Select
                label=text!(i18n, storage.ssd)
                value=ssd
                options=options
                placeholder=unset(|all| &all.ssd)
                error=problem("ssd_datastore_id")
            />
        </ConfirmDialog>
    }
}
