//! Samples of what lies over the page: dialog, confirmation, drawer, menu, toast, tooltip.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{
    Button, ButtonVariant, ConfirmDialog, Dialog, DialogSize, Drawer, IconName, Menu, MenuAlign, MenuHeading,
    MenuItem, MenuLink, MenuSeparator, TextInput, Toast, Tone, Tooltip, use_toasts,
};

#[component]
pub(super) fn Overlays() -> impl IntoView {
    view! {
        <Windows />
        <Menus />
        <Messages />
    }
}

#[component]
fn Windows() -> impl IntoView {
    let dialog = RwSignal::new(false);
    let confirm = RwSignal::new(false);
    let drawer = RwSignal::new(false);
    let name = RwSignal::new("web-01".to_owned());
    view! {
        <Entry id="dialog" title="Dialog, ConfirmDialog, Drawer">
            <div class="gallery__row">
                <Button on_click=move |_| dialog.set(true)>"Open a dialog"</Button>
                <Button variant=ButtonVariant::Danger on_click=move |_| confirm.set(true)>
                    "Delete web-01"
                </Button>
                <Button on_click=move |_| drawer.set(true)>"Open a drawer"</Button>
            </div>
            <Dialog
                open=dialog
                title="Rename the server"
                close_label="Close"
                size=DialogSize::Medium
                actions=move || {
                    view! {
                        <Button on_click=move |_| dialog.set(false)>"Cancel"</Button>
                        <Button variant=ButtonVariant::Primary on_click=move |_| dialog.set(false)>
                            "Rename"
                        </Button>
                    }
                }
            >
                <TextInput label="Name" value=name />
            </Dialog>
            <ConfirmDialog
                open=confirm
                title="Delete web-01?"
                confirm_label="Delete"
                cancel_label="Cancel"
                type_to_confirm="web-01"
                type_label="Type web-01 to delete it"
                on_confirm=move |()| confirm.set(false)
            >
                <p>"The server and its two disks are removed. Its backups stay."</p>
            </ConfirmDialog>
            <Drawer open=drawer title="Tasks" close_label="Close">
                <p>"The page beside it stays usable."</p>
            </Drawer>
        </Entry>
    }
}

#[component]
fn Menus() -> impl IntoView {
    let memory = RwSignal::new(true);
    let items = move || {
        view! {
            <MenuItem label="Start" icon=IconName::Play on_select=|()| {} disabled="It is running already" />
            <MenuItem label="Shut down" icon=IconName::Power on_select=|()| {} />
            <MenuItem label="Reboot" icon=IconName::Refresh on_select=|()| {} />
            <MenuLink label="Console" icon=IconName::Console href="#menu" />
            <MenuSeparator />
            <MenuItem label="Delete" icon=IconName::Trash tone=Tone::Danger on_select=|()| {} />
        }
    };
    view! {
        <Entry id="menu" title="Menu">
            <div class="gallery__row">
                <Menu label="Actions" variant=ButtonVariant::Secondary>
                    {items()}
                </Menu>
                <Menu label="Actions of web-01" icon=IconName::More icon_only=true align=MenuAlign::End>
                    {items()}
                </Menu>
                <Menu label="Columns" icon=IconName::Columns>
                    <MenuHeading>"Shown"</MenuHeading>
                    <MenuItem
                        label="Memory"
                        checked=move || Some(memory.get())
                        on_select=move |()| memory.update(|on| *on = !*on)
                    />
                </Menu>
            </div>
        </Entry>
    }
}

#[component]
fn Messages() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <Entry id="toast" title="Toaster, Tooltip">
            <div class="gallery__row">
                <Button on_click=move |_| {
                    toasts.show(Toast::success("web-01 starts").link("Show the task", "#toast"));
                }>"Say that it works"</Button>
                <Button on_click=move |_| {
                    toasts.show(Toast::danger("web-01 can't start").detail("Node pve3 does not answer."));
                }>"Say that it failed"</Button>
                <Tooltip text="2026-11-22 03:00:00">"3 minutes ago"</Tooltip>
            </div>
        </Entry>
    }
}
