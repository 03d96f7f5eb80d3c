//! Dialogs, drawers, menus, tabs, toasts.

use drover_ui::prelude::*;
use insta::assert_snapshot;
use leptos::prelude::*;

use crate::html;

#[test]
fn a_closed_dialog_has_a_name_and_no_content() {
    assert_snapshot!(html(|| view! {
        <Dialog open=RwSignal::new(false) title="Rename" close_label="Close">
            <p>"content"</p>
        </Dialog>
    }));
}

#[test]
fn a_confirmation_that_wants_the_name_says_so_at_its_button() {
    assert_snapshot!(html(|| view! {
        <ConfirmDialog
            open=RwSignal::new(true)
            title="Delete web-01?"
            confirm_label="Delete"
            cancel_label="Cancel"
            type_to_confirm="web-01"
            type_label="Type web-01 to delete it"
            error="Node pve3 does not answer"
            on_confirm=|()| {}
        >
            <p>"Its backups stay."</p>
        </ConfirmDialog>
    }));
}

#[test]
fn drawer() {
    assert_snapshot!(html(|| view! {
        <Drawer open=RwSignal::new(true) title="Tasks" close_label="Close">
            <p>"content"</p>
        </Drawer>
    }));
}

#[test]
fn a_menu_is_a_button_with_an_empty_popover() {
    assert_snapshot!(html(|| view! {
        <Menu label="Actions" icon=IconName::More icon_only=true align=MenuAlign::End>
            <MenuItem label="Start" on_select=|()| {} />
        </Menu>
    }));
}

#[test]
fn menu_items() {
    assert_snapshot!(html(|| view! {
        <MenuItem label="Start" on_select=|()| {} disabled="It is running" icon=IconName::Play />
        <MenuItem label="Memory" on_select=|()| {} checked=Some(true) />
        <MenuLink label="Console" href="/console" />
        <MenuSeparator />
    }));
}

#[test]
fn tabs() {
    let names = vec![
        Tab::new("hardware", "Hardware"),
        Tab::new("disks", "Disks").count(2),
    ];
    assert_snapshot!(html(move || view! {
        <Tabs label="Parts" tabs=names active=RwSignal::new("disks".to_owned())>
            <TabPanel id="hardware">"4 cores"</TabPanel>
            <TabPanel id="disks">"Two disks"</TabPanel>
        </Tabs>
    }));
}

#[test]
fn toasts_are_read_out() {
    assert_snapshot!(html(|| {
        use_toasts().show(Toast::success("web-01 starts").link("Show", "/tasks/1"));
        use_toasts().show(Toast::danger("web-02 can't start").detail("No memory left"));
        view! { <Toaster label="Messages" dismiss_label="Dismiss" /> }
    }));
}
