//! Drover's interface: `shell()` is the document that the server writes, `App` the part of it
//! that both sides render. Router and providers only; pages stand in `pages`.

mod clock;
mod inventory;
mod layout;
mod live;
mod monitoring;
mod notices;
mod page_context;
mod pages;
mod paths;
mod preferences;
mod routes;
mod rpc;
mod running;
mod session;
mod shared;
mod site_assets;
mod texts;

use drover_ui::{provide_ids, provide_toasts};
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::Router;

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

pub use page_context::{PageContext, Theme, Visitor};
pub use paths::after_sign_in;
#[cfg(feature = "ssr")]
pub use rpc::SessionCookie;
pub use site_assets::{Addresses, AppScripts, SiteAssets, Splits};

/// The whole document. Rendered on the server only.
pub fn shell() -> impl IntoView {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html
            lang=visitor.lang.code()
            data-theme=visitor.theme.as_str()
            data-density=visitor.density().as_str()
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
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
    provide_ids();
    provide_toasts();
    let visitor = SharedValue::new(|| use_context::<Visitor>().unwrap_or_default()).into_inner();
    preferences::provide_preferences(&visitor);
    texts::provide_texts();
    clock::provide_clock(visitor.now);
    session::provide_session(visitor.user);
    view! {
        <Router>
            <routes::AppRoutes />
        </Router>
        <layout::Messages />
    }
    // Ends the type here: `frontend` need not know how deep the pages are.
    .into_any()
}
