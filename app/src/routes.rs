//! The route tree. Each area is a module of its own that the browser loads when it is opened.

use leptos::prelude::*;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Routes},
    path,
};

use crate::{
    layout::Shell,
    pages::{NotFound, Overview, Servers, SignIn},
};

/// Every page. What stands under `Shell` is for those who are signed in.
#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/login") view={Lazy::<SignIn>::new()} ssr=SsrMode::Async />
            <ParentRoute path=path!("") view=Shell ssr=SsrMode::Async>
                <Route path=path!("/") view={Lazy::<Overview>::new()} ssr=SsrMode::Async />
                <Route path=path!("/servers") view={Lazy::<Servers>::new()} ssr=SsrMode::Async />
            </ParentRoute>
        </Routes>
    }
}
