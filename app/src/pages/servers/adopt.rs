//! Taking servers that were made elsewhere into one's own care.

use drover_types::{ids::GuestId, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::ticked::Ticked;
use crate::{
    inventory::Guest,
    session::use_session,
    shared::{adopt_refusal, use_adopt},
    texts::{text, use_i18n, use_lang},
};

/// Those that can be adopted.
fn foreign(guests: &[Guest]) -> Vec<GuestId> {
    guests
        .iter()
        .filter(|guest| guest.is_foreign())
        .map(|guest| guest.id.clone())
        .collect()
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
