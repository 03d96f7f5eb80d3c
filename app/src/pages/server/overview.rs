//! The overview: live figures, charts, hardware.

use leptos::prelude::*;

use super::{charts::Charts, figures::Figures, summary::Summary};
use crate::inventory::Guest;

/// Everything about the server at a glance.
#[component]
pub fn Overview(guest: Memo<Guest>) -> impl IntoView {
    let is_template = Memo::new(move |_| guest.with(|guest| guest.template));
    view! {
        {move || (!is_template.get()).then(|| view! { <Figures guest=guest /> })}
        {move || (!is_template.get()).then(|| view! { <Charts guest=guest /> })}
        <Summary guest=guest />
    }
}
