//! The way from a menu to a question that stands on a page of its own, so that lists need not load its form.

use drover_types::permission::Permission;
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::use_refusal;

/// The item of the menu.
#[component]
pub fn PageItem(
    /// What is asked there.
    label: Signal<String>,
    /// Its picture.
    icon: IconName,
    /// What whoever asks must be allowed to do.
    needs: Permission,
    /// The address of the question, with the servers that it is about.
    to: Signal<String>,
) -> impl IntoView {
    let navigate = use_navigate();
    view! {
        <MenuItem
            label=label
            icon=icon
            disabled=use_refusal(needs)
            on_select=move |()| navigate(&to.get_untracked(), NavigateOptions::default())
        />
    }
}
