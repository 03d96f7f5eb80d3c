//! Says that what is shown may be old, or could not be loaded.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{error_callout::ErrorCallout, health::use_health};
use crate::{
    inventory::use_inventory,
    texts::{text, use_i18n},
};

/// Stands over a list while the picture of it is old or not to be had; nothing otherwise.
#[component]
pub fn StaleCallout() -> impl IntoView {
    let i18n = use_i18n();
    let health = use_health();
    let inventory = use_inventory();
    let is_stale = Memo::new(move |_| health.with(|health| health.stale.is_some()));
    let error = Memo::new(move |_| inventory.error());
    move || {
        if let Some(error) = error.get() {
            return view! {
                <div class="stale">
                    <ErrorCallout error=error on_retry=move |()| inventory.load() />
                </div>
            }
            .into_any();
        }
        let old = is_stale.get().then(|| {
            view! {
                <div class="stale">
                    <Callout tone=Tone::Warning announce=true title=text!(i18n, layout.stale)>
                        {move || health.with(|health| health.stale.clone())}
                    </Callout>
                </div>
            }
        });
        old.into_any()
    }
}
