//! What a page shows to whoever may not use it.

use drover_types::{permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::GrantedBy;
use crate::texts::{text, use_i18n, use_lang};

/// Names the permission that is missing.
#[component]
pub fn PermissionNeeded(
    /// Which one.
    permission: Permission,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    view! {
        <EmptyState
            title=text!(i18n, common.not_allowed)
            description=Signal::derive(move || Some(Problem::PermissionMissing { permission }.text(lang.get())))
            icon=IconName::Lock
            actions=move || view! { <GrantedBy permission=permission /> }
        />
    }
}
