//! The way from a menu to the question how servers are to be backed up.

use drover_types::permission::Permission;
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::use_refusal;
use crate::texts::{text, use_i18n};

/// The item of the menu. The question stands on a page of its own, so that lists need not load its form.
#[component]
pub fn BackUpItem(
    /// The address of the question, with the servers that it is about.
    to: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    view! {
        <MenuItem
            label=text!(i18n, backups.back_up)
            icon=IconName::Archive
            disabled=use_refusal(Permission::BackupManagement)
            on_select=move |()| navigate(&to.get_untracked(), NavigateOptions::default())
        />
    }
}
