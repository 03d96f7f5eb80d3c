//! Taking servers that were made elsewhere into one's own care, and saying what those are there for.

use drover_types::{ids::GuestId, role::RoleKey, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::ticked::Ticked;
use crate::{
    inventory::Guest,
    session::use_session,
    shared::{adopt_refusal, use_adopt, use_set_role},
    texts::{say, text, use_i18n, use_lang},
};

/// Those that can be adopted.
fn foreign(guests: &[Guest]) -> Vec<GuestId> {
    guests
        .iter()
        .filter(|guest| guest.is_foreign())
        .map(|guest| guest.id.clone())
        .collect()
}

/// Those that were adopted, and the role that all of them have.
fn adopted(guests: &[Guest]) -> (Vec<GuestId>, Option<RoleKey>) {
    let adopted = || guests.iter().filter(|guest| guest.adopted);
    let role = adopted().next().and_then(|guest| guest.role.clone());
    let ids = adopted().map(|guest| guest.id.clone()).collect();
    (
        ids,
        role.filter(|role| adopted().all(|guest| guest.role.as_ref() == Some(role))),
    )
}

/// The item that gives those that are ticked another role.
#[component]
pub(super) fn SetRole(ticked: Ticked) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let set_role = use_set_role();
    let disabled = Signal::derive(move || {
        let refusal = adopt_refusal(session).map(|problem| problem.text(lang.get()));
        let is_none = || ticked.with_guests(|guests| adopted(guests).0.is_empty());
        refusal.or_else(|| is_none().then(|| say!(i18n, servers.role_adopted_only)))
    });
    view! {
        <MenuItem
            label=text!(i18n, servers.role_set)
            icon=IconName::Edit
            disabled=disabled
            on_select=move |()| set_role.run(untrack(|| ticked.with_guests(adopted)))
        />
    }
}

/// The item of the menu on what is ticked.
#[component]
pub(super) fn Adopt(ticked: Ticked) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let adopt = use_adopt();
    let problem = Memo::new(move |_| {
        adopt_refusal(session)
            .or_else(|| ticked.with_guests(|guests| foreign(guests).is_empty().then_some(Problem::MadeHere)))
    });
    view! {
        <MenuItem
            label=text!(i18n, servers.adopt)
            icon=IconName::User
            disabled=Signal::derive(move || problem.with(|problem| problem.as_ref().map(|it| it.text(lang.get()))))
            on_select=move |()| adopt.run(untrack(|| ticked.with_guests(foreign)))
        />
    }
}
