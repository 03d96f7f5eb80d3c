//! The part of the page.

use leptos::prelude::*;

use super::{form::SettingsForm, sources::Sources};
use crate::pages::monitoring::known::Known;

/// What is set, and where figures come from.
#[component]
pub(in crate::pages::monitoring) fn Settings(known: Known) -> impl IntoView {
    view! {
        <div class="monitoring__settings">
            <SettingsForm known=known />
            <Sources />
        </div>
    }
}
