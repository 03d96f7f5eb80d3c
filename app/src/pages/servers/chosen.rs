//! What can be done to the rows that are ticked.

use std::collections::BTreeSet;

use drover_types::{
    action::{ActionOptions, GuestAction},
    guest::GuestStatus,
    many::MOST_SERVERS,
    permission::Permission,
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    adopt::{Adopt, SetRole},
    firewall::SetFirewallGroup,
    ticked::Ticked,
};
use crate::{
    inventory::Guest,
    layout::{Question, use_confirm},
    paths, rpc,
    session::{Session, use_session},
    shared::{PageItem, Part, action_icon, action_name, tell_left_out},
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

/// How many are ticked, and the actions on them, as it is loaded.
#[lazy]
pub(super) fn chosen() -> Part<Ticked> {
    |ticked| view! { <Chosen ticked=ticked /> }.into_any()
}

/// Nothing while none is ticked.
#[component]
fn Chosen(ticked: Ticked) -> impl IntoView {
    let i18n = use_i18n();
    let any = Memo::new(move |_| ticked.count() > 0);
    let to_back_up = Signal::derive(move || {
        ticked.with_guests(|guests| paths::back_up(guests.iter().map(|guest| &guest.id)))
    });
    let to_install = Signal::derive(move || {
        ticked.with_guests(|guests| paths::assign_role(guests.iter().map(|guest| &guest.id)))
    });
    move || {
        any.get().then(|| {
            view! {
                <Count ticked=ticked />
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
                    <MenuSeparator />
                    <PageItem
                        label=text!(i18n, backups.back_up)
                        icon=IconName::Archive
                        needs=Permission::BackupManagement
                        to=to_back_up
                    />
                    <PageItem
                        label=text!(i18n, servers.role_install)
                        icon=IconName::Layers
                        needs=Permission::AssignRoles
                        to=to_install
                    />
                    <Adopt ticked=ticked />
                    <SetRole ticked=ticked />
                    <SetFirewallGroup ticked=ticked />
                </Menu>
                <Button
                    size=ButtonSize::Small
                    variant=ButtonVariant::Ghost
                    on_click=move |_| ticked.keys.update(BTreeSet::clear)
                >
                    {text!(i18n, servers.select_none)}
                </Button>
            }
        })
    }
}

/// How many are ticked, how many of them the filter hides, and the way to all that match.
#[component]
fn Count(ticked: Ticked) -> impl IntoView {
    let i18n = use_i18n();
    let words = Signal::derive(move || {
        let count = ticked.count();
        match ticked.hidden() {
            0 => say!(i18n, servers.selected, count = count as u64),
            hidden => format!(
                "{}, {}",
                say!(i18n, servers.selected, count = count as u64),
                say!(i18n, servers.selected_hidden, count = hidden)
            ),
        }
    });
    let lacks_some = Memo::new(move |_| ticked.lacks_some());
    view! {
        <span class="toolbar__count" role="status">
            {words}
        </span>
        {move || {
            lacks_some
                .get()
                .then(|| {
                    view! {
                        <Button
                            size=ButtonSize::Small
                            variant=ButtonVariant::Ghost
                            on_click=move |_| ticked.add_matching()
                        >
                            {text!(i18n, servers.select_matching, count = ticked.matching())}
                        </Button>
                    }
                })
        }}
    }
}

/// One action on all that are ticked, as a button.
#[component]
fn Act(action: GuestAction, ticked: Ticked) -> impl IntoView {
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
fn MoreAct(action: GuestAction, ticked: Ticked) -> impl IntoView {
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
fn use_act(action: GuestAction, ticked: Ticked) -> (Signal<Option<String>>, Callback<()>) {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let session = use_session();
    let refusal = Memo::new(move |_| ticked.with_guests(|guests| refusal_of_all(session, action, guests)));
    let disabled = Signal::derive(move || {
        refusal.with(|refusal| refusal.as_ref().map(|problem| problem.text(lang.get())))
    });
    let owner = Owner::current();
    let ask = move || {
        let guests = ticked.with_guests(|guests| able(session, action, guests));
        if guests.is_empty() {
            // The browser's copy is not here yet, or has just changed: the buttons say why.
            return;
        }
        let (count, all) = (guests.len(), ticked.count());
        let names: Vec<String> = guests.iter().map(|guest| guest.id.to_string()).collect();
        let run = move || {
            let names = names.clone();
            async move {
                // The server takes so many at once; each request is a task of its own.
                for some in names.chunks(MOST_SERVERS) {
                    let options = ActionOptions::default();
                    let acted = rpc::servers::act_on_servers(some.to_vec(), action, options).await?;
                    tell_left_out(&acted, toasts, i18n, lang)?;
                    let accepted: BTreeSet<String> =
                        acted.accepted.iter().map(|one| one.guest.to_string()).collect();
                    ticked
                        .keys
                        .update(|keys| keys.retain(|id| !accepted.contains(id)));
                }
                Ok(())
            }
        };
        let title = say!(
            i18n,
            servers.act_on,
            action = action_name(action),
            count = count as u64
        );
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
    let running = guests
        .iter()
        .filter(|guest| matches!(guest.status, GuestStatus::Running | GuestStatus::Paused))
        .count();
    if action == GuestAction::Delete && running > 0 {
        body = format!(
            "{body} {}",
            say!(i18n, servers.delete_running, count = running as u64)
        );
    }
    let left_out = all.saturating_sub(guests.len());
    if left_out > 0 {
        body = format!("{body} {}", say!(i18n, servers.left_out, count = left_out as u64));
    }
    body
}

/// The guests that `action` can be taken on now.
fn able(session: Session, action: GuestAction, guests: &[Guest]) -> Vec<Guest> {
    session
        .with_grants(|grants| {
            let able = guests
                .iter()
                .filter(|guest| action.refusal(guest, grants).is_none());
            able.cloned().collect()
        })
        .unwrap_or_default()
}

/// The first reason why `action` can be taken on none of the guests; looks no further than the first that it can
/// be taken on.
fn refusal_of_all(session: Session, action: GuestAction, guests: &[Guest]) -> Option<Problem> {
    let of_all = session.with_grants(|grants| {
        let mut first = None;
        for guest in guests {
            let refusal = action.refusal(guest, grants)?;
            first.get_or_insert(refusal);
        }
        first
    });
    of_all.flatten()
}
