//! Doing something to a server at once: starts the task, shows it, and asks before what can lose data.

use drover_types::{
    action::{ActionOptions, GuestAction},
    error::ApiError,
    guest::GuestRow,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    delete_plan::{PlanOnItsWay, delete_plan},
    later::Later,
    server_menu::action_name,
    shutdown::{ShutdownChoice, shutdown_fields},
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    running::{Running, use_running},
    session::use_session,
    texts::{say, use_i18n, use_lang},
};

/// Something that does an action to a guest; asks first where it has to. Call it in a component, use the
/// result in handlers.
pub fn use_server_actions() -> Callback<(GuestAction, GuestRow)> {
    let lang = use_lang();
    let confirm = use_confirm();
    let running = use_running();
    let session = use_session();
    let toasts = use_toasts();
    let owner = Owner::current();
    Callback::new(move |(action, guest): (GuestAction, GuestRow)| {
        let run = || {
            if let Some(question) = question(running, action, &guest) {
                confirm.ask(question);
                return;
            }
            spawn_local(async move {
                if let Err(error) = act(running, action, guest, ActionOptions::default()).await {
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

async fn act(
    running: Running,
    action: GuestAction,
    guest: GuestRow,
    options: ActionOptions,
) -> Result<(), ApiError> {
    let task = rpc::servers::act_on_server(guest.id, action, options).await?;
    // Shown in the row and the top bar at once, before the event arrives.
    running.take(task);
    Ok(())
}

/// What is asked before; `None` for what is done at once.
fn question(running: Running, action: GuestAction, guest: &GuestRow) -> Option<Question> {
    let i18n = use_i18n();
    let name = guest.name.clone();
    let (title, body) = match action {
        GuestAction::Stop => (
            say!(i18n, servers.stop_title, name = name.clone()),
            say!(i18n, servers.stop_body),
        ),
        GuestAction::Reset => (
            say!(i18n, servers.reset_title, name = name.clone()),
            say!(i18n, servers.reset_body),
        ),
        GuestAction::Delete => (
            say!(i18n, servers.delete_title, name = name.clone()),
            say!(i18n, servers.delete_body),
        ),
        GuestAction::Shutdown => (
            say!(i18n, servers.shutdown_title, name = name.clone()),
            say!(i18n, servers.shutdown_body),
        ),
        _ => return None,
    };
    let choice = ShutdownChoice::new();
    let (chosen, about) = (choice.clone(), guest.clone());
    let question = Question::new(title, body, action_name(action), move || {
        let options = match action {
            GuestAction::Shutdown => chosen.options(),
            _ => ActionOptions::default(),
        };
        act(running, action, about.clone(), options)
    });
    let id = guest.id.clone();
    Some(match action {
        GuestAction::Delete => {
            let label = say!(i18n, servers.delete_type, name = name.clone());
            let refusal = ArcRwSignal::new(None);
            question.typed(name, label).unless(refusal.clone()).with(move || {
                let with = (id.clone(), refusal.clone());
                view! { <Later wanted=true part=delete_plan with=with fallback=PlanOnItsWay /> }.into_any()
            })
        }
        GuestAction::Shutdown => question.harmless().with(move || {
            view! { <Later wanted=true part=shutdown_fields with=choice.clone() /> }.into_any()
        }),
        _ => question,
    })
}
