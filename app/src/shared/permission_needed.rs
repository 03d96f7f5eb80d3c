//! What a page shows to whoever may not use it.

use drover_types::{permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::GrantedBy;
use crate::session::use_session;
use crate::texts::{text, use_i18n, use_lang};

/// Names the permission that is missing, or that it is missing for some servers.
#[component]
pub fn PermissionNeeded(
    /// Which one. Where it is held, it is not held for all servers.
    permission: Permission,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let problem = move || {
        if session.with_grants(|grants| grants.allow(permission)) == Some(true) {
            Problem::AllServersNeeded
        } else {
            Problem::PermissionMissing { permission }
        }
    };
    view! {
        <EmptyState
            title=text!(i18n, common.not_allowed)
            description=Signal::derive(move || Some(problem().text(lang.get())))
            icon=IconName::Lock
            actions=move || view! { <GrantedBy permission=permission /> }
        />
    }
}
