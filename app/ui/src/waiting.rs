//! What stands where content is not there yet.

use leptos::prelude::*;

/// A turning ring. Appears only after 300 ms, so that what is quick shows none.
#[component]
pub fn Spinner() -> impl IntoView {
    view! {
        <svg class="spinner" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <circle class="spinner__track" cx="8" cy="8" r="6"></circle>
            <path class="spinner__arc" d="M8 2a6 6 0 0 1 6 6"></path>
        </svg>
    }
}

/// What a skeleton stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonShape {
    /// Lines of text.
    #[default]
    Text,
    /// Rows of a table.
    Row,
    /// A card, a chart.
    Block,
}

impl SkeletonShape {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Row => "row",
            Self::Block => "block",
        }
    }
}

/// Grey bars in the place of content that is on its way, so that nothing jumps when it arrives.
#[component]
pub fn Skeleton(
    /// What is on its way, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What it stands for.
    #[prop(optional)]
    shape: SkeletonShape,
    /// How many bars.
    #[prop(default = 3)]
    lines: u8,
) -> impl IntoView {
    view! {
        <div
            class="skeleton"
            role="status"
            aria-busy="true"
            aria-label=move || label.get()
            data-shape=shape.as_str()
        >
            {(0..lines).map(|_| view! { <span class="skeleton__bar"></span> }).collect_view()}
        </div>
    }
}
