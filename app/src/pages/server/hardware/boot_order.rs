//! The devices that the server tries to start from, in their order: moved by buttons, so that the keyboard can do it.

use drover_ui::{prelude::*, use_id};
use leptos::prelude::*;

use super::super::edit::{Editor, Field};
use crate::texts::{say, text, use_i18n};

fn order(editor: Editor) -> Vec<String> {
    editor.with(|typed| {
        typed
            .get(Field::Boot)
            .split(';')
            .filter(|device| !device.is_empty())
            .map(str::to_owned)
            .collect()
    })
}

fn write(editor: Editor, order: &[String]) {
    editor.text(Field::Boot).set(order.join(";"));
}

/// The list.
#[component]
pub fn BootOrder(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let id = use_id("boot");
    let heading = id.clone();
    let devices = Memo::new(move |_| order(editor));
    let error = editor.problem(Field::Boot);
    let rows = move || {
        let devices = devices.get();
        let last = devices.len().saturating_sub(1);
        devices
            .into_iter()
            .enumerate()
            .map(|(place, device)| view! { <Row editor=editor device=device place=place is_last=place == last /> })
            .collect_view()
    };
    let add = Bound::new(String::new, move |device: String| {
        if !device.is_empty() {
            let mut order = untrack(|| order(editor));
            order.push(device);
            write(editor, &order);
        }
    });
    // What can be started from and is not in the list yet.
    let others = Memo::new(move |_| {
        let known = devices.get();
        editor.configuration.with(|configuration| {
            let Some(configuration) = configuration else {
                return Vec::new();
            };
            let others = configuration
                .bootable
                .iter()
                .filter(|device| !known.contains(device));
            others
                .map(|device| SelectOption::new(device.clone(), device.clone()))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="server-boot" role="group" aria-labelledby=id>
            <span class="field__label" id=heading>
                {move || Field::Boot.label()}
            </span>
            <ol class="server-boot__list">{rows}</ol>
            {move || devices.with(Vec::is_empty).then(|| view! { <p class="server__none">{text!(i18n, server.boot_none)}</p> })}
            {move || {
                others
                    .with(|others| !others.is_empty())
                    .then(|| {
                        view! {
                            <Select
                                label=text!(i18n, server.boot_add)
                                value=add
                                options=others
                                placeholder=Signal::derive(move || Some(say!(i18n, server.boot_add)))
                                hide_label=true
                            />
                        }
                    })
            }}
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </div>
    }
}

#[component]
fn Row(editor: Editor, device: String, place: usize, is_last: bool) -> impl IntoView {
    let i18n = use_i18n();
    let name = device.clone();
    let label = {
        let device = device.clone();
        move |what: fn(&str) -> String| {
            let device = device.clone();
            Signal::derive(move || what(&device))
        }
    };
    let swap = move |with: usize| {
        let mut order = untrack(|| order(editor));
        if place < order.len() && with < order.len() {
            order.swap(place, with);
            write(editor, &order);
        }
    };
    let remove = move |_| {
        let mut order = untrack(|| order(editor));
        order.retain(|other| *other != device);
        write(editor, &order);
    };
    let first = Signal::derive(move || (place == 0).then(|| say!(i18n, server.boot_is_first)));
    let last = Signal::derive(move || is_last.then(|| say!(i18n, server.boot_is_last)));
    view! {
        <li class="server-boot__row">
            <code>{name}</code>
            <span class="server-boot__buttons">
                <IconButton
                    icon=IconName::ArrowUp
                    size=ButtonSize::Small
                    label=label(|device| say!(use_i18n(), server.boot_up, device = device))
                    disabled=first
                    on_click=move |_| swap(place.wrapping_sub(1))
                />
                <IconButton
                    icon=IconName::ArrowDown
                    size=ButtonSize::Small
                    label=label(|device| say!(use_i18n(), server.boot_down, device = device))
                    disabled=last
                    on_click=move |_| swap(place + 1)
                />
                <IconButton
                    icon=IconName::X
                    size=ButtonSize::Small
                    label=label(|device| say!(use_i18n(), server.boot_remove, device = device))
                    on_click=remove
                />
            </span>
        </li>
    }
}
