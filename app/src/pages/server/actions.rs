//! What can be done to the server, each with the reason where it can't be now.

use drover_types::{action::GuestAction, permission::Permission};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    inventory::Guest,
    paths,
    session::use_session,
    shared::{PageItem, action_icon, action_name, use_server_actions},
    texts::{text, use_i18n, use_lang},
};

/// The actions in a menu.
#[component]
pub fn Actions(guest: Memo<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Menu
            label=text!(i18n, server.actions)
            icon=IconName::Power
            align=MenuAlign::End
            variant=ButtonVariant::Secondary
        >
            <PageItem
                label=text!(i18n, backups.back_up)
                icon=IconName::Archive
                needs=Permission::BackupManagement
                to=Signal::derive(move || guest.with(|guest| paths::back_up([&guest.id])))
            />
            <MenuSeparator />
            {GuestAction::ALL.iter().map(|action| view! { <Action action=*action guest=guest /> }).collect_view()}
        </Menu>
    }
}

#[component]
fn Action(action: GuestAction, guest: Memo<Guest>) -> impl IntoView {
    let session = use_session();
    let lang = use_lang();
    let act = use_server_actions();
    let refusal = Memo::new(move |_| {
        guest.with(|guest| {
            session
                .with_grants(|grants| action.refusal(guest, grants))
                .flatten()
        })
    });
    view! {
        <MenuItem
            label=Signal::derive(move || action_name(action))
            icon=action_icon(action)
            tone=if action.is_dangerous() { Tone::Danger } else { Tone::Neutral }
            disabled=Signal::derive(move || {
                refusal.with(|refusal| refusal.as_ref().map(|problem| problem.text(lang.get())))
            })
            on_select=move |()| act.run((action, guest.with_untracked(|guest| (**guest).clone())))
        />
    }
}
