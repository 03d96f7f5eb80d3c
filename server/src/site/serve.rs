//! Answers for the site's files.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    encoding,
    files::{Asset, PACKAGE, Site},
};

/// The name changes with the content, so nobody needs to ask again.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The name stays: ask each time, and be told 304.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

impl Site {
    /// A route for each file. What is not in the package's folder is a plain 404: no page of
    /// HTML for a script of an older build.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let mut router = Router::new().route(
            &format!("/{PACKAGE}/{{*rest}}"),
            get(|| async { StatusCode::NOT_FOUND }),
        );
        for asset in self.files.values() {
            let path = format!("/{}", asset.entry.path);
            let asset = asset.clone();
            router = router.route(
                &path,
                get(async move |headers: HeaderMap| answer(&asset, &headers)),
            );
        }
        router
    }
}

fn answer(asset: &Asset, headers: &HeaderMap) -> Response {
    let (coding, content) = encoding::choose(asset, headers);
    // A twin is another representation and needs a tag of its own.
    let tag = format!("\"{}{}\"", asset.entry.digest, coding.unwrap_or_default());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == tag)
        });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(content.clone()))
    };
    let sent = response.headers_mut();
    sent.insert(
        header::CACHE_CONTROL,
        if asset.entry.immutable { FOREVER } else { ASK },
    );
    sent.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    insert(sent, header::ETAG, &tag);
    if !known {
        insert(sent, header::CONTENT_TYPE, &asset.entry.content_type);
        if let Some(coding) = coding {
            sent.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
    }
    response
}

/// Sets a header whose value the manifest gives; one with control characters is left out.
fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
