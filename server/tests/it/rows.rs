//! What every operation on one server has in common: the permission it names, a server that is not there, a name that
//! several have, and a task that is in the way.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use drover_lab::HoldState;
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Answer, Client, TestApp};
use crate::tasks::until_ended;

struct Row {
    method: Method,
    /// `{}` stands for the server.
    path: &'static str,
    body: Value,
    permission: &'static str,
}

fn row(method: Method, path: &'static str, body: Value, permission: &'static str) -> Row {
    Row {
        method,
        path,
        body,
        permission,
    }
}

fn reading() -> Vec<Row> {
    let get = |path, permission| row(Method::GET, path, Value::Null, permission);
    vec![
        get("/api/server_status/{}", "view_all"),
        get("/api/server/config/{}", "view_all"),
        get("/api/server/logs/{}", "view_logs"),
        get("/api/server/backups/{}", "backup_management"),
        get("/api/server/backup/status/{}", "backup_management"),
        get("/api/server/backup/{}/status", "backup_management"),
    ]
}

fn changing() -> Vec<Row> {
    let post = |path, body, permission| row(Method::POST, path, body, permission);
    vec![
        post("/api/servers/{}/start", json!({}), "start_server"),
        post("/api/servers/{}/stop", json!({}), "stop_server"),
        post("/api/servers/{}/reboot", json!({}), "reboot_server"),
        post("/api/servers/{}/delete", json!({}), "delete_server"),
        row(Method::DELETE, "/api/servers/{}", Value::Null, "delete_server"),
        row(
            Method::PUT,
            "/api/server/config/{}",
            json!({"description": "new"}),
            "manage_server",
        ),
        post("/api/server/disk/{}", json!({"size_gb": 1}), "manage_server"),
        row(
            Method::DELETE,
            "/api/server/disk/{}/scsi1",
            Value::Null,
            "manage_server",
        ),
        post(
            "/api/server/disk/{}/scsi0/resize",
            json!({"size_gb": 20}),
            "manage_server",
        ),
        post(
            "/api/server/disk/{}/scsi0/move",
            json!({"storage": "nfs"}),
            "manage_server",
        ),
        post(
            "/api/server/backup/{}",
            json!({"storage": "nfs"}),
            "backup_management",
        ),
    ]
}

impl Row {
    async fn ask(&self, client: &Client, server: &str) -> Answer {
        let body = Some(self.body.clone()).filter(|body| !body.is_null());
        let path = self.path.replace("{}", server);
        client.send(self.method.clone(), &path, &[], body).await
    }

    fn refused(&self, answer: &Answer, status: StatusCode, code: &str) {
        let got = (answer.status, answer.code());
        assert_eq!(got, (status, code.to_owned()), "{} {}", self.method, self.path);
    }
}

#[tokio::test]
async fn the_permission_that_is_missing_is_named() {
    let app = TestApp::with_lab(vec![guest(501, "sample-01", "stopped")]).await;
    let (nobody, viewer) = (app.client("nobody").await, app.client("viewer").await);
    let cases = reading().into_iter().map(|row| (row, &nobody));
    for (row, client) in cases.chain(changing().into_iter().map(|row| (row, &viewer))) {
        let answer = row.ask(client, "sample-01").await;
        row.refused(&answer, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
        let said = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(said.contains(row.permission), "{}: {said}", row.path);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_and_a_name_that_two_have_are_told() {
    let app = TestApp::with_lab(vec![guest(501, "twin", "stopped"), guest(502, "twin", "stopped")]).await;
    let admin = app.client("admin").await;
    for row in reading().into_iter().chain(changing()) {
        for server in ["nothing", "lab:99999", "elsewhere:501"] {
            let answer = row.ask(&admin, server).await;
            row.refused(&answer, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
        }
        let answer = row.ask(&admin, "twin").await;
        row.refused(&answer, StatusCode::CONFLICT, "CONFLICT");
        let servers = &answer.json()["details"]["servers"];
        assert_eq!(*servers, json!(["lab:501", "lab:502"]), "{}", row.path);
    }
}

#[tokio::test]
async fn no_change_comes_before_the_task_that_is_at_work() {
    let app = TestApp::with_lab(vec![guest(501, "sample-01", "running")]).await;
    let admin = app.client("admin").await;
    let rule =
        json!({"match": {"method": "POST", "path": "/qemu/501/status/stop$"}, "action": "hold_before"});
    app.lab().fault(rule).await.unwrap();
    let first = admin.post("/api/servers/sample-01/stop", json!({})).await.ok();
    let patience = Duration::from_secs(20);
    let held = app.lab().wait_for_hold("/stop$", HoldState::Held, patience);
    let hold = held.await.unwrap()[0].id;
    for row in changing() {
        let answer = row.ask(&admin, "sample-01").await;
        row.refused(&answer, StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS");
        let task = &answer.json()["details"]["task_id"];
        assert_eq!(*task, first["task_id"], "{}", row.path);
    }
    for row in reading() {
        let answer = row.ask(&admin, "sample-01").await;
        // A journal can't be read without a guest agent; but no reading waits for a task.
        let is_refused = row.path.contains("/logs/") && answer.status == StatusCode::BAD_REQUEST;
        assert!(
            is_refused || answer.status == StatusCode::OK,
            "{}: {}",
            row.path,
            answer.status
        );
    }
    app.lab().release(hold).await.unwrap();
    let end = until_ended(&admin, first["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
}
