//! What one server is made of, and what it has to tell.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::TestApp;

fn talkative(vmid: u32, name: &str) -> Value {
    json!({
        "vmid": vmid, "name": name, "node": "pve1", "status": "running",
        "config": {
            "cores": 2, "sockets": 2, "memory": "2048", "balloon": 1024, "cpu": "host", "agent": "1", "tags": "prod;web",
            "description": "the shop", "net0": "virtio=BC:24:11:00:05:01,bridge=vmbr0", "onboot": 1,
        },
    })
}

#[tokio::test]
async fn a_configuration_is_read_with_what_waits_for_the_next_start() {
    let app = TestApp::with_lab(vec![
        talkative(501, "shop-01"),
        guest(502, "twin", "stopped"),
        guest(503, "twin", "stopped"),
    ])
    .await;
    let viewer = app.client("viewer").await;
    let data = viewer.get("/api/server/config/shop-01").await.ok()["data"].take();
    assert_eq!(data["cpu"], json!({"cores": 2, "sockets": 2, "type": "host"}));
    assert_eq!(data["memory"], json!({"size_mb": 2048, "balloon": 1024}));
    assert_eq!(
        (&data["name"], &data["vmid"], &data["node"], &data["status"]),
        (&json!("shop-01"), &json!(501), &json!("pve1"), &json!("running"))
    );
    assert_eq!(
        (&data["description"], &data["tags"]),
        (&json!("the shop"), &json!(["prod", "web"]))
    );
    assert_eq!(data["network"][0]["bridge"], "vmbr0");
    assert_eq!(
        (&data["role"], &data["pending"], &data["on_boot"]),
        (&json!(""), &json!([]), &json!(true))
    );
    assert!(!data["digest"].as_str().unwrap().is_empty());

    let person = &app.drover.clusters.first().unwrap().client;
    let change = pve_client::ConfigChange::new().set("sockets", "1");
    person.update_qemu("pve1", 501, &change).await.unwrap();
    let later = viewer.get("/api/server/config/lab:501").await.ok()["data"].take();
    assert_eq!(
        later["pending"],
        json!([{"key": "sockets", "now": "2", "then": "1"}])
    );
    assert_eq!(later["cpu"]["sockets"], 2, "it runs with two");

    let missing = viewer.get("/api/server/config/nothing").await;
    assert_eq!(
        (missing.status, missing.code().as_str()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
    );
    assert_eq!(
        viewer.get("/api/server/config/twin").await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn logs_come_from_inside_and_from_proxmox() {
    let app = TestApp::with_lab(vec![talkative(501, "shop-01"), guest(502, "quiet", "stopped")]).await;
    let admin = app.client("admin").await;
    let refused = app.client("viewer").await.get("/api/server/logs/shop-01").await;
    assert_eq!(
        refused.status,
        StatusCode::FORBIDDEN,
        "seeing everything is not reading logs"
    );

    app.lab().advance(120.0).await.unwrap();
    let log = admin.get("/api/server/logs/shop-01?lines=7").await.ok();
    assert_eq!(log["data"], log["logs"]);
    assert_eq!(
        (&log["data"]["log_type"], &log["data"]["lines"]),
        (&json!("system"), &json!(7))
    );
    let content = log["data"]["content"].as_str().unwrap();
    assert_eq!(content.lines().count(), 7);
    assert!(content.contains("shop-01 "), "{content}");

    let person = &app.drover.clusters.first().unwrap().client;
    person.stop_qemu("pve1", 501).await.unwrap();
    let tasks = admin
        .get("/api/server/logs/shop-01?type=tasks&lines=1")
        .await
        .ok();
    assert_eq!(
        (&tasks["data"]["log_type"], &tasks["data"]["lines"]),
        (&json!("tasks"), &json!(1))
    );
    assert!(
        tasks["data"]["content"].as_str().unwrap().contains("qmstop"),
        "{tasks}"
    );

    let history = admin.get("/api/server/logs/shop-01?type=tasks").await.ok();
    let history = history["data"]["content"].as_str().unwrap().to_owned();
    assert!(
        !history.is_empty() && history.lines().all(|line| !line.starts_with(' ')),
        "a line for each task: {history}"
    );
    app.lab().advance(60.0).await.unwrap();
    app.until("the stop has logged its end", async || {
        let logs = admin
            .get("/api/server/logs/shop-01?type=tasks&lines=50")
            .await
            .ok();
        let content = logs["data"]["content"].as_str().unwrap();
        content.contains("\n  TASK OK")
    })
    .await;
    let cut = admin
        .get("/api/server/logs/shop-01?type=tasks&lines=2")
        .await
        .ok();
    let cut = cut["data"]["content"].as_str().unwrap().to_owned();
    assert_eq!(cut.lines().count(), 2, "{cut}");
    assert!(cut.ends_with("  TASK OK"), "the last lines: {cut}");

    for (query, field) in [
        ("type=gossip", "type"),
        ("lines=0", "lines"),
        ("lines=5000", "lines"),
        ("lines=x", "lines"),
    ] {
        assert_eq!(
            admin
                .get(&format!("/api/server/logs/shop-01?{query}"))
                .await
                .fields(),
            [field],
            "{query}"
        );
    }
    let stopped = admin.get("/api/server/logs/quiet").await;
    assert_eq!(
        (stopped.status, stopped.code().as_str(), stopped.fields()),
        (
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            vec!["type".to_owned()]
        )
    );
    assert_eq!(
        admin.get("/api/server/logs/nothing").await.status,
        StatusCode::NOT_FOUND
    );
}
