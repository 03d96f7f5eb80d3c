//! Making a server.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::TestApp;
use crate::tasks::until_ended;

fn body() -> Value {
    json!({
        "name": "web-server-03", "cpu": "4", "memory": 1024, "role": "none", "colour": "red",
        "ip_address": "10.77.0.103",
        "disks": [
            {"size": "40", "interface": "scsi0", "datastore_id": "auto", "disk_type": "ssd"},
            {"size": 3, "interface": "virtio1"},
        ],
        "network_devices": [
            {"bridge": "vmbr0", "ip_address": "10.77.0.103", "subnet": "24", "gateway": "10.77.0.1"},
        ],
        "template_vm_id": 9000, "vm_username": "rocky", "vm_password": "password123",
    })
}

#[tokio::test]
async fn an_old_clients_request_becomes_a_running_server() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let mut stream = admin.stream("/api/servers/status/stream", &[]).await;
    let answer = admin.post("/api/servers", body()).await;
    assert_json_snapshot!("created", answer.told(), {".body.task_id" => "[id]"});
    let is =
        |status: &'static str| move |event: &Value| event["servers"]["web-server-03"]["status"] == status;
    stream.until(is("creating")).await;

    let end = until_ended(&admin, answer.json()["task_id"].as_str().unwrap()).await;
    assert_eq!(
        (&end["status"], &end["warnings"]),
        (&json!("completed"), &json!([])),
        "{end}"
    );
    stream.until(is("running")).await;
    let vmid = end["result"]["vmid"].to_string();
    let state = app.lab().state().await.unwrap();
    let guest = &state["guests"][&vmid];
    assert_eq!(
        (&guest["name"], &guest["status"]),
        (&json!("web-server-03"), &json!("running")),
        "{guest}"
    );
    let config = &guest["config"];
    assert_eq!(
        (
            config["cores"].to_string(),
            config["memory"].to_string().replace('"', "")
        ),
        ("4".into(), "1024".into())
    );
    assert!(config["scsi0"].as_str().unwrap().contains("size=40G"), "{config}");
    assert!(
        config["virtio1"].as_str().unwrap().contains("size=3G"),
        "{config}"
    );
    assert!(
        config["ipconfig0"].as_str().unwrap().contains("10.77.0.103/24"),
        "{config}"
    );

    let item = &admin.get("/api/servers?view=map").await.ok()["servers"]["web-server-03"];
    assert!(
        item["created_at"].is_string() && item["os_type"].is_string(),
        "{item}"
    );
    let told = admin
        .get("/api/notifications/latest?server=web-server-03")
        .await
        .ok();
    assert_eq!(told["notification"]["type"], "server_creation");
    let again = admin.post("/api/servers/async", body()).await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::BAD_REQUEST, "VALIDATION_ERROR".into())
    );
    assert!(
        again.fields().contains(&"name".to_owned()),
        "{:?}",
        again.fields()
    );
    let everything = [answer.body, again.body].concat();
    assert!(!String::from_utf8_lossy(&everything).contains("password123"));
}

/// What somebody gets wrong in the body.
type Slip = fn(&mut Value);

#[tokio::test]
async fn what_is_wrong_is_said_before_anything_is_touched() {
    let app = TestApp::with_lab(vec![guest(501, "web-01", "stopped")]).await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let slips: &[(&str, Slip)] = &[
        ("name", |body| body["name"] = json!("web_01")),
        ("name", |body| body["name"] = json!("a".repeat(64))),
        ("name", |body| body["name"] = json!("web-01")),
        ("name", |body| body["name"] = json!("status")),
        ("name", |body| body["name"] = json!(null)),
        ("cpu", |body| body["cpu"] = json!("many")),
        ("cpu", |body| body["cpu"] = json!(0)),
        ("memory", |body| body["memory"] = json!(4)),
        ("template_vm_id", |body| body["template_vm_id"] = json!(4711)),
        ("disks[0].size", |body| body["disks"][0]["size"] = json!(1)),
        ("disks[0].size", |body| body["disks"] = json!([{"size": 100_000}])),
        ("disks[0].disk_type", |body| {
            body["disks"][0]["disk_type"] = json!("tape");
        }),
        ("disks[0].datastore_id", |body| {
            body["disks"][0]["datastore_id"] = json!("nowhere");
        }),
        ("disks[1].interface", |body| {
            body["disks"][1]["interface"] = json!("scsi0");
        }),
        ("ip_address", |body| body["ip_address"] = json!("10.77.0.104")),
        ("network_devices[0].ip_address", |body| {
            body["network_devices"][0]["ip_address"] = json!("10.77.0.255");
            body["ip_address"] = json!("10.77.0.255");
        }),
        ("network_devices[0].gateway", |body| {
            body["network_devices"][0]["gateway"] = json!("10.78.0.1");
        }),
        ("network_devices[0].bridge", |body| {
            body["network_devices"][0]["bridge"] = json!("vmbr77");
        }),
        ("node", |body| body["node"] = json!("pve77")),
        ("cluster", |body| body["cluster"] = json!("other")),
        ("vm_username", |body| body["vm_username"] = json!("Root")),
    ];
    for (field, slip) in slips {
        let mut wrong = body();
        slip(&mut wrong);
        let answer = admin.post("/api/servers", wrong).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, "VALIDATION_ERROR".into()),
            "{field}"
        );
        assert_eq!(answer.fields(), [*field]);
    }
    let hint = admin.send(Method::POST, "/api/servers", &[("accept-language", "en")], {
        let mut wrong = body();
        wrong["memory"] = json!(4);
        Some(wrong)
    });
    assert_json_snapshot!("memory", hint.await.told(), {".body.details.request_id" => "[id]"});
    let refused = viewer.post("/api/servers", json!({"cpu": "many"})).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::FORBIDDEN, "PERMISSION_DENIED".into())
    );
    assert_eq!(admin.get("/api/tasks").await.ok()["tasks"], json!([]));
    let made = app.lab().requests("POST", "/clone").await.unwrap();
    assert!(made.is_empty(), "{made:?}");
}
