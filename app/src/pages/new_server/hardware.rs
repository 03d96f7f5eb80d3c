//! Cores, memory and disks.

use std::collections::BTreeMap;

use drover_types::units;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    draft::{DiskDraft, Draft, MemoryUnit, OF_TEMPLATE, SSD},
    fields,
    part::Part,
    state::Form,
};
use crate::texts::{say, text, use_i18n};

/// Cores and memory.
#[component]
pub fn Size(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let units =
        [MemoryUnit::Gib, MemoryUnit::Mib].map(|unit| SelectOption::new(unit.as_str(), unit.as_str()));
    let in_megabytes = Signal::derive(move || {
        let (memory, unit) = form.draft.with(|draft| (draft.memory_mb(), draft.unit));
        match (memory, unit) {
            (Some(memory), MemoryUnit::Gib) => Some(format!("{memory} MiB")),
            (Some(memory), MemoryUnit::Mib) if memory >= 1024 => Some(units::size(memory * units::MIB)),
            _ => None,
        }
    });
    view! {
        <Part title=text!(i18n, new_server.size) hint=text!(i18n, new_server.size_hint)>
            <div class="form-page__grid">
                <NumberInput
                    label=text!(i18n, new_server.cores)
                    value=form.part(|draft| draft.cores, |draft, cores| draft.cores = cores)
                    min=Some(1)
                    max=Some(512)
                    required=true
                    error=form.problem(|_| fields::CORES.to_owned())
                />
                <div class="new-server__memory">
                    <NumberInput
                        label=text!(i18n, new_server.memory)
                        value=form.part(|draft| draft.memory, |draft, memory| draft.memory = memory)
                        min=Some(1)
                        required=true
                        hint=in_megabytes
                        error=form.problem(|_| fields::MEMORY.to_owned())
                    />
                    <Select
                        label=text!(i18n, new_server.memory_unit)
                        value=form.part(
                            |draft| draft.unit.as_str().to_owned(),
                            |draft, unit| draft.unit = MemoryUnit::parse(&unit),
                        )
                        options=units.to_vec()
                    />
                </div>
            </div>
        </Part>
    }
}

/// The disks: the template's, which may grow, and new ones.
#[component]
pub fn Disks(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let keys = Memo::new(move |_| {
        form.draft
            .with(|draft| draft.disks.iter().map(|disk| disk.key).collect::<Vec<_>>())
    });
    view! {
        <Part title=text!(i18n, new_server.disks) hint=text!(i18n, new_server.disks_hint)>
            <For each=move || keys.get() key=|key| *key let:key>
                <Disk form=form key=key />
            </For>
            <div>
                <Button icon=IconName::Plus size=ButtonSize::Small on_click=move |_| form.draft.update(Draft::add_disk)>
                    {text!(i18n, new_server.add_disk)}
                </Button>
            </div>
        </Part>
    }
}

#[component]
fn Disk(form: Form, key: u32) -> impl IntoView {
    let i18n = use_i18n();
    let row = Memo::new(move |_| {
        form.draft
            .with(|draft| draft.disks.iter().find(|disk| disk.key == key).cloned())
    });
    let field = move |part: &'static str| {
        form.problem(move |draft| {
            fields::disk(
                draft.disks.iter().position(|disk| disk.key == key).unwrap_or(0),
                part,
            )
        })
    };
    let change = move |change: &dyn Fn(&mut DiskDraft)| {
        form.draft.update(|draft| {
            draft
                .disks
                .iter_mut()
                .filter(|disk| disk.key == key)
                .for_each(change);
        });
    };
    let grown_from = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.grown_from)));
    let interface = Signal::derive(move || {
        row.with(|row| row.as_ref().map(|row| row.interface.clone()).unwrap_or_default())
    });
    view! {
        <fieldset class="new-server__row" data-kind="disk">
            <legend class="visually-hidden">
                {move || say!(i18n, new_server.disk_of, interface = interface.get())}
            </legend>
            <TextInput
                label=text!(i18n, new_server.interface)
                value=Bound::new(
                    move || interface.get(),
                    move |interface| change(&|disk| disk.interface.clone_from(&interface)),
                )
                disabled=Signal::derive(move || grown_from.get().map(|_| say!(i18n, new_server.of_template)))
                monospace=true
                autocomplete="off"
                error=field(fields::INTERFACE)
            />
            <NumberInput
                label=text!(i18n, new_server.disk_size)
                value=Bound::new(
                    move || row.with(|row| row.as_ref().and_then(|row| row.size)),
                    move |size| change(&|disk| disk.size = size),
                )
                unit="GiB"
                min=Signal::derive(move || grown_from.get().map_or(Some(1), |size| i64::try_from(size).ok()))
                required=true
                error=field(fields::SIZE)
            />
            <Select
                label=text!(i18n, new_server.storage)
                value=Bound::new(
                    move || row.with(|row| row.as_ref().map(|row| row.storage.clone()).unwrap_or_default()),
                    move |storage| change(&|disk| disk.storage.clone_from(&storage)),
                )
                options=Signal::derive(move || storages(form))
                placeholder=Signal::derive(move || Some(default_storage(form)))
                error=field(fields::STORAGE)
            />
            <div class="new-server__remove">
                {move || {
                    grown_from
                        .get()
                        .is_none()
                        .then(|| {
                            view! {
                                <IconButton
                                    icon=IconName::Trash
                                    label=Signal::derive(move || {
                                        say!(i18n, new_server.remove_disk, interface = interface.get())
                                    })
                                    on_click=move |_| {
                                        form.draft.update(|draft| draft.disks.retain(|disk| disk.key != key));
                                    }
                                />
                            }
                        })
                }}
            </div>
        </fieldset>
    }
}

/// Where a disk goes if nothing is chosen: the default for capacity, else where the template's is.
fn default_storage(form: Form) -> String {
    let i18n = use_i18n();
    match form.defaults().hdd.name() {
        Some(name) => say!(i18n, new_server.storage_hdd, storage = name.to_owned()),
        None => say!(i18n, new_server.storage_default),
    }
}

/// What else a disk's storage can be besides a storage by its name.
fn other_defaults(form: Form) -> Vec<SelectOption> {
    let i18n = use_i18n();
    let defaults = form.defaults();
    let ssd = defaults.ssd.name().map(|name| {
        let label = say!(i18n, new_server.storage_ssd, storage = name.to_owned());
        SelectOption::new(SSD, label)
    });
    // Without a default for capacity that is what the first choice means.
    let template = defaults
        .hdd
        .name()
        .map(|_| SelectOption::new(OF_TEMPLATE, say!(i18n, new_server.storage_default)));
    ssd.into_iter().chain(template).collect()
}

/// The storages for disks that the server could have, each with the most that is free on one node.
fn storages(form: Form) -> Vec<SelectOption> {
    let i18n = use_i18n();
    let (cluster, node) = form
        .draft
        .with(|draft| (draft.cluster.clone(), draft.node.clone()));
    let mut free: BTreeMap<String, u64> = BTreeMap::new();
    form.choices.with_value(|choices| {
        let fit = choices.storages.iter().filter(|storage| {
            storage.cluster == cluster
                && storage.active
                && (node.is_empty() || storage.node == node)
                && storage.content.iter().any(|content| content == "images")
        });
        for storage in fit {
            let most = free.entry(storage.name.clone()).or_default();
            *most = (*most).max(storage.total_bytes.saturating_sub(storage.used_bytes));
        }
    });
    let named = free.into_iter().map(|(name, free)| {
        let label = say!(
            i18n,
            new_server.storage_free,
            storage = name.clone(),
            free = units::size(free)
        );
        SelectOption::new(name, label)
    });
    other_defaults(form).into_iter().chain(named).collect()
}
