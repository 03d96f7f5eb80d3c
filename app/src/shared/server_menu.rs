//! The actions on one server, each with the reason where it can't be taken now.

use drover_types::{action::GuestAction, guest::GuestRow, ids::GuestId, permission::Permission};
use drover_ui::{plain, prelude::*};
use leptos::prelude::*;

use super::{page_item::PageItem, quick_action::use_server_actions};
use crate::{
    inventory::{Guest, use_inventory},
    paths,
    session::use_session,
    texts::{say, text, use_i18n, use_lang},
};

/// What an action is called, in the language of now.
pub fn action_name(action: GuestAction) -> String {
    let i18n = use_i18n();
    match action {
        GuestAction::Start => say!(i18n, servers.start),
        GuestAction::Stop => say!(i18n, servers.stop),
        GuestAction::Shutdown => say!(i18n, servers.shutdown),
        GuestAction::Reboot => say!(i18n, servers.reboot),
        GuestAction::Reset => say!(i18n, servers.reset),
        GuestAction::Suspend => say!(i18n, servers.suspend),
        GuestAction::Hibernate => say!(i18n, servers.hibernate),
        GuestAction::Resume => say!(i18n, servers.resume),
        GuestAction::Delete => say!(i18n, servers.delete),
    }
}

/// The picture of an action.
pub const fn action_icon(action: GuestAction) -> IconName {
    match action {
        GuestAction::Start | GuestAction::Resume => IconName::Play,
        GuestAction::Stop => IconName::Stop,
        GuestAction::Shutdown => IconName::Power,
        GuestAction::Reboot | GuestAction::Reset => IconName::Refresh,
        GuestAction::Suspend => IconName::Pause,
        GuestAction::Hibernate => IconName::Moon,
        GuestAction::Delete => IconName::Trash,
    }
}

/// One list of actions for the buttons of all rows of a list: a list for each row would cost more than the row.
#[derive(Clone, Copy)]
pub struct RowMenu {
    about: RwSignal<Option<GuestId>>,
}

/// The id of the one list.
const ROW_MENU: &str = "row-menu";

impl RowMenu {
    /// For one list of servers.
    pub fn new() -> Self {
        Self {
            about: RwSignal::new(None),
        }
    }

    /// The button of a row.
    pub fn button(self, paint: Painter<Guest>) -> impl IntoView {
        let i18n = use_i18n();
        let guest = paint.item();
        let label = move |guest: &Guest| say!(i18n, servers.actions_of, name = guest.name.clone());
        let choose = move |_| {
            self.about
                .set(Some(guest.with_untracked(|guest| guest.id.clone())));
        };
        // The press says what it is about before the browser opens the list.
        view! {
            <span on:click=choose>{plain::menu_button(paint, ROW_MENU, label)}</span>
        }
    }
}

/// The list that the buttons of [`RowMenu`] open. Stands once, beside the table.
#[component]
pub fn RowMenuList(
    /// Whose buttons open it.
    menu: RowMenu,
) -> impl IntoView {
    let inventory = use_inventory();
    // A guest that has gone while its menu is open stays what it was.
    let guest = Memo::new(move |last: Option<&Option<Guest>>| {
        let now = menu.about.with(|id| inventory.guest(id.as_ref()?));
        now.or_else(|| last.cloned().flatten())
    });
    let label = Signal::derive(move || {
        let i18n = use_i18n();
        let name = guest.with(|guest| guest.as_ref().map(|guest| guest.name.clone()));
        say!(i18n, servers.actions_of, name = name.unwrap_or_default())
    });
    let any = Memo::new(move |_| guest.with(Option::is_some));
    view! {
        <MenuList id=ROW_MENU label=label align=MenuAlign::End>
            {move || {
                let first = any.get().then(|| guest.get_untracked()).flatten()?;
                let guest = Memo::new(move |_| guest.get().unwrap_or_else(|| Guest::clone(&first)));
                Some(view! { <Actions guest=guest.into() /> })
            }}
        </MenuList>
    }
}

/// The way to the server, and everything that can be done to it.
#[component]
fn Actions(guest: Signal<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let act = use_server_actions();
    view! {
        <MenuLink
            label=text!(i18n, servers.open)
            href=Signal::derive(move || guest.with(|guest| paths::server(&guest.id)))
            icon=IconName::Server
        />
        <PageItem
            label=text!(i18n, backups.back_up)
            icon=IconName::Archive
            needs=Permission::BackupManagement
            to=Signal::derive(move || guest.with(|guest| paths::back_up([&guest.id])))
        />
        <MenuSeparator />
        {GuestAction::ALL
            .iter()
            .map(|action| view! { <Action action=*action guest=guest act=act /> })
            .collect_view()}
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
            tone=if action.is_dangerous() { Tone::Danger } else { Tone::Neutral }
            disabled=Signal::derive(move || refusal.with(|r| r.as_ref().map(|problem| problem.text(lang.get()))))
            on_select=move |()| act.run((action, guest.with_untracked(|guest| (**guest).clone())))
        />
    }
}
