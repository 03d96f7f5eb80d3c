//! Taking servers that were made elsewhere into one's own care: the question before, and what is said after.

use drover_types::{ids::GuestId, permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    layout::{Question, use_confirm},
    rpc,
    session::{Session, use_session},
    texts::{say, use_i18n},
};

/// Why nothing can be adopted by whoever looks at the page; `None` where it can, or is not known yet. Tracked.
pub fn adopt_refusal(session: Session) -> Option<Problem> {
    let permission = Permission::ManageServer;
    let may = session.with_grants(|grants| grants.allow(permission));
    (may == Some(false)).then_some(Problem::PermissionMissing { permission })
}

/// Something that asks, and adopts then. Call it in a component, use the result in handlers.
pub fn use_adopt() -> Callback<Vec<GuestId>> {
    let i18n = use_i18n();
    let session = use_session();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let owner = Owner::current();
    Callback::new(move |ids: Vec<GuestId>| {
        let ask = || {
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
        match &owner {
            Some(owner) => owner.with(|| untrack(ask)),
            None => untrack(ask),
        }
    })
}
