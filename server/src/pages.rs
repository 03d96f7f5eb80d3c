//! Renders the interface and answers its server functions. Every address that nothing else answers is a page
//! of `app`, with status 404 where `app` has no route for it.

use app::{App, PageContext, SessionCookie, Visitor, shell};
use axum::Router;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};

use crate::request::{self, Request};
use crate::router::Server;

/// The routes of the interface and of its server functions.
pub fn router(server: &Server) -> Router {
    let options = LeptosOptions::builder().output_name("drover").build();
    let context = {
        let server = server.clone();
        move || provide(&server)
    };
    let unknown = {
        let context = context.clone();
        move || {
            context();
            expect_context::<ResponseOptions>().set_status(StatusCode::NOT_FOUND);
        }
    };
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, shell)
        .fallback(leptos_axum::render_app_to_stream_with_context(unknown, shell))
        .with_state(options)
}

/// Puts what pages and server functions need of one request into leptos's context.
fn provide(server: &Server) {
    let Some(parts) = use_context::<Parts>() else {
        return;
    };
    // The layers around this router have put both there.
    let (Some(nonce), Some(request)) = (
        parts.extensions.get::<Nonce>().cloned(),
        parts.extensions.get::<Request>().cloned(),
    ) else {
        return;
    };
    let text = |name| header_text(&parts.headers, name);
    let visitor = Visitor::new(
        text(header::COOKIE).unwrap_or_default(),
        text(header::ACCEPT_LANGUAGE),
        request.user,
        server.drover.clock.now().timestamp(),
    );
    PageContext {
        nonce,
        site: server.site.assets().clone(),
        visitor,
    }
    .provide();
    provide_context(server.drover.clone());
    let secure = server.config.is_public_https();
    provide_context(SessionCookie::new(move |session| {
        match session {
            Some(session) => request::session_cookie(&session.token, secure),
            None => request::cleared(secure),
        }
        .to_string()
    }));
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
