//! The actions on one server, each with the reason where it can't be taken now.

use drover_types::{action::GuestAction, guest::GuestRow};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::quick_action::use_server_actions;
use crate::{
    i18n::use_i18n,
    inventory::Guest,
    paths,
    session::use_session,
    texts::{say, text, use_lang},
};

/// What an action is called, in the language of now.
pub fn action_name(action: GuestAction) -> String {
    let i18n = use_i18n();
    match action {
        GuestAction::Start => say!(i18n, servers.start),
        GuestAction::Stop => say!(i18n, servers.stop),
        GuestAction::Shutdown => say!(i18n, servers.shutdown),
        GuestAction::Reboot => say!(i18n, servers.reboot),
    }
}

/// The picture of an action.
pub const fn action_icon(action: GuestAction) -> IconName {
    match action {
        GuestAction::Start => IconName::Play,
        GuestAction::Stop => IconName::Stop,
        GuestAction::Shutdown => IconName::Power,
        GuestAction::Reboot => IconName::Refresh,
    }
}

/// A button with three dots that opens the actions.
#[component]
pub fn ServerMenu(
    /// The server.
    #[prop(into)]
    guest: Signal<Guest>,
) -> impl IntoView {
    let i18n = use_i18n();
    let act = use_server_actions();
    let label = Signal::derive(move || {
        say!(
            i18n,
            servers.actions_of,
            name = guest.with(|guest| guest.name.clone())
        )
    });
    view! {
        <Menu
            label=label
            icon=IconName::More
            icon_only=true
            align=MenuAlign::End
            size=ButtonSize::Small
        >
            <MenuLink
                label=text!(i18n, servers.open)
                href=Signal::derive(move || guest.with(|guest| paths::server(&guest.id)))
                icon=IconName::Server
            />
            <MenuSeparator />
            {GuestAction::ALL.iter().map(|action| view! { <Action action=*action guest=guest act=act /> }).collect_view()}
        </Menu>
    }
}

#[component]
fn Action(
    action: GuestAction,
    guest: Signal<Guest>,
    act: Callback<(GuestAction, GuestRow)>,
) -> impl IntoView {
    let session = use_session();
    let lang = use_lang();
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
            tone=if action == GuestAction::Stop { Tone::Danger } else { Tone::Neutral }
            disabled=Signal::derive(move || refusal.with(|r| r.as_ref().map(|problem| problem.text(lang.get()))))
            on_select=move |()| act.run((action, guest.with_untracked(|guest| (**guest).clone())))
        />
    }
}
