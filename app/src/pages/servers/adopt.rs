//! Taking servers that were made elsewhere into one's own care.

use drover_types::{ids::GuestId, permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::ticked::Ticked;
use crate::{
    inventory::Guest,
    layout::{Question, use_confirm},
    rpc,
    session::use_session,
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

/// The item of the menu on what is ticked.
#[component]
pub(super) fn Adopt(ticked: Ticked) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let problem = Memo::new(move |_| {
        let permission = Permission::ManageServer;
        let may = session.with_grants(|grants| grants.allow(permission));
        if may == Some(false) {
            return Some(Problem::PermissionMissing { permission });
        }
        ticked.with_guests(|guests| foreign(guests).is_empty().then_some(Problem::MadeHere))
    });
    let owner = Owner::current();
    let ask = move || {
        let ids = ticked.with_guests(foreign);
        let count = ids.len();
        let run = move || {
            let ids = ids.clone();
            async move {
                let synced = session.heeded(rpc::configuration::adopt_servers(ids).await)?;
                let count = synced.added.len();
                toasts.show(Toast::success(untrack(|| {
                    say!(i18n, servers.adopted, count = count)
                })));
                Ok(())
            }
        };
        let question = Question::new(
            say!(i18n, servers.adopt_title, count = count),
            say!(i18n, servers.adopt_body),
            say!(i18n, servers.adopt),
            run,
        );
        confirm.ask(question.harmless());
    };
    // A handler has no owner of its own; texts need the context of the component.
    let ask = Callback::new(move |()| match &owner {
        Some(owner) => owner.with(|| untrack(ask)),
        None => untrack(ask),
    });
    view! {
        <MenuItem
            label=text!(i18n, servers.adopt)
            icon=IconName::User
            disabled=Signal::derive(move || problem.with(|problem| problem.as_ref().map(|it| it.text(lang.get()))))
            on_select=ask
        />
    }
}
