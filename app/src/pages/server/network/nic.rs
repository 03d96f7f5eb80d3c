//! One network device: where it is plugged in, what it is, and the addresses that it gets.

use drover_types::configuration::NIC_MODELS;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    super::edit::{AddressPart, Editor, Field, NicPart},
    bridges::Surroundings,
};
use crate::texts::{say, text, use_i18n};

/// The device.
#[component]
pub fn Nic(editor: Editor, around: Surroundings, index: u32) -> impl IntoView {
    let i18n = use_i18n();
    let name = format!("net{index}");
    let legend = name.clone();
    let remove = {
        let name = name.clone();
        Signal::derive(move || say!(i18n, server.nic_remove, name = name.clone()))
    };
    let mac = Memo::new(move |_| editor.with(|typed| typed.get(Field::Nic(index, NicPart::Mac)).to_owned()));
    let reported = Memo::new(move |_| around.reported(&name));
    view! {
        <fieldset class="server-nic">
            <legend class="server-nic__name">
                <code>{legend}</code>
            </legend>
            <p class="server-nic__facts">
                {move || {
                    let mac = mac.get();
                    if mac.is_empty() {
                        view! { <span>{text!(i18n, server.nic_new)}</span> }.into_any()
                    } else {
                        view! { <code>{mac}</code> }.into_any()
                    }
                }}
                {move || reported.get().into_iter().map(|address| view! { <code>{address}</code> }).collect_view()}
            </p>
            <div class="server-nic__remove">
                <IconButton
                    icon=IconName::Trash
                    label=remove
                    on_click=move |_| {
                        editor
                            .update(|typed| {
                                typed
                                    .remove(|field| {
                                        matches!(field, Field::Nic(n, _) | Field::Address(n, _) if n == index)
                                    });
                            });
                    }
                />
            </div>
            <Device editor=editor around=around index=index />
            <Addresses editor=editor index=index />
        </fieldset>
    }
}

#[component]
fn Device(editor: Editor, around: Surroundings, index: u32) -> impl IntoView {
    let i18n = use_i18n();
    let of = move |part| Field::Nic(index, part);
    let models = Signal::derive(move || {
        let now = editor.with(|typed| typed.get(of(NicPart::Model)).to_owned());
        let mut models: Vec<_> = NIC_MODELS
            .iter()
            .map(|model| SelectOption::new(*model, *model))
            .collect();
        if models.iter().all(|model| model.value != now) {
            models.insert(0, SelectOption::new(now.clone(), now));
        }
        models
    });
    let untagged = Signal::derive(move || Some(say!(i18n, server.vlan_none)));
    let unlimited = Signal::derive(move || Some(say!(i18n, server.nic_unlimited)));
    view! {
        <div class="form-page__grid">
            <Select
                label=Signal::derive(move || NicPart::Bridge.label())
                value=editor.text(of(NicPart::Bridge))
                options=Signal::derive(move || around.options(index))
                error=editor.problem(of(NicPart::Bridge))
            />
            {move || {
                (!editor.is_container())
                    .then(|| {
                        view! {
                            <Select
                                label=Signal::derive(move || NicPart::Model.label())
                                value=editor.text(of(NicPart::Model))
                                options=models
                                error=editor.problem(of(NicPart::Model))
                            />
                        }
                    })
            }}
            <NumberInput
                label=Signal::derive(move || NicPart::Vlan.label())
                value=editor.number(of(NicPart::Vlan))
                min=Some(1)
                max=Some(4094)
                placeholder=untagged
                error=editor.problem(of(NicPart::Vlan))
            />
            <TextInput
                label=Signal::derive(move || NicPart::Rate.label())
                value=editor.text(of(NicPart::Rate))
                placeholder=unlimited
                autocomplete="off"
                error=editor.problem(of(NicPart::Rate))
            />
            <div class="server-nic__switches">
                <Checkbox
                    label=Signal::derive(move || NicPart::Firewall.label())
                    value=editor.flag(of(NicPart::Firewall))
                />
                <Checkbox
                    label=Signal::derive(move || NicPart::Link.label())
                    value=editor.flag(of(NicPart::Link))
                />
            </div>
        </div>
    }
}

#[component]
fn Addresses(editor: Editor, index: u32) -> impl IntoView {
    let i18n = use_i18n();
    let of = move |part| Field::Address(index, part);
    let options = |choices: &'static [(&'static str, &'static str)]| {
        choices
            .iter()
            .map(|(value, label)| ComboboxOption::new(*value, *label))
            .collect::<Vec<_>>()
    };
    let none = Signal::derive(move || Some(say!(i18n, server.address_none)));
    view! {
        <div class="form-page__grid">
            <Combobox
                label=Signal::derive(move || AddressPart::V4.label())
                value=editor.text(of(AddressPart::V4))
                options=options(&[("dhcp", "DHCP")])
                allow_other=true
                placeholder=none
                empty_label=text!(i18n, server.address_typed)
                error=editor.problem(of(AddressPart::V4))
            />
            <TextInput
                label=Signal::derive(move || AddressPart::Gateway4.label())
                value=editor.text(of(AddressPart::Gateway4))
                placeholder="10.0.0.1"
                autocomplete="off"
                monospace=true
                error=editor.problem(of(AddressPart::Gateway4))
            />
            <Combobox
                label=Signal::derive(move || AddressPart::V6.label())
                value=editor.text(of(AddressPart::V6))
                options=options(&[("auto", "SLAAC"), ("dhcp", "DHCPv6")])
                allow_other=true
                placeholder=none
                empty_label=text!(i18n, server.address_typed)
                error=editor.problem(of(AddressPart::V6))
            />
            <TextInput
                label=Signal::derive(move || AddressPart::Gateway6.label())
                value=editor.text(of(AddressPart::Gateway6))
                placeholder="2001:db8::1"
                autocomplete="off"
                monospace=true
                error=editor.problem(of(AddressPart::Gateway6))
            />
        </div>
    }
}
