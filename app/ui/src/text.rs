//! Small pieces of text: keys, text for screen readers only, tooltips, crumbs.

use leptos::prelude::*;

use crate::{Icon, IconName};

/// Text that only screen readers get.
#[component]
pub fn VisuallyHidden(
    /// The text.
    children: Children,
) -> impl IntoView {
    view! { <span class="visually-hidden">{children()}</span> }
}

/// A key of the keyboard.
#[component]
pub fn Kbd(
    /// What stands on the key.
    children: Children,
) -> impl IntoView {
    view! { <kbd class="kbd">{children()}</kbd> }
}

/// A text that appears over its content when that is pointed at or focused. For what the content's own text
/// leaves out, such as the exact time behind an age; never for what one must know.
#[component]
pub fn Tooltip(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
    /// What it says it about.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="tooltip" data-tip=move || text.get()>
            {children()}
        </span>
    }
}

/// One step of the way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// Its name.
    pub label: String,
    /// Where it leads; `None` for the page itself.
    pub href: Option<String>,
}

impl Crumb {
    /// A page above this one.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: Some(href.into()),
        }
    }

    /// This page.
    pub fn here(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: None,
        }
    }
}

/// The way to this page.
#[component]
pub fn Breadcrumb(
    /// What the list is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// From the top to this page.
    #[prop(into)]
    crumbs: Signal<Vec<Crumb>>,
) -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label=move || label.get()>
            <ol class="breadcrumb__list">
                {move || {
                    crumbs
                        .get()
                        .into_iter()
                        .map(|crumb| match crumb.href {
                            Some(href) => {
                                view! {
                                    <li class="breadcrumb__item">
                                        <a href=href>{crumb.label}</a>
                                        <Icon name=IconName::ChevronRight />
                                    </li>
                                }
                                    .into_any()
                            }
                            None => {
                                view! {
                                    <li class="breadcrumb__item" aria-current="page">
                                        {crumb.label}
                                    </li>
                                }
                                    .into_any()
                            }
                        })
                        .collect_view()
                }}
            </ol>
        </nav>
    }
}
