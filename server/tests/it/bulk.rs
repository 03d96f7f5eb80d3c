//! Making several servers.

use axum::http::StatusCode;
use drover_lab::LabOptions;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::{Options, TestApp};
use crate::tasks::until_ended;

fn row(name: &str, last: u8) -> Value {
    json!({
        "name": name, "cpu": "1", "memory": 512, "template_vm_id": 9000, "role": "none",
        "network_devices": [{"bridge": "vmbr0", "ip_address": format!("10.77.0.{last}"), "gateway": "10.77.0.1"}],
    })
}

fn body() -> Value {
    let mut slip = row("job-04", 14);
    slip["memory"] = json!("much");
    json!({"servers": [slip, row("job-01", 11), row("JOB-01", 12), row("job-03", 11), row("job-05", 15)], "colour": 1})
}

#[tokio::test]
async fn good_rows_are_made_and_the_others_named() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let mut whole = body();
    whole["all_or_nothing"] = json!(true);
    let refused = admin.post("/api/create_servers_bulk", whole).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(
        refused.fields().contains(&"servers[0].memory".to_owned()),
        "{:?}",
        refused.fields()
    );
    let mut whole = json!({"servers": [row("job-01", 11), row("job-01", 12)], "all_or_nothing": true});
    let refused = admin.post("/api/create_servers_bulk", whole.clone()).await;
    assert_eq!(refused.fields(), ["servers[1].name"]);
    assert_eq!(admin.get("/api/tasks").await.ok()["tasks"], json!([]));

    let answer = admin.post("/api/create_servers_bulk", body()).await;
    assert_json_snapshot!("made", answer.told(), {
        ".body.task_id" => "[id]", ".body.tasks.*" => "[id]",
    });
    let made = answer.json();
    let end = until_ended(&admin, made["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    let parent = admin
        .get(&format!("/api/tasks/{}", made["task_id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(parent["task"]["children"]["completed"], 2, "{parent}");
    let child = made["tasks"]["job-05"].as_str().unwrap();
    let child = admin.get(&format!("/api/tasks/{child}")).await.ok();
    assert_eq!(
        (&child["task"]["parent"], &child["task"]["status"]),
        (&made["task_id"], &json!("completed"))
    );
    let told = admin.get("/api/notifications").await.ok();
    assert_eq!(told["notifications"][0]["type"], "bulk_server_creation", "{told}");

    for (wrong, field) in [
        (json!({}), "servers"),
        (json!({"servers": {}}), "servers"),
        (json!({"servers": []}), "servers"),
        (json!({"servers": [7]}), "servers[0]"),
        (json!({"servers": [{}], "all_or_nothing": "x"}), "all_or_nothing"),
    ] {
        let answer = admin.post("/api/create_servers_bulk", wrong.clone()).await;
        assert_eq!(
            (answer.status, answer.fields()),
            (StatusCode::BAD_REQUEST, vec![field.to_owned()]),
            "{wrong}"
        );
    }
    whole["servers"] = json!(vec![row("web", 9); 101]);
    let many = admin.post("/api/create_servers_bulk", whole).await;
    assert_eq!(many.fields(), ["servers"]);
}

#[tokio::test]
async fn of_too_many_rows_none_is_read() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let mut rows = vec![json!({"name": "", "memory": "much"}); 100];
    rows.push(row("job-01", 11));
    let many = admin
        .post("/api/create_servers_bulk", json!({"servers": rows}))
        .await;
    assert_eq!(
        (many.status, many.code().as_str(), many.fields()),
        (
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            vec!["servers".to_owned()]
        )
    );
    assert!(many.json().to_string().contains("100"), "the limit is named");
    assert_eq!(admin.get("/api/tasks").await.ok()["tasks"], json!([]));
}

#[tokio::test]
async fn the_limit_is_as_it_is_configured() {
    let app = TestApp::start(Options {
        lab: Some(LabOptions {
            guests: 4,
            ..LabOptions::default()
        }),
        real_time: true,
        bulk_limit: Some(2),
        ..Options::default()
    })
    .await;
    app.heard().await;
    let admin = app.client("admin").await;
    let rows = |count: u8| {
        (1..=count)
            .map(|n| row(&format!("job-{n}"), 10 + n))
            .collect::<Vec<_>>()
    };
    let ask = async |count| {
        let body = json!({"servers": rows(count), "all_or_nothing": true});
        admin.post("/api/create_servers_bulk", body).await
    };
    let many = ask(3).await;
    assert_eq!(
        (many.status, many.fields()),
        (StatusCode::BAD_REQUEST, vec!["servers".to_owned()])
    );
    assert_eq!(ask(2).await.ok()["accepted"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn whoever_may_do_it_stops_it_and_nothing_is_left() {
    let app = TestApp::with_lab(Vec::new()).await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let before = app.lab().state().await.unwrap();
    let rule = json!({"match": {"method": "POST", "path": "/clone$"}, "action": "delay", "delay": 2});
    app.lab().fault(rule).await.unwrap();
    let body = json!({"servers": [row("job-01", 11), row("job-02", 12)]});
    let made = admin.post("/api/create_servers_bulk", body).await.ok();
    let id = made["task_id"].as_str().unwrap();
    let path = format!("/api/tasks/{id}/cancel");
    assert_eq!(viewer.post(&path, json!({})).await.status, StatusCode::FORBIDDEN);
    let asked = admin.post(&path, json!({})).await.ok();
    assert_eq!(
        (&asked["status"], &asked["task_id"]),
        (&json!("cancelling"), &json!(id))
    );
    let end = until_ended(&admin, id).await;
    assert_eq!(end["status"], "cancelled", "{end}");
    let again = admin.post(&path, json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it has ended");
    let unknown = admin.post("/api/tasks/nonsense/cancel", json!({})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let after = app.lab().state().await.unwrap();
    let ids = |state: &Value| {
        state["guests"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&before), ids(&after));
}

#[tokio::test]
async fn a_creation_that_failed_is_asked_for_again() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let rule =
        json!({"match": {"method": "POST", "path": "/clone$"}, "action": "task_fail", "message": "no"});
    app.lab().fault(rule).await.unwrap();
    let body = json!({"servers": [row("job-01", 11), row("job-02", 12)]});
    let made = admin.post("/api/create_servers_bulk", body).await.ok();
    let parent = made["task_id"].as_str().unwrap();
    until_ended(&admin, parent).await;
    let answer = admin.post(&format!("/api/tasks/{parent}/retry"), json!({})).await;
    assert_json_snapshot!("retried", answer.told(), {".body.task_id" => "[id]"});
    assert_eq!(answer.json()["task_id"], parent);
    let task = until_ended(&admin, parent).await;
    assert_eq!(task["status"], "completed", "{task}");
    let twice = admin.post(&format!("/api/tasks/{parent}/retry"), json!({})).await;
    assert_eq!(
        (twice.status, twice.code()),
        (StatusCode::CONFLICT, "CONFLICT".into())
    );
}
