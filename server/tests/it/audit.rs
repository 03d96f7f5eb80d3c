//! The audit over REST: what is told of an accepted task, and the files.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Options, PASSWORD, TestApp};
use crate::tasks::until_ended;

fn rows(page: &Value) -> &Vec<Value> {
    page["audit"].as_array().unwrap()
}

#[tokio::test]
async fn every_change_is_told_with_who_from_where_and_what() {
    let app = TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await;
    let admin = app.client("admin").await;
    let queued = admin
        .post("/api/test/simple", json!({"message": "hello"}))
        .await
        .ok();
    let task = queued["task_id"].as_str().unwrap();
    until_ended(&admin, task).await;
    let made = json!({"username": "grace", "password": PASSWORD, "role": "viewer"});
    admin.post("/api/users", made).await.ok();
    let page = admin.get("/api/audit").await.ok();
    assert_eq!(page["retention_days"], 365);
    let told: Vec<&str> = rows(&page)
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["user.create", "self_test", "session.sign_in"]);
    let of_task = &rows(&page)[1];
    assert_eq!(
        (&of_task["task"], &of_task["result"]),
        (&json!(task), &json!("accepted"))
    );
    assert_eq!(
        (&of_task["username"], &of_task["address"]),
        (&json!("admin"), &json!("192.0.2.7"))
    );
    assert!(of_task["session"].is_string());
    assert_eq!(
        rows(&page)[0]["changes"]["role"],
        json!({"before": null, "after": "viewer"})
    );
    assert!(!page.to_string().contains(PASSWORD));

    let narrowed = admin
        .get("/api/audit?action=user&object=GRA&result=done&from=2020-01-01T00:00:00Z")
        .await
        .ok();
    assert_eq!(rows(&narrowed).len(), 1);
    let second = admin.get("/api/audit?page=2&per_page=2").await.ok();
    assert_eq!(
        (rows(&second).len(), &second["pagination"]["total"]),
        (1, &json!(3))
    );
    let wrong = admin.get("/api/audit?result=maybe").await;
    assert_eq!(
        (wrong.status, wrong.fields()),
        (StatusCode::BAD_REQUEST, vec!["result".to_owned()])
    );
}

#[tokio::test]
async fn a_row_tells_the_name_of_its_token_and_the_end_of_its_task() {
    let app = TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await;
    let admin = app.client("admin").await;
    let queued = admin
        .post("/api/test/simple", json!({"message": "hello"}))
        .await
        .ok();
    until_ended(&admin, queued["task_id"].as_str().unwrap()).await;
    let made = admin.post("/api/tokens", json!({"name": "night job"})).await.ok();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    let change = Some(json!({"email": "vera@example.org"}));
    let script = app.anonymous();
    let changed = script
        .send(Method::PUT, "/api/users/viewer", &headers, change)
        .await;
    changed.ok();

    let page = admin.get("/api/audit?action=self_test").await.ok();
    let row = &rows(&page)[0];
    assert_eq!(
        (&row["result"], &row["task_state"], &row["task_kept"]),
        (&json!("accepted"), &json!("completed"), &json!(true))
    );
    let english = [("accept-language", "en")];
    let csv = admin.send(Method::GET, "/api/audit/export", &english, None).await;
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    let line = |of: &str| {
        let found = text.lines().find(|line| line.contains(of));
        found.unwrap().split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    let head = line("object kind");
    assert_eq!(head[head.len() - 2..], ["token name", "task state"]);
    assert_eq!(line(",self_test,").last().unwrap(), "completed");
    let of_token = line(",user.change,");
    assert_eq!(of_token[of_token.len() - 2..], ["night job", ""]);
    let lines = admin
        .get("/api/audit/export?format=jsonl&action=user.change")
        .await;
    let read: Value = serde_json::from_slice(&lines.body).unwrap();
    assert_eq!(read["token_name"], "night job");
}

#[tokio::test]
async fn it_is_taken_along_as_a_file_however_long_it_is() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    // More than one part of an export.
    for days in [1500, 365] {
        let set = admin
            .send(
                Method::PUT,
                "/api/audit/retention",
                &[],
                Some(json!({"days": days})),
            )
            .await;
        set.ok();
    }
    app.fill_audit(2500).await;
    let english = [("accept-language", "en")];
    let csv = admin.send(Method::GET, "/api/audit/export", &english, None).await;
    assert_eq!(csv.status, StatusCode::OK);
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.header("content-disposition").contains("audit.csv"));
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    assert_eq!(text.lines().count(), 2500 + 3 + 1);
    assert!(text.lines().next().unwrap().contains("object kind"));
    assert!(text.contains(",'=1+1,"), "no spreadsheet takes it for a formula");
    let lines = admin.get("/api/audit/export?format=jsonl&action=audit").await;
    let text = String::from_utf8(lines.body.to_vec()).unwrap();
    let read: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read.len(), 2);
    assert_eq!(read[0]["changes"]["days"], json!({"before": 1500, "after": 365}));
    let refused = admin
        .send(Method::PUT, "/api/audit/retention", &[], Some(json!({})))
        .await;
    assert_eq!(refused.fields(), ["days"]);
}
