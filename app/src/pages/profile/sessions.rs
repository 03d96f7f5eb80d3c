//! Where one is signed in, and signing out there.

use drover_types::{error::ApiError, session::SessionRow};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::agent;
use crate::{
    layout::{Question, use_confirm},
    rpc,
    session::use_session,
    shared::{Awaited, ErrorCallout, TimeAgo},
    texts::{say, text, use_i18n, use_lang},
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
    let reload = Callback::new(move |()| sessions.refetch());
    let show = move |rows: Result<Vec<SessionRow>, ApiError>| match rows {
        Ok(rows) => {
            let rows: Vec<_> = rows
                .into_iter()
                .map(|row| view! { <Session row=row reload=reload /> })
                .collect();
            view! { <ul class="profile__sessions">{rows}</ul> }.into_any()
        }
        Err(error) => view! { <ErrorCallout error=error on_retry=reload /> }.into_any(),
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
            <Awaited
                load=move || async move { sessions.await }
                show=show
                fallback=move || {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=3 /> }
                }
            />
        </Card>
    }
}

#[component]
fn Session(row: SessionRow, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let id = row.id;
    let name = agent::name(&row.user_agent);
    let revoke = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer = rpc::profile::revoke_session(id).await;
            busy.try_set(false);
            match answer {
                Ok(()) => reload.run(()),
                Err(error) => {
                    session.heed(&error);
                    toasts.show(Toast::danger(error.text(lang.get_untracked())));
                }
            }
        });
    };
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
                        <Button size=ButtonSize::Small busy=busy on_click=revoke attr:aria-label=label>
                            {text!(i18n, profile.end_session)}
                        </Button>
                    }
                })}
        </li>
    }
}
