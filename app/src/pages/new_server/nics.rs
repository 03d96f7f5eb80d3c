//! Network devices: each on a bridge, with DHCP or an address of its own.

use std::collections::BTreeSet;

use drover_types::cluster::BridgeRow;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    draft::{Draft, NicDraft},
    fields,
    part::Part,
    state::Form,
};
use crate::texts::{say, text, use_i18n};

/// The network devices in order.
#[component]
pub fn Nics(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let keys = Memo::new(move |_| {
        form.draft
            .with(|draft| draft.nics.iter().map(|nic| nic.key).collect::<Vec<_>>())
    });
    view! {
        <Part title=text!(i18n, new_server.network) hint=text!(i18n, new_server.network_hint)>
            <For each=move || keys.get() key=|key| *key let:key>
                <Nic form=form key=key />
            </For>
            <div>
                <Button
                    icon=IconName::Plus
                    size=ButtonSize::Small
                    on_click=move |_| {
                        form.draft
                            .update(|draft| {
                                let bridge = draft.nics.last().map(|nic| nic.bridge.clone()).unwrap_or_default();
                                draft.add_nic(&bridge);
                            });
                    }
                >
                    {text!(i18n, new_server.add_nic)}
                </Button>
            </div>
        </Part>
    }
}

/// One row, for its controls.
#[derive(Clone, Copy)]
struct Row {
    form: Form,
    key: u32,
    row: Memo<Option<NicDraft>>,
}

impl Row {
    fn part<T: Clone + Default + Send + Sync + 'static>(
        self,
        get: fn(&NicDraft) -> T,
        set: fn(&mut NicDraft, T),
    ) -> Bound<T> {
        let Self { form, key, row } = self;
        Bound::new(
            move || row.with(|row| row.as_ref().map(get).unwrap_or_default()),
            move |value| {
                form.draft.update(|draft| {
                    if let Some(nic) = draft.nics.iter_mut().find(|nic| nic.key == key) {
                        set(nic, value);
                    }
                });
            },
        )
    }

    fn problem(self, part: &'static str) -> Signal<Option<String>> {
        self.form
            .problem(move |draft| fields::nic(place(draft, self.key), part))
    }
}

fn place(draft: &Draft, key: u32) -> usize {
    draft.nics.iter().position(|nic| nic.key == key).unwrap_or(0)
}

#[component]
fn Nic(form: Form, key: u32) -> impl IntoView {
    let i18n = use_i18n();
    let row = Row {
        form,
        key,
        row: Memo::new(move |_| {
            form.draft
                .with(|draft| draft.nics.iter().find(|nic| nic.key == key).cloned())
        }),
    };
    let name = Memo::new(move |_| form.draft.with(|draft| format!("net{}", place(draft, key))));
    let is_static = Memo::new(move |_| row.row.with(|row| row.as_ref().is_some_and(|row| row.is_static)));
    let modes = Signal::derive(move || {
        vec![
            SelectOption::new("dhcp", say!(i18n, new_server.dhcp)),
            SelectOption::new("static", say!(i18n, new_server.fixed)),
        ]
    });
    view! {
        <fieldset class="new-server__row" data-kind="nic" data-static=move || is_static.get().then_some("true")>
            <legend class="visually-hidden">{move || say!(i18n, new_server.nic_of, name = name.get())}</legend>
            <Select
                label=text!(i18n, new_server.bridge)
                value=row.part(|nic| nic.bridge.clone(), |nic, bridge| nic.bridge = bridge)
                options=Signal::derive(move || bridges(form))
                placeholder=Signal::derive(move || Some(say!(i18n, new_server.bridge_default)))
                error=row.problem(fields::BRIDGE)
            />
            <Select
                label=text!(i18n, new_server.addressing)
                value=row.part(
                    |nic| if nic.is_static { "static".to_owned() } else { "dhcp".to_owned() },
                    |nic, mode| nic.is_static = mode == "static",
                )
                options=modes
            />
            {move || is_static.get().then(|| view! { <Address row=row /> })}
            <div class="new-server__remove">
                <IconButton
                    icon=IconName::Trash
                    label=Signal::derive(move || say!(i18n, new_server.remove_nic, name = name.get()))
                    on_click=move |_| form.draft.update(|draft| draft.nics.retain(|nic| nic.key != key))
                />
            </div>
        </fieldset>
    }
}

#[component]
fn Address(row: Row) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <TextInput
            label=text!(i18n, new_server.address)
            value=row.part(|nic| nic.address.clone(), |nic, address| nic.address = address)
            placeholder="10.0.0.20"
            autocomplete="off"
            monospace=true
            required=true
            error=row.problem(fields::ADDRESS)
        />
        <NumberInput
            label=text!(i18n, new_server.prefix)
            value=row.part(|nic| nic.prefix, |nic, prefix| nic.prefix = prefix)
            min=Some(1)
            max=Some(128)
            required=true
            error=row.problem(fields::PREFIX)
        />
        <TextInput
            label=text!(i18n, new_server.gateway)
            value=row.part(|nic| nic.gateway.clone(), |nic, gateway| nic.gateway = gateway)
            placeholder="10.0.0.1"
            autocomplete="off"
            monospace=true
            error=row.problem(fields::GATEWAY)
        />
    }
}

/// The bridges that the server could be plugged into, each with what is known of its network.
fn bridges(form: Form) -> Vec<SelectOption> {
    let options = form.bridges.with(|bridges| {
        let option = |bridge: &BridgeRow| {
            let about = bridge.comment.as_ref().or(bridge.cidr.as_ref());
            let label = about.map_or_else(
                || bridge.name.clone(),
                |about| format!("{} · {about}", bridge.name),
            );
            SelectOption::new(bridge.name.clone(), label)
        };
        bridges.iter().map(option).collect::<Vec<_>>()
    });
    // What was chosen stays to be seen while the list is on its way, or where another node has no such bridge.
    let chosen = form.draft.with(|draft| {
        draft
            .nics
            .iter()
            .map(|nic| nic.bridge.clone())
            .collect::<BTreeSet<_>>()
    });
    let missing = chosen
        .into_iter()
        .filter(|name| !name.is_empty() && options.iter().all(|option| option.value != *name))
        .map(|name| SelectOption::new(name.clone(), name))
        .collect::<Vec<_>>();
    options.into_iter().chain(missing).collect()
}
