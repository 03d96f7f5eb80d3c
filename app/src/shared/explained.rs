//! The answer to "why can't I?", as people read it.

use drover_types::{access::Explanation, permission::Permission};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    rpc,
    texts::{say, text, use_i18n, use_lang},
};

/// What is missing, and who can grant it.
#[component]
pub fn Explained(
    /// The answer.
    answer: Explanation,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let Explanation {
        reason, granted_by, ..
    } = answer;
    let Some(reason) = reason else {
        return view! { <Callout tone=Tone::Success>{text!(i18n, common.you_can)}</Callout> }.into_any();
    };
    let who = granters(granted_by);
    view! {
        <Callout tone=Tone::Warning title=text!(i18n, common.you_cannot)>
            <p>{move || reason.text(lang.get())}</p>
            {who}
        </Callout>
    }
    .into_any()
}

/// Who can grant what a page needs. Nothing stands there until that is known.
#[component]
pub fn GrantedBy(
    /// What it needs.
    permission: Permission,
) -> impl IntoView {
    let known = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        spawn_local(async move {
            // The page has said what is missing; that nobody could be asked who grants it takes nothing away.
            if let Ok(answer) = rpc::access::explain(permission.to_string(), String::new()).await {
                known.try_set(answer.granted_by);
            }
        });
    });
    move || granters(known.get())
}

fn granters(names: Vec<String>) -> Option<impl IntoView> {
    let i18n = use_i18n();
    let names = names.join(", ");
    (!names.is_empty()).then(|| {
        view! { <p>{move || say!(i18n, common.granted_by, names = names.clone())}</p> }
    })
}
