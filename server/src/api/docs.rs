//! The OpenAPI document and a page to read it. The reader is a file of our own site: no page loads from elsewhere.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Router, routing};
use drover_core::Error;

use super::answer::Refusal;
use crate::request::{Preferred, Request, preferred};
use crate::router::Server;

/// The reader's logical name in the site.
const READER: &str = "pkg/api-reference.js";

/// The document, for everybody who is signed in.
pub(super) fn document(json: Bytes) -> Router<Server> {
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], json) };
    Router::new().route("/api/openapi.json", routing::get(answer))
}

/// The page. It sends whoever is not signed in to where they can, so it stands outside of the common check.
pub(super) fn page() -> Router<Server> {
    Router::new().route("/api/docs", routing::get(read))
}

async fn read(
    State(server): State<Server>,
    request: Request,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if request.user.is_none() {
        return if preferred(&headers) == Preferred::Html {
            Ok(Redirect::to("/login?next=/api/docs").into_response())
        } else {
            Err(Error::NotSignedIn.into())
        };
    }
    let policy = HeaderValue::from_static(POLICY);
    let page = Html(html(server.site.address(READER).as_deref()));
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response())
}

/// The reader writes style elements of its own, not all of them with the nonce that it is given, so styles may stand
/// in the page. Scripts may not, and it fetches the document and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn html(reader: Option<&str>) -> String {
    let body = match reader {
        Some(reader) => format!(
            r#"<script id="api-reference" type="application/json" data-url="/api/openapi.json" data-configuration='{{"withDefaultFonts":false,"telemetry":false,"proxyUrl":"","hideClientButton":true,"showDeveloperTools":"never","agent":{{"disabled":true}},"mcp":{{"disabled":true}}}}'></script>
<script src="{reader}"></script>"#
        ),
        None => r#"<p>This build has no reader; the document is at <a href="/api/openapi.json">/api/openapi.json</a>.</p>"#
            .to_owned(),
    };
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drover API</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
</head>
<body>
{body}
</body>
</html>
"#
    )
}
