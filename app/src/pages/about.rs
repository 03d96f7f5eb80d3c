//! A page of its own module, loaded when it is opened.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// The route's state; it has none.
pub struct About;

#[lazy_route]
impl LazyRoute for About {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <h1>"About Drover"</h1> }.into_any()
    }
}
