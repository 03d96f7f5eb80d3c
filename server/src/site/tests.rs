//! The site's answers, over a site of three files in memory.

use std::collections::HashMap;

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{Request, Response, StatusCode, header},
};
use tower::ServiceExt;

use super::{
    files::Site,
    manifest,
    source::{SiteError, Source},
};

struct Memory(HashMap<String, Bytes>);

impl Source for Memory {
    fn read(&self, path: &str) -> Result<Bytes, SiteError> {
        self.0.get(path).cloned().ok_or_else(|| SiteError::Missing {
            path: path.to_owned(),
            source: None,
        })
    }
}

/// A manifest entry of `path` with a brotli twin where `twin`.
fn entry(path: &str, immutable: bool, twin: bool) -> serde_json::Value {
    serde_json::json!({
        "path": path,
        "content_type": "text/javascript; charset=utf-8",
        "immutable": immutable,
        "digest": "d1",
        "bytes": 5,
        "brotli": twin.then_some(2),
        "zstd": null,
    })
}

fn memory() -> Memory {
    let list = serde_json::json!({
        "inputs": "",
        "splits": { "about_1": ["split_about_1.cc"] },
        "files": {
            "pkg/drover.js": entry("pkg/drover.aa.js", true, true),
            "pkg/drover_bg.wasm": entry("pkg/drover_bg.aa.wasm", true, false),
            "pkg/drover.css": entry("pkg/drover.aa.css", true, false),
            "pkg/__wasm_split.js": entry("pkg/__wasm_split.aa.js", true, false),
            "robots.txt": entry("robots.txt", false, false),
        },
    });
    let mut files: HashMap<String, Bytes> = [
        "drover.aa.js",
        "drover_bg.aa.wasm",
        "drover.aa.css",
        "__wasm_split.aa.js",
    ]
    .into_iter()
    .map(|name| (format!("pkg/{name}"), Bytes::from_static(b"plain")))
    .collect();
    files.insert("pkg/drover.aa.js.br".into(), Bytes::from_static(b"br"));
    files.insert("robots.txt".into(), Bytes::from_static(b"robot"));
    files.insert(manifest::NAME.into(), Bytes::from(list.to_string()));
    Memory(files)
}

async fn get(path: &str, headers: &[(header::HeaderName, &str)]) -> Response<Body> {
    let router: Router = Site::read(&memory()).unwrap().router();
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

fn header(response: &Response<Body>, name: header::HeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response<Body>) -> Bytes {
    to_bytes(response.into_body(), 1024).await.unwrap()
}

#[tokio::test]
async fn sends_the_twin_that_the_browser_takes() {
    let packed = get("/pkg/drover.aa.js", &[(header::ACCEPT_ENCODING, "gzip, br")]).await;
    assert_eq!(header(&packed, header::CONTENT_ENCODING), "br");
    assert_eq!(header(&packed, header::VARY), "accept-encoding");
    assert_eq!(
        header(&packed, header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(body(packed).await, "br");

    let plain = get("/pkg/drover.aa.js", &[(header::ACCEPT_ENCODING, "gzip")]).await;
    assert_eq!(header(&plain, header::CONTENT_ENCODING), "");
    assert_eq!(
        header(&plain, header::CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(body(plain).await, "plain");
}

#[tokio::test]
async fn answers_304_for_the_same_representation_only() {
    let first = get("/robots.txt", &[]).await;
    assert_eq!(header(&first, header::CACHE_CONTROL), "no-cache");
    let tag = header(&first, header::ETAG).to_owned();
    let again = get("/robots.txt", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert!(body(again).await.is_empty());

    let plain = header(&get("/pkg/drover.aa.js", &[]).await, header::ETAG).to_owned();
    let packed = get(
        "/pkg/drover.aa.js",
        &[(header::IF_NONE_MATCH, &plain), (header::ACCEPT_ENCODING, "br")],
    )
    .await;
    assert_eq!(
        packed.status(),
        StatusCode::OK,
        "the packed one is another representation"
    );
}

#[tokio::test]
async fn a_file_of_an_older_build_is_a_plain_404() {
    let gone = get("/pkg/drover.00.js", &[]).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    assert!(body(gone).await.is_empty());
}

#[test]
fn names_what_an_incomplete_site_lacks() {
    let mut memory = memory();
    memory.0.remove("pkg/drover.aa.css");
    let error = Site::read(&memory).unwrap_err().to_string();
    assert!(error.contains("pkg/drover.aa.css"), "{error}");
    memory.0.remove(manifest::NAME);
    assert!(
        Site::read(&memory)
            .unwrap_err()
            .to_string()
            .contains("manifest.json")
    );
}
