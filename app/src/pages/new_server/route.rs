//! The route, a module that the browser loads when it is opened.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::page::NewServerPage;

/// The form for a new server.
pub struct NewServer;

#[lazy_route]
impl LazyRoute for NewServer {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <NewServerPage /> }.into_any()
    }
}
