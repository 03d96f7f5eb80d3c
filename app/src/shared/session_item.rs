//! A session in a list: which browser, from where, and ending it.

use std::future::Future;

use drover_types::{error::ApiError, session::SessionRow};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{TimeAgo, end_list::EndButton, user_agent};
use crate::texts::{say, text, use_i18n};

/// The session; the one that asks is marked, and ended by signing out.
#[component]
pub fn SessionItem<C, A>(
    /// The session.
    row: SessionRow,
    /// Ends it.
    call: C,
    /// Runs once it has ended.
    on_ended: Callback<()>,
) -> impl IntoView
where
    C: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<(), ApiError>> + 'static,
{
    let i18n = use_i18n();
    let name = user_agent::name(&row.user_agent);
    let label = {
        let name = name.clone();
        Signal::derive(move || say!(i18n, profile.end_session_of, browser = name.clone()))
    };
    view! {
        <li class="end-list__item">
            <div>
                <p class="end-list__name" title=row.user_agent.clone()>
                    {name}
                    {row.current.then(|| view! { <Badge tone=Tone::Success>{text!(i18n, profile.this_one)}</Badge> })}
                </p>
                <p class="end-list__meta">
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
                            call=call
                            on_ended=on_ended
                        />
                    }
                })}
        </li>
    }
}
