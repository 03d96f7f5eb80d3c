//! The server's figures as they are now.

use drover_types::{
    guest::{GuestStatus, MemorySource},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    inventory::Guest,
    shared::Uptime,
    texts::{say, text, use_i18n},
};

/// CPU, memory, uptime and addresses.
#[component]
pub fn Figures(guest: Memo<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let runs = Memo::new(move |_| guest.with(|guest| guest.started_at != 0));
    let cpu = Memo::new(move |_| guest.with(|guest| guest.cpu_percent));
    let memory = Memo::new(move |_| guest.with(|guest| (guest.memory_percent, guest.memory_bytes)));
    let source = Memo::new(move |_| guest.with(|guest| guest.memory_source));
    let told_by = Signal::derive(move || {
        runs.get().then(|| match source.get() {
            MemorySource::Guest => say!(i18n, server.memory_by_guest),
            MemorySource::Host => say!(i18n, server.memory_by_host),
        })
    });
    let cores = Memo::new(move |_| guest.with(|guest| guest.cores));
    let started = Memo::new(move |_| guest.with(|guest| guest.started_at));
    let addresses = Memo::new(move |_| guest.with(|guest| guest.addresses.clone()));
    let is_off = Memo::new(move |_| guest.with(|guest| guest.status == GuestStatus::Stopped));
    let share = move |value: u8| {
        if runs.get() {
            format!("{value} %")
        } else {
            "—".to_owned()
        }
    };
    view! {
        <div class="overview__tiles">
            <Stat
                label=text!(i18n, server.cpu)
                value=Signal::derive(move || share(cpu.get()))
                unit=Signal::derive(move || Some(say!(i18n, server.of_cores, count = u64::from(cores.get()))))
                footer=move || {
                    view! {
                        <Meter
                            label=text!(i18n, server.cpu)
                            value=Signal::derive(move || f64::from(cpu.get()))
                        />
                    }
                }
            />
            <Stat
                label=text!(i18n, server.memory)
                value=Signal::derive(move || share(memory.get().0))
                unit=Signal::derive(move || {
                    Some(say!(i18n, server.of_memory, memory = units::size(memory.get().1)))
                })
                note=told_by
                footer=move || {
                    view! {
                        <Meter
                            label=text!(i18n, server.memory)
                            value=Signal::derive(move || f64::from(memory.get().0))
                        />
                    }
                }
            />
            <div class="stat">
                <span class="stat__label">{text!(i18n, server.uptime)}</span>
                <span class="stat__figure">
                    <span class="stat__value">
                        <Uptime started_at=started />
                    </span>
                </span>
                {move || is_off.get().then(|| view! { <span class="stat__note">{text!(i18n, server.is_off)}</span> })}
            </div>
            <div class="stat">
                <span class="stat__label">{text!(i18n, server.addresses)}</span>
                <div class="server__addresses">
                    {move || {
                        let addresses = addresses.get();
                        if addresses.is_empty() {
                            return view! { <span class="stat__note">{text!(i18n, server.no_addresses)}</span> }
                                .into_any();
                        }
                        addresses
                            .into_iter()
                            .map(|address| {
                                view! {
                                    <span class="server__address">
                                        <code>{address.clone()}</code>
                                        <CopyButton
                                            text=address
                                            label=text!(i18n, server.copy_address)
                                            copied_label=text!(i18n, server.copied)
                                        />
                                    </span>
                                }
                            })
                            .collect_view()
                            .into_any()
                    }}
                </div>
            </div>
        </div>
    }
}
