//! The content security policy and the other headers that tell a browser what a page of ours
//! may do. Each response has its own nonce, which the shell writes on its one inline script.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::nonce::Nonce;

/// Whose pages ours may show in a frame beside our own: `None` for nobody's. Cheap to clone.
pub type Framed = Option<Arc<str>>;

/// Makes the nonce, hands it to the page as a request extension (a [`Nonce`]) and sends the
/// policy. A handler that sends a policy of its own keeps it.
pub async fn policy(State(framed): State<Framed>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&text(&nonce, framed.as_deref())) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Never `strict-dynamic`: leptos's modulepreload links carry no nonce.
fn text(nonce: &str, framed: Option<&str>) -> String {
    let frames = framed.map_or_else(
        || "frame-src 'none'".to_owned(),
        |origin| format!("frame-src {origin}"),
    );
    [
        "default-src 'self'",
        &format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        &frames,
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    .join("; ")
}
