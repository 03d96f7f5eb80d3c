//! Every component of the design system, for those who extend it.

use drover_ui::gallery::Gallery as Samples;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::layout::Page;

/// The gallery.
pub struct Gallery;

#[lazy_route]
impl LazyRoute for Gallery {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Page title="drover-ui">
                <Samples />
            </Page>
        }
        .into_any()
    }
}
