//! Streams: Drover's own, notifications and servers.

use axum::http::StatusCode;
use chrono::TimeDelta;
use insta::assert_json_snapshot;
use serde_json::json;

use crate::servers::guest;
use crate::support::{Options, TestApp};

async fn app() -> TestApp {
    TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn drovers_own_stream_tells_of_tasks_and_notifications_and_goes_on_where_it_was() {
    let app = app().await;
    let admin = app.client("admin").await;
    let mut stream = admin.stream("/api/events", &[]).await;
    assert_eq!(stream.status, StatusCode::OK);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
        ("content-type", "text/event-stream"),
    ] {
        assert_eq!(stream.headers[name], value);
    }
    admin
        .post("/api/test/simple", json!({"message": "hello"}))
        .await
        .ok();
    let task = stream
        .until(|event| event["task"]["task"]["state"] == "completed")
        .await;
    assert_eq!(task["task"]["task"]["kind"], "self_test");
    admin.post("/api/test/notification", json!({})).await.ok();
    stream
        .until(|event| event["notification"]["note"] == "trial")
        .await;
    let last = stream.last_id.clone().expect("an id");
    drop(stream);

    admin.post("/api/test/notification", json!({})).await.ok();
    let mut again = admin.stream("/api/events", &[("last-event-id", &last)]).await;
    let missed = again.next().await.unwrap();
    assert_eq!(
        missed["notification"]["note"], "trial",
        "what happened meanwhile comes first: {missed}"
    );
    let mut lost = admin
        .stream("/api/events", &[("last-event-id", "999999999")])
        .await;
    assert_eq!(lost.next().await, Some(json!("resync")));
}

#[tokio::test]
async fn notifications_are_streamed_to_their_reader() {
    let app = app().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let mut mine = admin
        .stream("/api/notifications/stream", &[("accept-language", "en")])
        .await;
    let mut others = viewer.stream("/api/notifications/stream", &[]).await;
    admin.post("/api/test/notification", json!({})).await.ok();
    assert_json_snapshot!("notification", mine.next().await.unwrap(), {".id" => "[id]"});
    let change = json!({
        "current_password": crate::support::PASSWORD, "new_password": "another battery staple",
        "confirm_password": "another battery staple",
    });
    viewer.post("/change-password", change).await.ok();
    let event = others.next().await.unwrap();
    assert_eq!(
        event["notification_type"], "password_change",
        "and nobody else's came before"
    );

    let last = mine.last_id.clone().expect("an id");
    drop(mine);
    admin.post("/api/test/notification", json!({})).await.ok();
    let path = "/api/notifications/stream";
    let mut again = admin.stream(path, &[("last-event-id", &last)]).await;
    let missed = again.next().await.unwrap();
    admin.post("/api/test/notification", json!({})).await.ok();
    let then = again.next().await.unwrap();
    assert_eq!(
        (&missed["notification_type"], &then["notification_type"]),
        (&json!("test"), &json!("test"))
    );
    assert!(missed["id"].as_i64() < then["id"].as_i64(), "{missed} {then}");
}

#[tokio::test]
async fn servers_are_streamed_whole_and_then_as_they_change() {
    let app = TestApp::with_lab(vec![
        guest(501, "sample-01", "stopped"),
        guest(502, "gone-01", "stopped"),
    ])
    .await;
    let admin = app.client("admin").await;
    let mut stream = admin.stream("/api/servers/status/stream", &[]).await;
    let whole = stream.next().await.unwrap();
    assert_eq!(
        (&whole["type"], &whole["snapshot"], &whole["removed"]),
        (&json!("server_status"), &json!(true), &json!([]))
    );
    assert_json_snapshot!("server", whole["servers"]["sample-01"], {".ip_addresses" => "[addresses]"});
    assert!(
        whole["servers"]
            .as_object()
            .unwrap()
            .values()
            .all(|server| server["vmid"] != 9000)
    );

    admin.post("/api/servers/sample-01/start", json!({})).await.ok();
    let started = |event: &serde_json::Value| event["servers"]["sample-01"]["status"] == "running";
    let event = stream.until(started).await;
    assert_eq!(event["snapshot"], false);
    app.lab().remove_guest(502).await.unwrap();
    stream.until(|event| event["removed"] == json!(["gone-01"])).await;
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_the_process() {
    let app = app().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let mut stream = viewer.stream("/api/events", &[]).await;
    viewer.post("/logout", json!({})).await;
    assert_eq!(stream.until(|event| event == "signed_out").await, "signed_out");
    assert_eq!(stream.next().await, None);
    let mut stream = admin.stream("/api/notifications/stream", &[]).await;
    app.stop.cancel();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn an_open_stream_does_not_keep_a_session_alive() {
    let app = app().await;
    let viewer = app.client("viewer").await;
    app.clock.advance(TimeDelta::hours(5));
    let stream = viewer.stream("/api/events", &[]).await;
    app.clock.advance(TimeDelta::hours(4));
    let refused = viewer.get("/api/profile").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    drop(stream);
}

#[tokio::test]
async fn a_user_has_so_many_streams_and_no_more() {
    let app = app().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(viewer.stream("/api/notifications/stream", &[]).await);
    }
    let refused = viewer.get("/api/events").await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED".into())
    );
    assert_eq!(admin.stream("/api/events", &[]).await.status, StatusCode::OK);
    open.pop();
    assert_eq!(viewer.stream("/api/events", &[]).await.status, StatusCode::OK);
}
