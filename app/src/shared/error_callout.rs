//! An error of a page or of a part of it: what happened and what to do; the rest folds out.

use drover_types::error::ApiError;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::{text, use_i18n, use_lang};

/// Shows an error in its place.
#[component]
pub fn ErrorCallout(
    /// What went wrong.
    #[prop(into)]
    error: Signal<ApiError>,
    /// Tries again, where that makes sense.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let retry = move || {
        on_retry.map(|on_retry| {
            view! {
                <Button size=ButtonSize::Small icon=IconName::Refresh on_click=move |_| on_retry.run(())>
                    {text!(i18n, common.retry)}
                </Button>
            }
        })
    };
    let lines = move || {
        error.with(|error| {
            let details = error.details.iter().map(|(name, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{name}: {value}")
            });
            let request = error.request_id.map(|id| format!("request: {id}"));
            details.chain(request).collect::<Vec<_>>()
        })
    };
    view! {
        <Callout tone=Tone::Danger announce=true actions=retry>
            <p>{move || error.with(|error| error.text(lang.get()))}</p>
            {move || {
                let lines = lines();
                (!lines.is_empty())
                    .then(|| {
                        view! {
                            <details>
                                <summary>{text!(i18n, common.details)}</summary>
                                <Code text=lines.join("\n") label=text!(i18n, common.details) />
                            </details>
                        }
                    })
            }}
        </Callout>
    }
}
