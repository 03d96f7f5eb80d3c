//! API tokens over REST: what they open, and that a cookie beside one counts for nothing.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

async fn with(client: &Client, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    let bearer = format!("Bearer {token}");
    client
        .send(method, path, &[("authorization", &bearer)], body)
        .await
}

#[tokio::test]
async fn a_token_opens_what_it_may_and_a_cookie_beside_it_nothing_more() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let new = json!({"name": "script", "permissions": ["manage_users"], "days": 30});
    let made = admin.post("/api/tokens", new).await.ok();
    let token = made["token"].as_str().unwrap();
    let nobody = app.anonymous();
    with(&nobody, token, Method::GET, "/api/users", None).await.ok();
    // No CSRF token, no cookie: a script changes things with it alone.
    let body = json!({"username": "grace", "generate_password": true, "role": "viewer", "permissions": []});
    with(&nobody, token, Method::POST, "/api/users", Some(body))
        .await
        .ok();
    for client in [&nobody, &admin] {
        let refused = with(client, token, Method::GET, "/api/servers", None).await;
        assert_eq!(
            refused.status,
            StatusCode::FORBIDDEN,
            "not the cookie's permissions"
        );
        let refused = with(
            client,
            token,
            Method::PUT,
            "/api/audit/retention",
            Some(json!({"days": 1})),
        )
        .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "never the role");
        let refused = with(
            client,
            token,
            Method::POST,
            "/api/tokens",
            Some(json!({"name": "more"})),
        )
        .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let refused = with(client, "drover_nonsense", Method::GET, "/api/profile", None).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::UNAUTHORIZED, "AUTHENTICATION_REQUIRED".into())
        );
    }
    let audit = admin.get("/api/audit?action=user.create").await.ok();
    assert_eq!(audit["audit"][0]["token"], made["item"]["id"]);

    let listed = admin.get("/api/tokens").await.ok();
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 1);
    assert!(listed["tokens"][0]["last_used_at"].is_string());
    assert!(!listed.to_string().contains(token), "told once");
    let id = made["item"]["id"].as_str().unwrap();
    admin.delete(&format!("/api/tokens/{id}")).await.ok();
    let refused = with(&nobody, token, Method::GET, "/api/users", None).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let told = admin.get("/api/audit?action=token.use&result=refused").await.ok();
    assert_eq!(told["pagination"]["total"], 1);
    assert_eq!(
        admin.delete("/api/tokens/nonsense").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn wrong_tokens_are_counted() {
    let app = TestApp::alone().await;
    let nobody = app.anonymous().at("203.0.113.5");
    for _ in 0..5 {
        let refused = with(&nobody, "drover_guess", Method::GET, "/api/profile", None).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    let refused = with(&nobody, "drover_guess", Method::GET, "/api/profile", None).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header("retry-after").is_empty());
}
