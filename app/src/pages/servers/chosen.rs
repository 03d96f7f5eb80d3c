//! What can be done to the rows that are ticked.

use std::collections::BTreeSet;

use drover_types::{
    action::{ActionOptions, GuestAction},
    error::{ApiError, ErrorCode},
    lang::Lang,
    many::ManyActed,
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    i18n::Locale,
    inventory::{Guest, use_inventory},
    layout::{Question, use_confirm},
    rpc,
    session::use_session,
    shared::{action_icon, action_name},
    texts::{say, text, use_i18n, use_lang},
};

/// How many servers a question names.
const MOST_NAMES: usize = 8;
/// The actions that have a button of their own.
const FIRST: &[GuestAction] = &[
    GuestAction::Start,
    GuestAction::Shutdown,
    GuestAction::Reboot,
    GuestAction::Stop,
];

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
                {FIRST.iter().map(|action| view! { <Act action=*action ticked=ticked /> }).collect_view()}
                <Menu
                    label=text!(i18n, servers.more)
                    icon=IconName::More
                    variant=ButtonVariant::Secondary
                    size=ButtonSize::Small
                >
                    {GuestAction::ALL
                        .iter()
                        .filter(|action| !FIRST.contains(action))
                        .map(|action| view! { <MoreAct action=*action ticked=ticked /> })
                        .collect_view()}
                </Menu>
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

/// One action on all that are ticked, as a button.
#[component]
fn Act(action: GuestAction, ticked: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let (disabled, ask) = use_act(action, ticked);
    view! {
        <Button
            size=ButtonSize::Small
            icon=action_icon(action)
            disabled=disabled
            on_click=move |_| ask.run(())
        >
            {move || action_name(action)}
        </Button>
    }
}

/// The same, in the menu.
#[component]
fn MoreAct(action: GuestAction, ticked: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let (disabled, ask) = use_act(action, ticked);
    view! {
        <MenuItem
            label=Signal::derive(move || action_name(action))
            icon=action_icon(action)
            tone=if action.is_dangerous() { Tone::Danger } else { Tone::Neutral }
            disabled=disabled
            on_select=ask
        />
    }
}

/// Why an action can be taken on none that is ticked, and what asks for it: it says how many are left out.
fn use_act(
    action: GuestAction,
    ticked: RwSignal<BTreeSet<String>>,
) -> (Signal<Option<String>>, Callback<()>) {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let able = use_able(action, ticked);
    let disabled = Signal::derive(move || match able.get() {
        (guests, Some(problem)) if guests.is_empty() => Some(problem.text(lang.get())),
        _ => None,
    });
    let owner = Owner::current();
    let ask = move || {
        let (guests, _) = able.get_untracked();
        let (count, all) = (guests.len(), ticked.with_untracked(BTreeSet::len));
        let names: Vec<String> = guests.iter().map(|guest| guest.id.to_string()).collect();
        let run = move || {
            let names = names.clone();
            async move {
                let acted = rpc::servers::act_on_servers(names, action, ActionOptions::default()).await?;
                told(&acted, toasts, i18n, lang)?;
                ticked.update(|ticked| {
                    ticked.retain(|id| acted.accepted.iter().all(|one| one.guest.to_string() != *id));
                });
                Ok(())
            }
        };
        let title = say!(i18n, servers.act_on, action = action_name(action), count = count);
        let question = Question::new(title, body(action, &guests, all), action_name(action), run);
        confirm.ask(match action {
            GuestAction::Delete => {
                let label = say!(i18n, servers.delete_many_type, number = count);
                question.typed(count.to_string(), label)
            }
            action if action.is_dangerous() => question,
            _ => question.harmless(),
        });
    };
    let ask = Callback::new(move |()| match &owner {
        Some(owner) => owner.with(|| untrack(ask)),
        None => untrack(ask),
    });
    (disabled, ask)
}

/// Whom it is done to, and what that means.
fn body(action: GuestAction, guests: &[Guest], all: usize) -> String {
    let i18n = use_i18n();
    let mut names: Vec<&str> = guests
        .iter()
        .map(|guest| guest.name.as_str())
        .take(MOST_NAMES)
        .collect();
    if guests.len() > MOST_NAMES {
        names.push("…");
    }
    let mut body = names.join(", ");
    let meaning = match action {
        GuestAction::Stop => Some(say!(i18n, servers.stop_body)),
        GuestAction::Reset => Some(say!(i18n, servers.reset_body)),
        GuestAction::Delete => Some(say!(i18n, servers.delete_body)),
        _ => None,
    };
    if let Some(meaning) = meaning {
        body = format!("{body}. {meaning}");
    }
    let left_out = all.saturating_sub(guests.len());
    if left_out > 0 {
        body = format!("{body} {}", say!(i18n, servers.left_out, count = left_out));
    }
    body
}

/// Says which servers were left out after all; an error where every one was.
fn told(acted: &ManyActed, toasts: Toasts, i18n: Signal<Locale>, lang: Signal<Lang>) -> Result<(), ApiError> {
    let Some(first) = acted.rejected.first() else {
        return Ok(());
    };
    if acted.task.is_none() {
        return Err(ApiError::new(ErrorCode::Conflict, first.problem.clone()));
    }
    untrack(|| {
        for one in acted.rejected.iter().take(MOST_NAMES) {
            let reason = one.problem.text(lang.get_untracked());
            let name = one.name.clone();
            toasts.show(Toast::danger(say!(
                i18n,
                servers.some_left_out,
                name = name,
                reason = reason
            )));
        }
    });
    Ok(())
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
