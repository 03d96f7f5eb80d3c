//! Doing something to a server at once: starts the task, shows it, and asks before what can lose data.

use drover_types::{action::GuestAction, guest::GuestRow};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::server_menu::action_name;
use crate::{
    layout::{Question, use_confirm},
    rpc,
    running::use_running,
    session::use_session,
    texts::{say, use_i18n, use_lang},
};

/// Something that does an action to a guest; asks first where it has to. Call it in a component, use the
/// result in handlers.
pub fn use_server_actions() -> Callback<(GuestAction, GuestRow)> {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let running = use_running();
    let session = use_session();
    let toasts = use_toasts();
    let owner = Owner::current();
    let act = move |action: GuestAction, guest: GuestRow| async move {
        let task = rpc::servers::act_on_server(guest.id, action).await?;
        // Shown in the row and the top bar at once, before the event arrives.
        running.take(task);
        Ok(())
    };
    Callback::new(move |(action, guest): (GuestAction, GuestRow)| {
        let run = || {
            if action == GuestAction::Stop {
                let name = guest.name.clone();
                confirm.ask(Question::new(
                    say!(i18n, servers.stop_title, name = name.clone()),
                    say!(i18n, servers.stop_body),
                    action_name(action),
                    move || act(action, guest.clone()),
                ));
                return;
            }
            spawn_local(async move {
                if let Err(error) = act(action, guest).await {
                    session.heed(&error);
                    toasts.show(Toast::danger(error.text(lang.get_untracked())));
                }
            });
        };
        // A handler has no owner of its own; texts need the context of the component.
        match &owner {
            Some(owner) => owner.with(|| untrack(run)),
            None => untrack(run),
        }
    })
}
