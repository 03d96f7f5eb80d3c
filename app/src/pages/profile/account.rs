//! Who one is, and what one may do.

use drover_types::permission::{Permission, UserRole};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    session::use_session,
    shared::TimeAgo,
    texts::{say, text, use_i18n, use_lang},
};

/// The account's own data.
#[component]
pub fn Account() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let rows = move || {
        let user = session.user()?;
        let or_none = |text: String| if text.is_empty() { "—".to_owned() } else { text };
        let role = user.grants.role;
        let scope = user.grants.reach().clone();
        Some(view! {
            <DescriptionList>
                <Description term=text!(i18n, profile.username)>{user.username}</Description>
                <Description term=text!(i18n, profile.name)>{or_none(user.name)}</Description>
                <Description term=text!(i18n, profile.email)>{or_none(user.email)}</Description>
                <Description term=text!(i18n, profile.role)>{move || role_name(role)}</Description>
                <Description term=text!(i18n, profile.scope)>
                    {if scope.is_everything() {
                        view! { <span>{text!(i18n, profile.scope_all)}</span> }.into_any()
                    } else {
                        view! { <code>{scope.to_string()}</code> }.into_any()
                    }}
                </Description>
                <Description term=text!(i18n, profile.created)>
                    <TimeAgo at=user.created_at />
                </Description>
                <Description term=text!(i18n, profile.last_login)>
                    {match user.last_login {
                        Some(at) => view! { <TimeAgo at=at /> }.into_any(),
                        None => view! { <span>{text!(i18n, profile.first_login)}</span> }.into_any(),
                    }}
                </Description>
            </DescriptionList>
        })
    };
    view! { <Card title=text!(i18n, profile.account)>{rows}</Card> }
}

fn role_name(role: UserRole) -> String {
    let i18n = use_i18n();
    match role {
        UserRole::Admin => say!(i18n, profile.role_admin),
        UserRole::Developer => say!(i18n, profile.role_developer),
        UserRole::Operator => say!(i18n, profile.role_operator),
        UserRole::Viewer => say!(i18n, profile.role_viewer),
    }
}

/// Every permission, and whether one holds it.
#[component]
pub fn Permissions() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let row = move |permission: Permission| {
        let is_held = Memo::new(move |_| {
            session
                .with_grants(|grants| grants.allow(permission))
                .unwrap_or_default()
        });
        view! {
            <li class="profile__permission" data-held=move || is_held.get().to_string()>
                {move || {
                    view! { <Icon name=if is_held.get() { IconName::Check } else { IconName::Minus } /> }
                }}
                <span>
                    {move || permission.description(lang.get())}
                    <VisuallyHidden>
                        {move || {
                            if is_held.get() { say!(i18n, profile.held) } else { say!(i18n, profile.not_held) }
                        }}
                    </VisuallyHidden>
                </span>
                <code>{permission.as_str()}</code>
            </li>
        }
    };
    let rows: Vec<_> = Permission::ALL.iter().copied().map(row).collect();
    view! {
        <Card title=text!(i18n, profile.permissions)>
            <ul class="profile__permissions">{rows}</ul>
        </Card>
    }
}
