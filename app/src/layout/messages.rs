//! The corner for short messages.

use drover_ui::Toaster;
use leptos::prelude::*;

use crate::texts::{text, use_i18n};

/// Shows what `use_toasts` is given.
#[component]
pub fn Messages() -> impl IntoView {
    let i18n = use_i18n();
    view! { <Toaster label=text!(i18n, layout.messages) dismiss_label=text!(i18n, common.dismiss) /> }
}
