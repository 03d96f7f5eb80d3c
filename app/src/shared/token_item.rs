//! An API token in a list: what it holds, until when, its last use, and revoking it.

use std::future::Future;

use drover_types::{error::ApiError, permission::Permission, scope::Scope, token::TokenRow};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{TimeAgo, end_list::EndButton};
use crate::texts::{say, text, use_i18n};

/// The token, without its secret.
#[component]
pub fn TokenItem<C, A>(
    /// The token.
    row: TokenRow,
    /// Revokes it.
    call: C,
    /// Runs once it has ended.
    on_ended: Callback<()>,
) -> impl IntoView
where
    C: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<(), ApiError>> + 'static,
{
    let i18n = use_i18n();
    let name = row.name.clone();
    let label = Signal::derive(move || say!(i18n, profile.revoke_of, name = name.clone()));
    let held: Vec<&str> = row.permissions.iter().copied().map(Permission::as_str).collect();
    let count = row.permissions.len();
    let scope = Scope::of(row.scope).to_string();
    view! {
        <li class="end-list__item">
            <div>
                <p class="end-list__name">
                    {row.name}
                    {row
                        .is_expired
                        .then(|| view! { <Badge tone=Tone::Warning>{text!(i18n, profile.expired)}</Badge> })}
                </p>
                <p class="end-list__meta">
                    <span title=held.join(", ")>{text!(i18n, profile.permission_count, count = count)}</span>
                    {(!scope.is_empty()).then(|| view! { <code>{scope}</code> })}
                    <span>
                        {match row.expires_at {
                            Some(at) => {
                                let day = at.date_naive().to_string();
                                let until = Signal::derive(move || say!(i18n, profile.until, day = day.clone()));
                                view! { <span>{until}</span> }.into_any()
                            }
                            None => view! { <span>{text!(i18n, profile.without_end)}</span> }.into_any(),
                        }}
                    </span>
                    <span>
                        {match row.last_used_at {
                            Some(at) => view! { <span>{text!(i18n, profile.used)} " " <TimeAgo at=at /></span> }.into_any(),
                            None => view! { <span>{text!(i18n, profile.never_used)}</span> }.into_any(),
                        }}
                    </span>
                </p>
            </div>
            <EndButton
                text=text!(i18n, profile.revoke)
                label=label
                call=call
                on_ended=on_ended
            />
        </li>
    }
}
