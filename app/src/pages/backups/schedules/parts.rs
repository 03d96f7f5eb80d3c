//! The fields of the form, in their order.

use std::collections::BTreeSet;

use drover_types::backup::BackupStorage;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{choice::JobChoiceFields, fields::JobFields, runs::RunsPreview};
use crate::{
    inventory::use_inventory,
    pages::backups::known::Known,
    shared::{BackupForm, FormError, backup_targets},
    texts::{say, text, use_i18n},
};

/// The fields. Where there is one cluster only, or the job is there already, its cluster is not asked for.
#[component]
pub(super) fn JobInputs(
    fields: JobFields,
    known: Known,
    is_new: bool,
    /// What is wrong with the form.
    error: FormError,
) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let clusters = Memo::new(move |_| clusters_of(known));
    let asks = Memo::new(move |_| is_new && clusters.with(Vec::len) > 1);
    let cluster_names = Signal::derive(move || {
        let option = |name: String| SelectOption::new(name.clone(), name);
        clusters.get().into_iter().map(option).collect::<Vec<_>>()
    });
    let nodes = Signal::derive(move || {
        let cluster = fields.cluster.get();
        let nodes = inventory.nodes();
        let own = nodes.iter().filter(|node| node.cluster == cluster);
        let mut names: BTreeSet<String> = own.map(|node| node.name.clone()).collect();
        names.extend(Some(fields.node.get()).filter(|name| !name.is_empty()));
        let option = |name: String| SelectOption::new(name.clone(), name);
        names.into_iter().map(option).collect::<Vec<_>>()
    });
    let storages = Signal::derive(move || {
        let cluster = fields.cluster.get();
        let own: Vec<BackupStorage> = known.overview.with(|overview| {
            let own = overview.storages.iter().filter(|one| one.cluster == cluster);
            own.cloned().collect()
        });
        backup_targets(&own)
    });
    view! {
        {move || {
            asks.get()
                .then(|| {
                    view! { <Select label=text!(i18n, backups.cluster) value=fields.cluster options=cluster_names /> }
                })
        }}
        <TextInput
            label=text!(i18n, backups.schedule)
            value=fields.schedule
            required=true
            monospace=true
            autocomplete="off"
            hint=Signal::derive(move || Some(say!(i18n, backups.schedule_hint)))
            error=error.field("schedule")
        />
        <RunsPreview cluster=fields.cluster schedule=fields.schedule error=error />
        <JobChoiceFields fields=fields error=error />
        <Select
            label=text!(i18n, backups.node)
            value=fields.node
            options=nodes
            placeholder=Signal::derive(move || Some(say!(i18n, backups.every_node)))
            error=error.field("node")
        />
        <BackupForm fields=fields.how.get_value() storages=storages error=error scheduled=true />
        <Switch
            label=text!(i18n, backups.repeat_missed)
            value=fields.repeat_missed
            hint=Signal::derive(move || Some(say!(i18n, backups.repeat_missed_hint)))
        />
        <TextInput
            label=text!(i18n, backups.comment)
            value=fields.comment
            autocomplete="off"
            error=error.field("comment")
        />
        <Switch label=text!(i18n, backups.enabled) value=fields.enabled />
    }
}

/// The clusters, by name. Tracked.
pub(super) fn clusters_of(known: Known) -> Vec<String> {
    known.overview.with(|overview| {
        let of_servers = overview.servers.iter().map(|one| &one.guest.cluster);
        let of_storages = overview.storages.iter().map(|one| &one.cluster);
        let names: BTreeSet<&String> = of_servers.chain(of_storages).collect();
        names.into_iter().cloned().collect()
    })
}
