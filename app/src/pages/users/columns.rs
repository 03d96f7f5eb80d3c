//! What the list shows of a user.

use drover_types::{filter::natural, permission::Permission, session::CurrentUser};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::groups::role_name;
use crate::{
    paths,
    shared::TimeAgo,
    texts::{say, text, use_i18n},
};

/// The columns, in order.
pub(super) fn columns() -> Vec<Column<CurrentUser>> {
    let i18n = use_i18n();
    vec![
        Column::live("username", text!(i18n, users.username), username)
            .width(140)
            .grow()
            .sort_by(|a: &CurrentUser, b: &CurrentUser| natural(&a.username, &b.username)),
        Column::new("name", text!(i18n, users.name), |user: &CurrentUser| {
            user.name.clone()
        })
        .width(120)
        .grow()
        .sort_by(|a: &CurrentUser, b: &CurrentUser| natural(&a.name, &b.name)),
        Column::new("email", text!(i18n, users.email), |user: &CurrentUser| {
            user.email.clone()
        })
        .width(170)
        .grow()
        .sort_by(|a: &CurrentUser, b: &CurrentUser| natural(&a.email, &b.email)),
        Column::live("role", text!(i18n, users.role), |user: Signal<CurrentUser>| {
            move || role_name(user.with(|user| user.grants.role))
        })
        .width(120)
        .sort_by(|a: &CurrentUser, b: &CurrentUser| a.grants.role.cmp(&b.grants.role)),
        Column::live("permissions", text!(i18n, users.permissions), permissions)
            .width(124)
            .align(Align::End)
            .sort_by(|a: &CurrentUser, b: &CurrentUser| count(a).cmp(&count(b))),
        Column::live("scope", text!(i18n, users.scope), scope)
            .width(120)
            .sort_by(|a: &CurrentUser, b: &CurrentUser| written(a).cmp(&written(b))),
        Column::live("last_login", text!(i18n, users.last_login), last_login)
            .width(110)
            .sort_by(|a: &CurrentUser, b: &CurrentUser| a.last_login.cmp(&b.last_login)),
        Column::live("state", text!(i18n, users.state), state)
            .width(150)
            .sort_by(|a: &CurrentUser, b: &CurrentUser| b.is_active.cmp(&a.is_active)),
    ]
}

fn count(user: &CurrentUser) -> usize {
    user.grants.effective().len()
}

fn username(user: Signal<CurrentUser>) -> impl IntoView {
    view! {
        <a href=move || user.with(|user| paths::user(&user.username))>
            {move || user.with(|user| user.username.clone())}
        </a>
    }
}

fn permissions(user: Signal<CurrentUser>) -> impl IntoView {
    move || format!("{}/{}", user.with(count), Permission::ALL.len())
}

fn written(user: &CurrentUser) -> String {
    user.grants.reach().to_string()
}

fn scope(user: Signal<CurrentUser>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let scope = user.with(written);
        if scope.is_empty() {
            say!(i18n, users.scope_all)
        } else {
            scope
        }
    }
}

fn last_login(user: Signal<CurrentUser>) -> impl IntoView {
    let i18n = use_i18n();
    move || match user.with(|user| user.last_login) {
        Some(at) => view! { <TimeAgo at=at /> }.into_any(),
        None => view! { <span>{text!(i18n, users.never)}</span> }.into_any(),
    }
}

fn state(user: Signal<CurrentUser>) -> impl IntoView {
    let state = Memo::new(move |_| user.with(|user| (user.is_active, user.must_change_password)));
    view! {
        <StatusDot
            label=Signal::derive(move || state_name(state.get()))
            tone=Signal::derive(move || state_tone(state.get()))
        />
    }
}

/// What the state of an account is called: whether it may be used, and whether its password must be changed.
pub(super) fn state_name(state: (bool, bool)) -> String {
    let i18n = use_i18n();
    match state {
        (false, _) => say!(i18n, users.disabled),
        (true, true) => say!(i18n, users.must_change),
        (true, false) => say!(i18n, users.active),
    }
}

/// And its colour.
pub(super) const fn state_tone(state: (bool, bool)) -> Tone {
    match state {
        (false, _) => Tone::Neutral,
        (true, true) => Tone::Warning,
        (true, false) => Tone::Success,
    }
}
