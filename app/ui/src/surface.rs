//! Frames for content: card, section, callout, empty state.

use leptos::prelude::*;

use crate::{Icon, IconName, Tone, use_id};

/// A framed part of a page with a heading.
#[component]
pub fn Card(
    /// The content.
    children: Children,
    /// The heading.
    #[prop(optional, into)]
    title: Signal<Option<String>>,
    /// Buttons at the heading's end.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Whether the content reaches the frame, as a table does.
    #[prop(optional)]
    flush: bool,
) -> impl IntoView {
    let id = use_id("card");
    let heading = id.clone();
    // Another title changes the words alone: the buttons beside it stay as they are.
    let has_title = Memo::new(move |_| title.with(Option::is_some));
    view! {
        <section
            class="card"
            data-flush=flush.then_some("true")
            aria-labelledby=move || has_title.get().then(|| id.clone())
        >
            {move || {
                has_title
                    .get()
                    .then(|| {
                        view! {
                            <header class="card__header">
                                <h2 class="card__title" id=heading.clone()>
                                    {move || title.get()}
                                </h2>
                                <div class="card__actions">{actions.run()}</div>
                            </header>
                        }
                    })
            }}
            <div class="card__body">{children()}</div>
        </section>
    }
}

/// A part of a page with a heading and no frame.
#[component]
pub fn Section(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// The content.
    children: Children,
    /// A sentence under the heading.
    #[prop(optional, into)]
    description: Signal<Option<String>>,
    /// Buttons at the heading's end.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    let id = use_id("section");
    let heading = id.clone();
    view! {
        <section class="section" aria-labelledby=id>
            <header class="section__header">
                <h2 class="section__title" id=heading>
                    {move || title.get()}
                </h2>
                <div class="section__actions">{actions.run()}</div>
                {move || description.get().map(|text| view! { <p class="section__description">{text}</p> })}
            </header>
            {children()}
        </section>
    }
}

/// A message in the page that stays until what it tells of is over.
#[component]
pub fn Callout(
    /// What happened, and what to do.
    children: Children,
    /// What its colour and picture mean.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// The message in a few words.
    #[prop(optional, into)]
    title: Signal<Option<String>>,
    /// Buttons under the text.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Whether it appears while the user looks at the page, so that screen readers should say it at once.
    #[prop(optional)]
    announce: bool,
) -> impl IntoView {
    let icon = Signal::derive(move || match tone.get() {
        Tone::Neutral | Tone::Info => IconName::Info,
        Tone::Success => IconName::CheckCircle,
        Tone::Warning => IconName::Alert,
        Tone::Danger => IconName::XCircle,
    });
    view! {
        <div
            class="callout"
            data-tone=move || tone.get().as_str()
            role=move || announce.then(|| if tone.get() == Tone::Danger { "alert" } else { "status" })
        >
            <Icon name=icon />
            <div class="callout__content">
                {move || title.get().map(|title| view! { <p class="callout__title">{title}</p> })}
                <div class="callout__body">{children()}</div>
                <div class="callout__actions">{actions.run()}</div>
            </div>
        </div>
    }
}

/// What a page shows while it has nothing to list: what it is for, and the first thing to do.
#[component]
pub fn EmptyState(
    /// What would be here.
    #[prop(into)]
    title: Signal<String>,
    /// What the page is for.
    #[prop(optional, into)]
    description: Signal<Option<String>>,
    /// A picture above the title.
    #[prop(optional, into)]
    icon: Signal<Option<IconName>>,
    /// The first thing to do.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            {move || {
                icon.get()
                    .map(|name| view! { <span class="empty-state__icon"><Icon name=name /></span> })
            }}
            <p class="empty-state__title">{move || title.get()}</p>
            {move || description.get().map(|text| view! { <p class="empty-state__text">{text}</p> })}
            <div class="empty-state__actions">{actions.run()}</div>
        </div>
    }
}

/// One key and its value in a [`DescriptionList`].
#[component]
pub fn Description(
    /// The key.
    #[prop(into)]
    term: Signal<String>,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="description-list__item">
            <dt class="description-list__term">{move || term.get()}</dt>
            <dd class="description-list__value">{children()}</dd>
        </div>
    }
}

/// Keys and values, such as a server's hardware.
#[component]
pub fn DescriptionList(
    /// The [`Description`]s.
    children: Children,
) -> impl IntoView {
    view! { <dl class="description-list">{children()}</dl> }
}
