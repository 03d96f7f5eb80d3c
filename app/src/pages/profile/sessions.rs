//! Where one is signed in, and signing out there.

use drover_types::session::SessionRow;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    agent,
    list::{EndButton, OwnList},
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    shared::TimeAgo,
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
            <OwnList rows=sessions row=|row, reload| view! { <Session row=row reload=reload /> }.into_any() />
        </Card>
    }
}

#[component]
fn Session(row: SessionRow, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let id = row.id;
    let name = agent::name(&row.user_agent);
    let label = {
        let name = name.clone();
        Signal::derive(move || say!(i18n, profile.end_session_of, browser = name.clone()))
    };
    view! {
        <li class="profile__session">
            <div>
                <p class="profile__browser" title=row.user_agent.clone()>
                    {name}
                    {row.current.then(|| view! { <Badge tone=Tone::Success>{text!(i18n, profile.this_one)}</Badge> })}
                </p>
                <p class="profile__meta">
                    <span>{row.address.clone()}</span>
                    <span>{text!(i18n, profile.used)} " " <TimeAgo at=row.last_used_at /></span>
                    <span>{text!(i18n, profile.opened)} " " <TimeAgo at=row.created_at /></span>
                </p>
            </div>
            {(!row.current)
                .then(|| {
                    view! {
                        <EndButton
                            text=text!(i18n, profile.end_session)
                            label=label
                            call=move || rpc::profile::revoke_session(id)
                            on_ended=reload
                        />
                    }
                })}
        </li>
    }
}
