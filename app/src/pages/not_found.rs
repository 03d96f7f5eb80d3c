//! The page for an address that does not exist.

use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    paths,
    texts::{text, use_i18n},
};

/// Says so, and leads back.
#[component]
pub fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    let title = text!(i18n, layout.not_found);
    view! {
        <Title text=move || format!("{} · Drover", title.get()) />
        <main class="page">
            <h1 class="visually-hidden">{title}</h1>
            <EmptyState
                title=title
                description=text!(i18n, layout.not_found_hint)
                icon=IconName::Search
                actions=move || {
                    view! {
                        <ButtonLink href=paths::OVERVIEW variant=ButtonVariant::Primary>
                            {text!(i18n, layout.to_overview)}
                        </ButtonLink>
                    }
                }
            />
        </main>
    }
}
