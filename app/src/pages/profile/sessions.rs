//! Where one is signed in, and signing out there.

use drover_types::session::SessionRow;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    layout::{Question, use_confirm},
    rpc,
    shared::{EndList, SessionItem},
    texts::{say, text, use_i18n},
};

/// The sessions, this one marked.
#[component]
pub fn Sessions() -> impl IntoView {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let sessions = Resource::new(|| (), |()| rpc::profile::own_sessions());
    let owner = Owner::current();
    let everywhere = move |_| {
        let ask = || {
            confirm.ask(Question::new(
                say!(i18n, profile.everywhere),
                say!(i18n, profile.everywhere_body),
                say!(i18n, profile.everywhere_confirm),
                move || async move {
                    rpc::profile::sign_out_everywhere().await?;
                    sessions.refetch();
                    Ok(())
                },
            ));
        };
        match &owner {
            Some(owner) => owner.with(|| untrack(ask)),
            None => untrack(ask),
        }
    };
    let actions = move || {
        let everywhere = everywhere.clone();
        view! {
            <Button size=ButtonSize::Small icon=IconName::SignOut on_click=everywhere>
                {text!(i18n, profile.everywhere)}
            </Button>
        }
    };
    view! {
        <Card title=text!(i18n, profile.sessions) actions=actions>
            <EndList
                rows=sessions
                row=|row: SessionRow, reload| {
                    let id = row.id;
                    view! { <SessionItem row=row call=move || rpc::profile::revoke_session(id) on_ended=reload /> }
                        .into_any()
                }
            />
        </Card>
    }
}
