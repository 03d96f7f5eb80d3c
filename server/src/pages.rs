//! Renders the interface: every address that nothing else answers is a page of `app`, with
//! status 404 where `app` has no route for it.

use app::{App, SiteAssets, shell};
use axum::{
    Router,
    http::{StatusCode, request::Parts},
};
use leptos::{config::LeptosOptions, nonce::Nonce, prelude::*};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};

use crate::site::Site;

/// The routes of the interface.
pub fn router(site: &Site) -> Router {
    let options = LeptosOptions::builder().output_name("drover").build();
    let assets = site.assets().clone();
    let provide = move || context(&assets);
    let unknown = {
        let provide = provide.clone();
        move || {
            provide();
            expect_context::<ResponseOptions>().set_status(StatusCode::NOT_FOUND);
        }
    };
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), provide, shell)
        .fallback(leptos_axum::render_app_to_stream_with_context(unknown, shell))
        .with_state(options)
}

/// What the shell needs of one request.
fn context(assets: &SiteAssets) {
    assets.provide();
    if let Some(nonce) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Nonce>().cloned()) {
        provide_context(nonce);
    }
}
