//! Tasks: lists, one of them, and what pollers ask.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use drover_types::lang::Lang;
use drover_types::text::Progress;
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

/// Queues a self-test and waits until it has ended.
async fn ended(admin: &Client, path: &str) -> String {
    let id = admin.post(path, json!({})).await.ok()["task_id"]
        .as_str()
        .unwrap()
        .to_owned();
    until_ended(admin, &id).await;
    id
}

/// Asks as an old client does until there is nothing more to wait for.
pub async fn until_ended(client: &Client, id: &str) -> Value {
    let mut pause = tokio::time::interval(Duration::from_millis(50));
    loop {
        pause.tick().await;
        let body = client.get(&format!("/api/tasks/{id}/status")).await.ok();
        if !["pending", "running"].contains(&body["status"].as_str().unwrap()) {
            return body;
        }
    }
}

#[tokio::test]
async fn a_task_is_read_in_all_four_ways() {
    let app = app().await;
    let admin = app.client("admin").await;
    let id = ended(&admin, "/api/test/simple").await;
    assert_json_snapshot!("list", admin.get("/api/tasks").await.ok(), {".tasks[].id" => "[id]"});
    assert_json_snapshot!("one", admin.get(&format!("/api/tasks/{id}")).await.ok(), {
        ".id" => "[id]", ".task.id" => "[id]",
    });
    assert_json_snapshot!("status", admin.get(&format!("/api/tasks/status?task_id={id}")).await.ok(), {".id" => "[id]"});
    assert_json_snapshot!("progress", admin.get(&format!("/api/tasks/{id}/status")).await.ok(), {".task_id" => "[id]"});
    let all = admin.get("/api/tasks/status").await.ok();
    assert_eq!(all["tasks"][&id]["status"], "completed");
}

#[tokio::test]
async fn a_failure_says_why() {
    let app = app().await;
    let admin = app.client("admin").await;
    let id = ended(&admin, "/api/test/error").await;
    assert_json_snapshot!("failed", admin.get(&format!("/api/tasks/{id}/status")).await.ok(), {".task_id" => "[id]"});
    let task = admin.get(&format!("/api/tasks/{id}")).await.ok();
    assert_eq!(
        (&task["status"], &task["state"], &task["task"]["state"]),
        (&json!("failed"), &json!("failed"), &json!("failed"))
    );
}

#[tokio::test]
async fn an_unknown_task_ends_an_old_clients_polling() {
    let app = app().await;
    let admin = app.client("admin").await;
    for id in ["task_123", "00000000-0000-0000-0000-000000000000"] {
        let told = admin.get(&format!("/api/tasks/status?task_id={id}")).await;
        let body = told.ok();
        assert_eq!(
            (&body["success"], &body["status"], &body["code"]),
            (&json!(false), &json!("failed"), &json!("RESOURCE_NOT_FOUND"))
        );
        for path in [format!("/api/tasks/{id}"), format!("/api/tasks/{id}/status")] {
            let answer = admin.get(&path).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND".into())
            );
        }
    }
    assert_eq!(
        admin.get("/api/tasks/status").await.ok()["tasks"],
        json!({}),
        "and makes none"
    );
}

#[tokio::test]
async fn without_view_all_one_sees_ones_own() {
    let app = app().await;
    let admin = app.client("admin").await;
    let id = ended(&admin, "/api/test/simple").await;
    let (viewer, nobody) = (app.client("viewer").await, app.client("nobody").await);
    assert_eq!(
        viewer.get("/api/tasks").await.ok()["tasks"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(nobody.get("/api/tasks").await.ok()["tasks"], json!([]));
    assert_eq!(
        nobody.get(&format!("/api/tasks/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn pages_count_from_one() {
    let app = app().await;
    let admin = app.client("admin").await;
    for _ in 0..3 {
        ended(&admin, "/api/test/simple").await;
    }
    let page = admin.get("/api/tasks?page=2&per_page=2").await.ok();
    assert_eq!(
        page["pagination"],
        json!({"page": 2, "per_page": 2, "total": 3, "pages": 2})
    );
    assert_eq!(page["tasks"].as_array().unwrap().len(), 1);
    let whole = admin.get("/api/tasks").await.ok();
    assert_eq!(
        (&whole["truncated"], whole.get("pagination")),
        (&json!(false), None)
    );
}

#[tokio::test]
async fn the_whole_log_is_taken_along_by_whoever_may_read_the_task() {
    let app = app().await;
    let admin = app.client("admin").await;
    let id = ended(&admin, "/api/test/simple").await;
    let path = format!("/api/tasks/{id}/log.txt");
    let before = admin.get(&path).await;
    assert_eq!(before.status, StatusCode::OK);
    let before = String::from_utf8(before.body.to_vec()).unwrap();
    let lines = (0..1200).map(|n| Progress::RoleOutput {
        line: format!("line {n}"),
    });
    let diff = "-a\n+b\n".to_owned();
    let more = [Progress::RoleDiff { diff }, Progress::WaitingForOtherRoles];
    app.fill_log(&id, lines.chain(more)).await;
    let answer = admin.get(&path).await;
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        format!("attachment; filename=\"task-{id}.txt\"")
    );
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let added = text.strip_prefix(&before).expect("the oldest come first");
    let mut expected: Vec<String> = (0..1200)
        .map(|n| format!("2027-01-15T08:00:00.000Z  line {n}"))
        .collect();
    expected.extend(["2027-01-15T08:00:00.000Z  -a".to_owned(), "    +b".to_owned()]);
    let of = |lang| {
        let waiting = Progress::WaitingForOtherRoles.text(lang);
        format!("2027-01-15T08:00:00.000Z  {waiting}")
    };
    expected.push(of(Lang::Ko));
    assert_eq!(added.lines().collect::<Vec<_>>(), expected);
    let english = [("accept-language", "en")];
    let english = admin.send(Method::GET, &path, &english, None).await;
    let english = String::from_utf8(english.body.to_vec()).unwrap();
    assert_eq!(english.lines().last().unwrap(), of(Lang::En));
    let nobody = app.client("nobody").await;
    for path in [path.as_str(), "/api/tasks/x/log.txt"] {
        let hidden = nobody.get(path).await;
        assert_eq!(
            (hidden.status, hidden.code().as_str()),
            (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
        );
    }
}

#[tokio::test]
async fn the_queue_tells_its_limits_and_how_busy_it_is() {
    let app = app().await;
    let viewer = app.client("viewer").await;
    assert_json_snapshot!("config", viewer.get("/api/tasks/config").await.ok());
    assert_json_snapshot!("queue", viewer.get("/api/celery/status").await.ok());
}
