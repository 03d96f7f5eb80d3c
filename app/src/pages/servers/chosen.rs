//! What can be done to the rows that are ticked.

use std::collections::BTreeSet;

use drover_types::{action::GuestAction, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    inventory::{Guest, use_inventory},
    layout::{Question, use_confirm},
    rpc,
    running::use_running,
    session::use_session,
    shared::{action_icon, action_name},
    texts::{say, text, use_i18n, use_lang},
};

/// How many servers a question names.
const MOST_NAMES: usize = 8;

/// How many are ticked, and the actions on them; nothing while none is.
#[component]
pub(super) fn Chosen(ticked: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let count = Memo::new(move |_| ticked.with(BTreeSet::len));
    let any = Memo::new(move |_| count.get() > 0);
    move || {
        any.get().then(|| {
            view! {
                <span class="toolbar__count" role="status">
                    {text!(i18n, servers.selected, count = count.get())}
                </span>
                {GuestAction::ALL.iter().map(|action| view! { <Act action=*action ticked=ticked /> }).collect_view()}
                <Button
                    size=ButtonSize::Small
                    variant=ButtonVariant::Ghost
                    on_click=move |_| ticked.update(BTreeSet::clear)
                >
                    {text!(i18n, servers.select_none)}
                </Button>
            }
        })
    }
}

/// One action on all that are ticked; asks first, and says how many it leaves out.
#[component]
fn Act(action: GuestAction, ticked: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let running = use_running();
    let able = use_able(action, ticked);
    let disabled = Signal::derive(move || match able.get() {
        (guests, Some(problem)) if guests.is_empty() => Some(problem.text(lang.get())),
        _ => None,
    });
    let ask = move |_| {
        let (guests, _) = able.get_untracked();
        let (count, all) = (guests.len(), ticked.with_untracked(BTreeSet::len));
        let mut names: Vec<&str> = guests
            .iter()
            .map(|guest| guest.name.as_str())
            .take(MOST_NAMES)
            .collect();
        if count > MOST_NAMES {
            names.push("…");
        }
        let names = names.join(", ");
        let body = untrack(|| {
            let mut body = names;
            if action == GuestAction::Stop {
                body = format!("{body}. {}", say!(i18n, servers.stop_body));
            }
            if count < all {
                body = format!("{body} {}", say!(i18n, servers.left_out, count = all - count));
            }
            body
        });
        let title = untrack(|| say!(i18n, servers.act_on, action = action_name(action), count = count));
        let run = move || {
            let guests = guests.clone();
            async move {
                for guest in guests {
                    running.take(rpc::servers::act_on_server(guest.id.clone(), action).await?);
                    ticked.update(|ticked| {
                        ticked.remove(&guest.id.to_string());
                    });
                }
                Ok(())
            }
        };
        let question = Question::new(title, body, untrack(|| action_name(action)), run);
        confirm.ask(if action == GuestAction::Start {
            question.harmless()
        } else {
            question
        });
    };
    view! {
        <Button size=ButtonSize::Small icon=action_icon(action) disabled=disabled on_click=ask>
            {move || action_name(action)}
        </Button>
    }
}

/// The ticked guests that `action` can be taken on now, and the first reason why one can't.
fn use_able(action: GuestAction, ticked: RwSignal<BTreeSet<String>>) -> Memo<(Vec<Guest>, Option<Problem>)> {
    let inventory = use_inventory();
    let session = use_session();
    Memo::new(move |_| {
        let mut able = Vec::new();
        let mut problem = None;
        ticked.with(|ticked| {
            for id in ticked.iter().filter_map(|id| id.parse().ok()) {
                let Some(guest) = inventory.guest(&id) else {
                    continue;
                };
                match session.with_grants(|grants| action.refusal(&guest, grants)) {
                    Some(None) => able.push(guest),
                    Some(refusal) => problem = problem.take().or(refusal),
                    None => {}
                }
            }
        });
        (able, problem)
    })
}
