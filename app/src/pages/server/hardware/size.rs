//! Processor and memory.

use drover_types::{configuration::CPU_TYPES, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::super::edit::{Editor, Field};
use crate::texts::{say, text, use_i18n};

/// The card.
#[component]
pub fn Size(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let in_all = Signal::derive(move || {
        let of = |field| editor.with(|typed| typed.get(field).parse::<u64>().unwrap_or(1));
        let (cores, sockets) = (of(Field::Cores), of(Field::Sockets));
        (sockets > 1).then(|| say!(i18n, server.cores_in_all, cores = cores.saturating_mul(sockets)))
    });
    view! {
        <Card title=text!(i18n, server.size)>
            <div class="server-edit__card">
                <div class="form-page__grid">
                    <NumberInput
                        label=Signal::derive(move || Field::Cores.label())
                        value=editor.number(Field::Cores)
                        min=Some(1)
                        required=true
                        hint=in_all
                        error=editor.problem(Field::Cores)
                    />
                    {move || (!editor.is_container()).then(|| view! { <Machine editor=editor /> })}
                </div>
                <Memory editor=editor />
            </div>
        </Card>
    }
}

/// What containers do not have.
#[component]
fn Machine(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let usual = Signal::derive(move || Some(say!(i18n, server.cpu_type_usual)));
    let types: Vec<_> = CPU_TYPES
        .iter()
        .map(|name| ComboboxOption::new(*name, *name))
        .collect();
    view! {
        <NumberInput
            label=Signal::derive(move || Field::Sockets.label())
            value=editor.number(Field::Sockets)
            min=Some(1)
            required=true
            error=editor.problem(Field::Sockets)
        />
        <Combobox
            label=Signal::derive(move || Field::CpuType.label())
            value=editor.text(Field::CpuType)
            options=types
            allow_other=true
            placeholder=usual
            empty_label=text!(i18n, server.cpu_type_other)
            error=editor.problem(Field::CpuType)
        />
    }
}

#[component]
fn Memory(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let in_gib = move |field: Field| {
        Signal::derive(move || {
            let mib: u64 = editor.with(|typed| typed.get(field).parse().ok())?;
            (mib >= 1024).then(|| units::size(mib.saturating_mul(units::MIB)))
        })
    };
    // No value is a device that takes nothing, 0 is no device at all (`balloon` of Proxmox's `qm.conf`).
    let has_device = Bound::new(
        move || editor.with(|typed| typed.get(Field::Balloon) != "0"),
        move |yes| {
            let all = untrack(|| editor.with(|typed| typed.get(Field::Memory).to_owned()));
            editor.update(|typed| typed.set(Field::Balloon, if yes { all } else { "0".to_owned() }));
        },
    );
    let least_disabled =
        Signal::derive(move || (!has_device.get()).then(|| say!(i18n, server.balloon_is_off)));
    let least = Bound::new(
        move || {
            editor
                .with(|typed| typed.get(Field::Balloon).parse::<i64>().ok())
                .filter(|mib| *mib > 0)
        },
        move |mib: Option<i64>| {
            editor
                .text(Field::Balloon)
                .set(mib.map(|mib| mib.to_string()).unwrap_or_default());
        },
    );
    let as_memory = Signal::derive(move || Some(say!(i18n, server.balloon_as_memory)));
    view! {
        <div class="form-page__grid">
            <NumberInput
                label=Signal::derive(move || Field::Memory.label())
                value=editor.number(Field::Memory)
                unit="MiB"
                min=Some(16)
                step=256
                required=true
                hint=in_gib(Field::Memory)
                error=editor.problem(Field::Memory)
            />
            {move || {
                (!editor.is_container())
                    .then(|| {
                        view! {
                            <NumberInput
                                label=Signal::derive(move || Field::Balloon.label())
                                value=least
                                unit="MiB"
                                min=Some(16)
                                step=256
                                placeholder=as_memory
                                disabled=least_disabled
                                hint=in_gib(Field::Balloon)
                                error=editor.problem(Field::Balloon)
                            />
                        }
                    })
            }}
        </div>
        {move || {
            (!editor.is_container())
                .then(|| {
                    view! {
                        <Checkbox
                            label=text!(i18n, server.balloon)
                            hint=Signal::derive(move || Some(say!(i18n, server.balloon_hint)))
                            value=has_device
                        />
                    }
                })
        }}
    }
}
