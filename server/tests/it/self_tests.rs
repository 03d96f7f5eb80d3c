//! Trials of the queue and of notifications.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::json;

use crate::support::{Options, TestApp};

const PATHS: [&str; 3] = ["/api/test/simple", "/api/test/error", "/api/test/notification"];

#[tokio::test]
async fn switched_off_they_say_how_to_switch_them_on() {
    let app = TestApp::alone().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    for path in PATHS {
        let answer = admin.post(path, json!({})).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND".into())
        );
        assert!(
            answer.json()["error"]
                .as_str()
                .unwrap()
                .contains("DROVER_SELF_TESTS")
        );
        assert_eq!(viewer.post(path, json!({})).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_administrator_tries_queue_and_notifications() {
    let app = TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await;
    let admin = app.client("admin").await;
    let redacted = |answer: crate::support::Answer| answer.told();
    assert_json_snapshot!("simple", redacted(admin.post("/api/test/simple", json!({"message": "hello"})).await), {
        ".body.task_id" => "[id]",
    });
    assert_json_snapshot!("notification", redacted(admin.post("/api/test/notification", json!({})).await), {
        ".body.notification_id" => "[id]",
    });
    let listed = admin.get("/api/notifications").await.ok();
    assert_eq!(listed["notifications"][0]["type"], "test");
    admin
        .post("/api/test/error", json!({"should_fail": false}))
        .await
        .ok();
}
