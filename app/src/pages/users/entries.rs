//! What lets the user in: open sessions and API tokens, each of which can be ended.

use drover_types::{error::ApiError, session::SessionRow, token::TokenRow};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    rpc,
    shared::{EndList, SessionItem, TokenItem},
    texts::{text, use_i18n},
};

/// What the server tells of one user.
pub(super) type Of<T> = Resource<Result<Vec<T>, ApiError>>;

/// The sessions.
#[component]
pub(super) fn SessionsOf(username: Memo<String>, rows: Of<SessionRow>) -> impl IntoView {
    let i18n = use_i18n();
    let row = move |row: SessionRow, reload| {
        let id = row.id;
        let end = move || rpc::users::end_user_session(username.get_untracked(), id);
        view! { <SessionItem row=row call=end on_ended=reload /> }.into_any()
    };
    view! {
        <Card title=text!(i18n, profile.sessions)>
            <EndList rows=rows row=row empty=text!(i18n, users.no_sessions) />
        </Card>
    }
}

/// The API tokens.
#[component]
pub(super) fn TokensOf(username: Memo<String>, rows: Of<TokenRow>) -> impl IntoView {
    let i18n = use_i18n();
    let row = move |row: TokenRow, reload| {
        let id = row.id;
        let revoke = move || rpc::users::revoke_user_token(username.get_untracked(), id);
        view! { <TokenItem row=row call=revoke on_ended=reload /> }.into_any()
    };
    view! {
        <Card title=text!(i18n, profile.tokens)>
            <EndList rows=rows row=row empty=text!(i18n, users.no_tokens) />
        </Card>
    }
}
