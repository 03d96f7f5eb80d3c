//! The layers around every endpoint: other sites, headers, addresses and methods that there are not, bodies that
//! can't be read.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;
use serde_json::json;

use crate::support::{Options, TestApp};

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let app = TestApp::alone().await;
    let client = app.client("admin").await;
    let post = async |headers: &[(&str, &str)]| {
        client
            .send(
                Method::POST,
                "/api/notifications/clear-all",
                headers,
                Some(json!({})),
            )
            .await
    };
    for headers in [
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ][..],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://other.example.org"),
        ],
        &[("origin", "https://evil.example"), ("host", "drover.example.org")],
    ] {
        let refused = post(headers).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::FORBIDDEN, "PERMISSION_DENIED".into())
        );
    }
    post(&[("sec-fetch-site", "same-origin")]).await.ok();
    post(&[
        ("origin", "https://drover.example.org"),
        ("host", "drover.example.org"),
    ])
    .await
    .ok();
    // A script sends neither.
    post(&[]).await.ok();
    let rpc = client
        .send(
            Method::POST,
            "/rpc/sign_out_everywhere",
            &[("sec-fetch-site", "cross-site")],
            Some(json!({})),
        )
        .await;
    assert_eq!(rpc.status, StatusCode::FORBIDDEN);
    let sign_in = app
        .anonymous()
        .send(
            Method::POST,
            "/login",
            &[("sec-fetch-site", "cross-site")],
            Some(json!({"username": "admin", "password": crate::support::PASSWORD})),
        )
        .await;
    assert_eq!(sign_in.status, StatusCode::FORBIDDEN, "nor signs anybody in");
}

#[tokio::test]
async fn a_site_on_the_list_may_call() {
    let site = "https://panel.example.org";
    let app = TestApp::start(Options {
        cors_origins: vec![site],
        ..Options::default()
    })
    .await;
    let client = app.client("admin").await;
    let asked = [
        ("origin", site),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,x-api-version"),
    ];
    let preflight = app
        .anonymous()
        .send(Method::OPTIONS, "/api/servers", &asked, None)
        .await;
    assert_eq!(preflight.status, StatusCode::OK);
    assert_eq!(preflight.header("access-control-allow-origin"), site);
    assert_eq!(preflight.header("access-control-allow-credentials"), "true");
    let allowed = preflight.header("access-control-allow-headers").to_owned();
    assert!(
        allowed.split(',').any(|name| name == "x-api-version"),
        "{allowed}"
    );
    let headers = [("origin", site), ("sec-fetch-site", "cross-site")];
    let call = client
        .send(
            Method::POST,
            "/api/notifications/clear-all",
            &headers,
            Some(json!({})),
        )
        .await;
    call.ok();
    assert_eq!(call.header("access-control-allow-origin"), site);
    assert_eq!(call.header("access-control-expose-headers"), "retry-after");
    let other = client
        .send(
            Method::GET,
            "/api/profile",
            &[("origin", "https://evil.example")],
            None,
        )
        .await;
    assert_eq!(other.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn pages_of_the_public_address_may_call_behind_a_proxy_that_hands_on_another_host() {
    let app = TestApp::start(Options {
        public_url: Some("https://Drover.example.org:443"),
        ..Options::default()
    })
    .await;
    let client = app.client("admin").await;
    for (origin, status) in [
        ("https://drover.example.org", StatusCode::OK),
        ("http://drover.example.org", StatusCode::FORBIDDEN),
        ("https://other.example.org", StatusCode::FORBIDDEN),
    ] {
        let headers = [("origin", origin), ("host", "10.0.0.5:3000")];
        let path = "/api/notifications/clear-all";
        let call = client.send(Method::POST, path, &headers, Some(json!({}))).await;
        assert_eq!(call.status, status, "{origin}");
    }
}

#[tokio::test]
async fn without_a_list_no_site_is_told_anything() {
    let app = TestApp::alone().await;
    let client = app.client("admin").await;
    let call = client
        .send(
            Method::GET,
            "/api/profile",
            &[("origin", "https://panel.example.org")],
            None,
        )
        .await;
    assert_eq!(call.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let app = TestApp::alone().await;
    let client = app.client("admin").await;
    for path in ["/api/profile", "/api/nothing", "/login", "/api/docs"] {
        let answer = client.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self'"),
            "{path}: {policy}"
        );
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "no TLS, no promise of it"
        );
    }
    assert_eq!(
        client.get("/api/profile").await.header("cache-control"),
        "no-store"
    );
}

#[tokio::test]
async fn what_there_is_not_is_told_in_json() {
    let app = TestApp::alone().await;
    let client = app.client("admin").await;
    for path in ["/api/nothing", "/api/servers/x/y/z", "/api", "/api/"] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND".into()),
            "{path}"
        );
        let anonymous = app.anonymous().get(path).await;
        assert_eq!(
            (anonymous.status, anonymous.code()),
            (StatusCode::UNAUTHORIZED, "AUTHENTICATION_REQUIRED".into())
        );
    }
    assert_json_snapshot!("not_found", client.get("/api/nothing").await.told(), {".body.details.request_id" => "[id]"});
    for (method, path) in [
        (Method::PUT, "/api/servers"),
        (Method::GET, "/api/servers/web/start"),
        (Method::PUT, "/login"),
    ] {
        let answer = client.send(method, path, &[], None).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED".into()),
            "{path}"
        );
        assert_ne!(answer.header("allow"), "", "{path}");
    }
}

#[tokio::test]
async fn a_body_that_can_not_be_read_is_refused_in_the_envelope() {
    let app = TestApp::alone().await;
    let client = app.client("admin").await;
    for path in ["/api/servers", "/api/test/simple", "/login", "/change-password"] {
        for body in ["{", "[1]", "\"text\"", "{} {}"] {
            let answer = client.send_text(Method::POST, path, &[], body.to_owned()).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::BAD_REQUEST, "VALIDATION_ERROR".into()),
                "{path} {body}"
            );
        }
        let long = format!("{{\"name\":\"{}\"}}", "x".repeat(3 * 1024 * 1024));
        let answer = client.send_text(Method::POST, path, &[], long).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE".into()),
            "{path}"
        );
    }
    let query = client.get("/api/servers?page=two").await;
    assert_eq!(
        (query.status, query.fields()),
        (StatusCode::BAD_REQUEST, vec!["page".to_owned()])
    );
    assert_eq!(
        client.get("/api/notifications?limit=-1").await.fields(),
        ["limit"]
    );
    assert_eq!(client.get("/api/servers?page=0").await.fields(), ["page"]);
    let wrong = client
        .post("/api/test/error", json!({"should_fail": "maybe"}))
        .await;
    assert_json_snapshot!("wrong_type", wrong.told(), {".body.details.request_id" => "[id]"});
}

#[tokio::test]
async fn pages_lead_to_the_sign_in_and_answer_whoever_is_signed_in() {
    let app = TestApp::alone().await;
    assert_eq!(app.anonymous().get("/login").await.status, StatusCode::OK);
    let browser = [("accept", "text/html")];
    let docs = app
        .anonymous()
        .send(Method::GET, "/api/docs", &browser, None)
        .await;
    assert_eq!(
        (docs.status, docs.header("location")),
        (StatusCode::SEE_OTHER, "/login?next=/api/docs")
    );
    let docs = app
        .client("viewer")
        .await
        .send(Method::GET, "/api/docs", &browser, None)
        .await;
    let html = String::from_utf8(docs.body.to_vec()).unwrap();
    assert!(
        html.contains("data-url=\"/api/openapi.json\"") && html.contains("src=\"/pkg/api-reference.js\""),
        "{html}"
    );
    let policy = docs.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    assert_eq!(
        app.anonymous().get("/healthz").await.ok(),
        json!({"status": "ok"})
    );
    assert_eq!(
        app.anonymous().get("/readyz").await.ok(),
        json!({"status": "ok"}),
        "without Proxmox too"
    );
    app.stop.cancel();
    assert_eq!(
        app.anonymous().get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}
