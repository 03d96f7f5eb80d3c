//! Puts the endpoints together, those that anybody reaches and those behind a session, and the one document that
//! describes them all.

use anyhow::Context;
use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::{Router, middleware, routing};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;

use super::answer::{method_not_allowed, not_found, render, signed_in as only_signed_in};
use super::{
    audit, auth, backups, channels, cleanup, cluster, docs, document, firewall, health, monitoring,
    notifications, roles, self_tests, servers, session, storage, streams, tasks, tokens, users,
};
use crate::router::Server;

/// Every endpoint.
///
/// # Errors
/// Where the document can't be written.
pub fn router(server: &Server) -> anyhow::Result<Router> {
    let (open, open_document) = open().split_for_parts();
    let (signed_in, signed_in_document) = signed_in().split_for_parts();
    let mut document = document::base();
    for (mut part, behind_session) in [(open_document, false), (signed_in_document, true)] {
        document::complete(&mut part, behind_session);
        document.merge(part);
    }
    let json = Bytes::from(
        document
            .to_json()
            .context("the OpenAPI document can't be written")?,
    );
    let nothing = || routing::any(not_found);
    let signed_in = signed_in
        .merge(docs::document(json))
        .route("/api", nothing())
        .route("/api/", nothing())
        .route("/api/{*rest}", nothing())
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn(only_signed_in));
    let router = open
        .merge(docs::page())
        .method_not_allowed_fallback(method_not_allowed)
        .merge(signed_in)
        .layer(middleware::from_fn(render))
        // What is answered here is one user's, and of this moment.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .with_state(server.clone());
    Ok(router)
}

fn open() -> OpenApiRouter<Server> {
    OpenApiRouter::default()
        .merge(auth::open())
        .merge(session::open())
        .merge(health::open())
}

fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::default()
        .merge(auth::signed_in())
        .merge(session::signed_in())
        .merge(servers::signed_in())
        .merge(cleanup::signed_in())
        .merge(tasks::signed_in())
        .merge(monitoring::signed_in())
        .merge(notifications::signed_in())
        .merge(channels::signed_in())
        .merge(streams::signed_in())
        .merge(cluster::signed_in())
        .merge(storage::signed_in())
        .merge(firewall::signed_in())
        .merge(roles::signed_in())
        .merge(backups::signed_in())
        .merge(users::signed_in())
        .merge(audit::signed_in())
        .merge(tokens::signed_in())
        .merge(self_tests::signed_in())
}
