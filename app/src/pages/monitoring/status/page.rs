//! The part of the page.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{narrowed::Narrowed, problems::Problems, summary::Summary, wall::Wall};
use crate::{
    monitoring::{Healths, use_healths},
    pages::monitoring::known::Known,
    texts::{text, use_i18n},
};

/// How the servers are. It is judged in the browser, once its copy of the cluster is here.
#[component]
pub(in crate::pages::monitoring) fn Status(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let healths = use_healths();
    let narrowed = Narrowed::from_address();
    let is_here = Memo::new(move |_| healths.with(Option::is_some));
    let is_off = Memo::new(move |_| known.state.with(|state| !state.settings.enabled));
    let now = Memo::new(move |_| healths.with(|healths| healths.clone().unwrap_or_default()));
    let content = move || {
        let counts = Memo::new(move |_| now.with(|now: &Healths| now.counts));
        let problems = Memo::new(move |_| {
            now.with(|now| {
                let all = now.problems();
                narrowed
                    .fitting(&all)
                    .into_iter()
                    .map(|(_, judged)| judged.clone())
                    .collect::<Vec<_>>()
            })
        });
        view! {
            <Summary counts=counts />
            <Problems servers=problems />
            <Wall healths=now narrowed=narrowed />
        }
    };
    view! {
        {move || {
            is_off
                .get()
                .then(|| view! { <Callout tone=Tone::Warning>{text!(i18n, monitoring.is_off)}</Callout> })
        }}
        {move || {
            if is_here.get() {
                content().into_any()
            } else {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=4 /> }
                    .into_any()
            }
        }}
    }
}
