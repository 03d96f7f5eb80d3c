//! Says that what is shown may be old.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::health::use_health;
use crate::{i18n::use_i18n, texts::text};

/// Stands over a list while the picture of it is old; nothing otherwise.
#[component]
pub fn StaleCallout() -> impl IntoView {
    let i18n = use_i18n();
    let health = use_health();
    let is_stale = Memo::new(move |_| health.with(|health| health.stale.is_some()));
    move || {
        is_stale.get().then(|| {
            view! {
                <div class="stale">
                    <Callout tone=Tone::Warning announce=true title=text!(i18n, layout.stale)>
                        {move || health.with(|health| health.stale.clone())}
                    </Callout>
                </div>
            }
        })
    }
}
