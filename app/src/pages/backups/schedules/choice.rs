//! Which servers a job backs up: all but some, these, or those of a pool.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::filter::Filter;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::fields::{ALL, JobFields, POOL, SOME};
use crate::{
    clock::use_now,
    inventory::use_inventory,
    shared::FormError,
    texts::{say, text, use_i18n},
};

/// How many servers are offered at once; the filter leads to the others.
const MOST_SHOWN: usize = 100;

/// The choice.
#[component]
pub(super) fn JobChoiceFields(fields: JobFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let ways = Signal::derive(move || {
        vec![
            RadioOption::new(ALL, say!(i18n, backups.choose_all)),
            RadioOption::new(SOME, say!(i18n, backups.choose_some)),
            RadioOption::new(POOL, say!(i18n, backups.choose_pool)),
        ]
    });
    let of = Memo::new(move |_| fields.of.get());
    view! {
        <RadioGroup
            label=text!(i18n, backups.of_servers)
            value=fields.of
            options=ways
            error=error.field("vmids")
        />
        {move || match of.get().as_str() {
            SOME => view! { <Picker fields=fields ticked=fields.vmids /> }.into_any(),
            POOL => view! { <Pools fields=fields error=error /> }.into_any(),
            _ => {
                view! {
                    <details class="backup-form__fold">
                        <summary>
                            {text!(i18n, backups.left_out, count = fields.except.with(BTreeSet::len) as u64)}
                        </summary>
                        <Picker fields=fields ticked=fields.except />
                    </details>
                }
                    .into_any()
            }
        }}
    }
}

/// The pools that servers of the cluster are in, and the one that is named.
#[component]
fn Pools(fields: JobFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let pools = Signal::derive(move || {
        let cluster = fields.cluster.get();
        let mut names: BTreeSet<String> = inventory.with_guests(|guests| {
            let own = guests.iter().filter(|guest| guest.id.cluster == cluster);
            own.filter_map(|guest| guest.pool.clone()).collect()
        });
        names.extend(Some(fields.pool.get()).filter(|name| !name.is_empty()));
        let option = |name: String| SelectOption::new(name.clone(), name);
        names.into_iter().map(option).collect::<Vec<_>>()
    });
    view! {
        <Select
            label=text!(i18n, backups.pool)
            value=fields.pool
            options=pools
            placeholder=Signal::derive(move || Some(say!(i18n, backups.choose_pool_first)))
            error=error.field("pool")
        />
    }
}

/// The servers of the cluster with tick boxes, narrowed down as the list of servers is. What is ticked and not there
/// any more stands first.
#[component]
fn Picker(fields: JobFields, ticked: RwSignal<BTreeSet<u32>>) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let now = use_now();
    let filter = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = Filter::parse(&filter.get(), now.get_untracked()).unwrap_or_default();
        let cluster = fields.cluster.get();
        inventory.with_guests(|guests| {
            let own = guests.iter().filter(|guest| guest.id.cluster == cluster);
            let there: BTreeMap<u32, String> = own
                .clone()
                .map(|guest| (guest.id.vmid, guest.name.clone()))
                .collect();
            let gone = ticked
                .get_untracked()
                .into_iter()
                .filter(|vmid| !there.contains_key(vmid));
            let gone = gone.map(|vmid| (vmid, String::new()));
            let fit = own.filter(|guest| wanted.matches(guest));
            gone.chain(fit.map(|guest| (guest.id.vmid, guest.name.clone())))
                .collect::<Vec<_>>()
        })
    });
    let shown =
        Memo::new(move |_| found.with(|found| found.iter().take(MOST_SHOWN).cloned().collect::<Vec<_>>()));
    let more = Memo::new(move |_| found.with(Vec::len).saturating_sub(MOST_SHOWN) as u64);
    let row = move |(vmid, name): (u32, String)| {
        let value = Bound::new(
            move || ticked.with(|ticked| ticked.contains(&vmid)),
            move |on| {
                ticked.update(|ticked| {
                    if on {
                        ticked.insert(vmid);
                    } else {
                        ticked.remove(&vmid);
                    }
                });
            },
        );
        let label = if name.is_empty() {
            vmid.to_string()
        } else {
            format!("{name} ({vmid})")
        };
        view! {
            <li>
                <Checkbox label=Signal::stored(label) value=value />
            </li>
        }
    };
    view! {
        <SearchInput
            label=text!(i18n, backups.filter)
            value=filter
            clear_label=text!(i18n, servers.filter_clear)
            placeholder=Signal::derive(move || Some(say!(i18n, servers.filter_example)))
        />
        <p class="backup-form__hint" role="status">
            {text!(i18n, backups.selected, count = ticked.with(BTreeSet::len) as u64)}
        </p>
        <ul class="backup-form__choice">
            <For each=move || shown.get() key=|(vmid, _)| *vmid children=row />
        </ul>
        {move || {
            (more.get() > 0)
                .then(|| {
                    view! {
                        <p class="backup-form__hint">
                            {text!(i18n, backups.more_fit, count = more.get())}
                        </p>
                    }
                })
        }}
    }
}
