//! A page inside the frame: the top bar with its title, its filter and its primary action, and its content.

use drover_ui::prelude::*;
use leptos::{html, prelude::*};
use leptos_meta::Title;

use super::{
    frame::use_frame,
    status::{Bell, ClusterStatus, TasksButton},
    user_menu::UserMenu,
};
use crate::texts::{text, use_i18n};

/// One page. Every page of the frame is one of these.
#[component]
pub fn Page(
    /// What the page is, in the top bar and in the browser's tab.
    #[prop(into)]
    title: Signal<String>,
    /// The content.
    children: Children,
    /// The primary action, and at most one beside it.
    #[prop(optional, into)]
    actions: ViewFn,
    /// The filter, where the page is a list.
    #[prop(optional, into)]
    filter: ViewFn,
    /// Whether the content is one list that fills the page and scrolls by itself.
    #[prop(optional)]
    fill: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let frame = use_frame();
    let main = NodeRef::<html::Main>::new();
    Effect::new(move |_| {
        if let Some(main) = main.get() {
            // Whoever follows a link by keyboard goes on from the new page, not from where the link was.
            if frame.navigated.get_value() {
                let options = web_sys::FocusOptions::new();
                options.set_prevent_scroll(true);
                drop(main.focus_with_options(&options));
            }
            frame.navigated.set_value(true);
        }
    });
    // The server writes the head last, when a page that waited for its data may have been let go already.
    let first = title.get_untracked();
    let document_title = move || format!("{} · Drover", title.try_get().unwrap_or_else(|| first.clone()));
    view! {
        <Title text=document_title />
        <IdScope name="page">
        <header class="topbar">
            <span class="topbar__menu">
                <IconButton
                    icon=IconName::Menu
                    label=text!(i18n, layout.open_menu)
                    on_click=move |_| frame.sidebar.set(true)
                />
            </span>
            <h1 class="topbar__title">{move || title.get()}</h1>
            <div class="topbar__filter">{filter.run()}</div>
            <div class="topbar__actions">
                <div class="topbar__own">{actions.run()}</div>
                <ClusterStatus /> <Search /> <TasksButton /> <Bell /> <UserMenu />
            </div>
        </header>
        <main node_ref=main class="page" id="main" tabindex="-1" data-fill=fill.then_some("true")>
            {children()}
        </main>
        </IdScope>
    }
    .into_any()
}

/// Opens the palette.
#[component]
fn Search() -> impl IntoView {
    let i18n = use_i18n();
    let frame = use_frame();
    view! {
        <IconButton
            icon=IconName::Search
            label=text!(i18n, layout.open_palette)
            on_click=move |_| frame.palette.set(true)
        />
    }
}
