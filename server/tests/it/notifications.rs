//! Notifications: read, dismissed, cleared.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::{Client, Options, TestApp};

async fn app() -> TestApp {
    TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await
}

async fn listed(client: &Client) -> Vec<Value> {
    client.get("/api/notifications").await.ok()["notifications"]
        .as_array()
        .unwrap()
        .clone()
}

async fn unread(client: &Client) -> u64 {
    client.get("/api/notifications/unread-count").await.ok()["count"]
        .as_u64()
        .unwrap()
}

#[tokio::test]
async fn both_versions_find_their_fields() {
    let app = app().await;
    let admin = app.client("admin").await;
    assert_json_snapshot!("list", admin.get("/api/notifications").await.ok());
    let id = listed(&admin).await[0]["id"].as_i64().unwrap();
    assert_json_snapshot!("one", admin.get(&format!("/api/notifications/{id}")).await.ok());
    let english = admin
        .send(
            Method::GET,
            &format!("/api/notifications/{id}"),
            &[("accept-language", "en")],
            None,
        )
        .await;
    assert_eq!(english.ok()["notification"]["title"], "You signed in");
}

#[tokio::test]
async fn reading_dismissing_and_clearing_are_the_readers_own() {
    let app = app().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    for _ in 0..2 {
        admin.post("/api/test/notification", json!({})).await.ok();
    }
    assert_eq!((listed(&admin).await.len(), unread(&admin).await), (3, 3));
    let id = listed(&admin).await[0]["id"].as_i64().unwrap();
    assert_json_snapshot!(
        "read",
        admin
            .post(&format!("/api/notifications/{id}/read"), json!({}))
            .await
            .told()
    );
    assert_eq!(
        (listed(&admin).await[0]["read"].clone(), unread(&admin).await),
        (json!(true), 2)
    );
    for path in [
        format!("/api/notifications/{id}"),
        "/api/notifications/999".into(),
        "/api/notifications/x".into(),
    ] {
        assert_eq!(viewer.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(
            viewer.post(&format!("{path}/read"), json!({})).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(viewer.delete(&path).await.status, StatusCode::NOT_FOUND);
    }
    admin.delete(&format!("/api/notifications/{id}")).await.ok();
    assert_eq!(listed(&admin).await.len(), 2);
    assert_eq!(listed(&viewer).await.len(), 1);
}

#[tokio::test]
async fn the_first_version_reads_all_and_the_second_clears_all() {
    let app = app().await;
    let admin = app.client("admin").await;
    let path = "/api/notifications/clear-all";
    admin.post("/api/test/notification", json!({})).await.ok();
    admin
        .send(Method::POST, path, &[("x-api-version", "1")], None)
        .await
        .ok();
    assert_eq!((listed(&admin).await.len(), unread(&admin).await), (2, 0));
    admin.post("/api/test/notification", json!({})).await.ok();
    admin.post(&format!("{path}?mode=read"), json!({})).await.ok();
    assert_eq!((listed(&admin).await.len(), unread(&admin).await), (3, 0));
    assert_json_snapshot!("cleared", admin.post(path, json!({})).await.told());
    assert_eq!((listed(&admin).await.len(), unread(&admin).await), (0, 0));
    assert_eq!(
        admin.post(&format!("{path}?mode=burn"), json!({})).await.fields(),
        ["mode"]
    );
}

#[tokio::test]
async fn pages_limits_and_the_latest() {
    let app = app().await;
    let admin = app.client("admin").await;
    for _ in 0..4 {
        admin.post("/api/test/notification", json!({})).await.ok();
    }
    let page = admin.get("/api/notifications?page=2&per_page=3").await.ok();
    assert_eq!(
        page["pagination"],
        json!({"page": 2, "per_page": 3, "total": 5, "pages": 2})
    );
    assert_eq!(page["notifications"].as_array().unwrap().len(), 2);
    let few = admin.get("/api/notifications?limit=2").await.ok();
    assert_eq!(few["notifications"].as_array().unwrap().len(), 2);
    let nothing = json!({"success": true, "notification": null});
    assert_eq!(admin.get("/api/notifications/latest").await.ok(), nothing);
    assert_eq!(
        admin
            .get("/api/notifications/latest?server=web&since_ts=0")
            .await
            .ok(),
        nothing
    );
    assert_eq!(
        admin
            .get("/api/notifications/latest?server=web&since_ts=x")
            .await
            .fields(),
        ["since_ts"]
    );
    assert_eq!(
        admin
            .get("/api/notifications/latest?server=web&since_ts=NaN")
            .await
            .fields(),
        ["since_ts"]
    );
}
