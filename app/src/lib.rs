//! Drover's interface: `shell()` is the document that the server writes, `App` the part of it
//! that both sides render. Router and providers only; pages stand in `pages`.

mod pages;
mod site_assets;

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    Lazy,
    components::{Route, Router, Routes},
    path,
};

pub use site_assets::{Addresses, AppScripts, SiteAssets, Splits};

/// The whole document. Rendered on the server only.
pub fn shell() -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="ko">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <AppScripts />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// What is in `<body>`, on both sides.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title text="Drover" />
        <Router>
            <main>
                <Routes fallback=pages::NotFound>
                    <Route path=path!("/") view=pages::Home />
                    <Route path=path!("/about") view={Lazy::<pages::About>::new()} />
                </Routes>
            </main>
        </Router>
    }
}
