//! The network devices in order.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    super::edit::{AddressPart, Editor, Field, NicPart, free_nic},
    bridges::Surroundings,
    nic::Nic,
};
use crate::texts::{say, text, use_i18n};

/// The card.
#[component]
pub fn Nics(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let around = Surroundings::follow(editor);
    let indexes = Memo::new(move |_| {
        editor.with(|typed| {
            typed
                .fields()
                .filter_map(|field| match field {
                    Field::Nic(index, NicPart::Bridge) => Some(index),
                    _ => None,
                })
                .collect::<Vec<_>>()
        })
    });
    let free = Memo::new(move |_| {
        editor.configuration.with(|configuration| {
            let configuration = configuration.as_ref()?;
            editor.with(|typed| free_nic(configuration, typed))
        })
    });
    let add = move |_| {
        let Some(index) = free.get_untracked() else { return };
        let is_container = untrack(|| editor.is_container());
        editor.update(|typed| {
            typed.set(Field::Nic(index, NicPart::Bridge), around.first());
            typed.set(
                Field::Nic(index, NicPart::Model),
                if is_container { "" } else { "virtio" },
            );
            typed.set(Field::Nic(index, NicPart::Vlan), "");
            typed.set(Field::Nic(index, NicPart::Firewall), "0");
            typed.set(Field::Nic(index, NicPart::Rate), "");
            typed.set(Field::Nic(index, NicPart::Link), "1");
            typed.set(Field::Address(index, AddressPart::V4), "dhcp");
        });
    };
    let full = Signal::derive(move || free.get().is_none().then(|| say!(i18n, server.nics_full)));
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Plus disabled=full on_click=add>
                {text!(i18n, server.nic_add)}
            </Button>
        }
    };
    view! {
        <Card title=text!(i18n, server.nics) actions=actions>
            {move || {
                indexes.with(Vec::is_empty).then(|| view! { <p class="server__none">{text!(i18n, server.no_nics)}</p> })
            }}
            <div class="server-edit__card">
                <For each=move || indexes.get() key=|index| *index let:index>
                    <Nic editor=editor around=around index=index />
                </For>
            </div>
        </Card>
    }
}
