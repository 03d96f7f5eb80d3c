//! Taking servers that were made elsewhere into one's own care, and saying what they are there for: the question before,
//! and what is said after.

use drover_types::{ids::GuestId, permission::Permission, role::RoleKey, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    layout::{Question, use_confirm},
    rpc,
    session::{Session, use_session},
    texts::{say, text, use_i18n},
};

/// Why nothing can be adopted by whoever looks at the page; `None` where it can, or is not known yet. Tracked.
pub fn adopt_refusal(session: Session) -> Option<Problem> {
    let permission = Permission::ManageServer;
    let may = session.with_grants(|grants| grants.allow(permission));
    (may == Some(false)).then_some(Problem::PermissionMissing { permission })
}

/// What is done to servers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// They are adopted, with a role or none.
    Adopt,
    /// Adopted ones get another role or none.
    SetRole,
}

/// Something that asks, and adopts then. Call it in a component, use the result in handlers.
pub fn use_adopt() -> Callback<Vec<GuestId>> {
    let ask = use_question(Deed::Adopt);
    Callback::new(move |ids| ask.run((ids, None)))
}

/// Something that asks for another role of servers that were adopted, and gives it to them then; it is told the role that
/// they have. Call it in a component, use the result in handlers.
pub fn use_set_role() -> Callback<(Vec<GuestId>, Option<RoleKey>)> {
    use_question(Deed::SetRole)
}

fn use_question(deed: Deed) -> Callback<(Vec<GuestId>, Option<RoleKey>)> {
    let i18n = use_i18n();
    let session = use_session();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let owner = Owner::current();
    Callback::new(move |(ids, has): (Vec<GuestId>, Option<RoleKey>)| {
        let ask = || {
            let count = ids.len();
            let role = ArcRwSignal::new(has.as_ref().map_or(RoleKey::NONE, RoleKey::as_str).to_owned());
            let chosen = role.clone();
            let run = move || {
                let (ids, role) = (ids.clone(), RoleKey::parse(&chosen.get_untracked()));
                async move {
                    let synced = session.heeded(rpc::configuration::adopt_servers(ids, role).await)?;
                    toasts.show(Toast::success(untrack(|| match deed {
                        Deed::Adopt => say!(i18n, servers.adopted, count = synced.added.len() as u64),
                        Deed::SetRole => say!(i18n, servers.role_given, count = count as u64),
                    })));
                    Ok(())
                }
            };
            let question = match deed {
                Deed::Adopt => Question::new(
                    say!(i18n, servers.adopt_title, count = count as u64),
                    say!(i18n, servers.adopt_body),
                    say!(i18n, servers.adopt),
                    run,
                ),
                Deed::SetRole => Question::new(
                    say!(i18n, servers.role_title, count = count as u64),
                    say!(i18n, servers.role_body),
                    say!(i18n, servers.role_give),
                    run,
                ),
            };
            let choice = move || view! { <RoleChoice role=RwSignal::from(role.clone()) /> }.into_any();
            confirm.ask(question.harmless().with(choice));
        };
        // A handler has no owner of its own; texts need the context of the component.
        match &owner {
            Some(owner) => owner.with(|| untrack(ask)),
            None => untrack(ask),
        }
    })
}

/// Which role, or none.
#[component]
fn RoleChoice(role: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let options = Signal::derive(move || {
        let none = SelectOption::new(RoleKey::NONE, say!(i18n, servers.role_none));
        let roles = RoleKey::USUAL.iter().map(|role| SelectOption::new(*role, *role));
        std::iter::once(none).chain(roles).collect::<Vec<_>>()
    });
    view! { <Select label=text!(i18n, servers.key_role) value=role options=options hint=text!(i18n, servers.role_hint) /> }
}
