//! Servers, read and switched, and what forms need to know of the clusters.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};
use crate::tasks::until_ended;

/// A guest that the lab is given.
pub fn guest(vmid: u32, name: &str, status: &str) -> Value {
    json!({
        "vmid": vmid, "name": name, "node": "pve1", "status": status,
        "config": {"cores": 2, "memory": "2048"},
    })
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_list_has_every_versions_shape() {
    let app = TestApp::with_lab(vec![
        guest(501, "sample-01", "stopped"),
        guest(502, "twin", "stopped"),
        guest(503, "twin", "stopped"),
    ])
    .await;
    let client = app.client("viewer").await;
    let whole = client.get("/api/servers").await.ok();
    let map = whole["servers"].as_object().unwrap();
    assert_json_snapshot!("item", map["sample-01"]);
    assert_eq!(map["twin"]["vmid"], 502);
    assert_eq!(map["twin (lab:503)"]["vmid"], 503);
    assert!(
        map.values().all(|item| item["vmid"] != 9000),
        "a template is no server"
    );
    let monitored = whole["data"].as_array().unwrap();
    assert_eq!(monitored.len(), map.len());
    assert_json_snapshot!(
        "monitored",
        monitored.iter().find(|item| item["name"] == "sample-01").unwrap()
    );
    assert_eq!(
        (&whole["truncated"], whole.get("pagination")),
        (&json!(false), None)
    );

    let only = async |view: &str| client.get(&format!("/api/servers?view={view}")).await.ok();
    assert!(only("map").await["servers"].is_object() && only("map").await.get("data").is_none());
    let list = only("list").await;
    assert_eq!(list["servers"].as_array().unwrap().len(), map.len());
    assert!(only("monitoring").await.get("servers").is_none());
    assert_eq!(client.get("/api/servers?view=pie").await.fields(), ["view"]);

    let page = client
        .get("/api/servers?page=1&per_page=2&sort=-id&filter=twin")
        .await
        .ok();
    assert_eq!(
        page["pagination"],
        json!({"page": 1, "per_page": 2, "total": 2, "pages": 1})
    );
    assert_eq!(
        (page["data"][0]["vmid"].clone(), page["data"][1]["vmid"].clone()),
        (json!(503), json!(502))
    );
    let twin = client.get("/api/servers?view=map&filter=twin").await.ok();
    assert!(
        twin["servers"].get("twin (lab:503)").is_some(),
        "keys do not hang on the filter"
    );
    assert_eq!(client.get("/api/servers?sort=colour").await.fields(), ["sort"]);
    assert_eq!(
        client.get("/api/servers?filter=cpu:lots").await.fields(),
        ["filter"]
    );

    let brief = client
        .get("/api/servers/brief?names=sample-01,nothing")
        .await
        .ok();
    assert_json_snapshot!("brief", brief);
    assert_eq!(
        client.get("/api/servers/brief").await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        map.len()
    );
    assert_eq!(
        names(&client.get("/api/servers/brief?names=twin").await.ok()["items"]),
        ["twin", "twin"]
    );
}

#[tokio::test]
async fn status_is_told_with_sums_and_in_proxmoxs_words() {
    let app = TestApp::with_lab(vec![guest(501, "sample-01", "running")]).await;
    let client = app.client("viewer").await;
    let all = client.get("/api/all_server_status").await.ok();
    assert_eq!(
        (&all["success"], &all["stale"], all.get("error")),
        (&json!(true), &json!(false), None)
    );
    assert!(all["fetched_at"].is_string());
    let total = all["servers"].as_object().unwrap().len() as u64;
    assert_eq!(all["stats"]["total_servers"], total);
    assert!(all["stats"]["node_total_cpu"].as_u64().unwrap() > 0);
    assert_json_snapshot!("live", all["servers"]["sample-01"], {
        ".cpu" => "[load]", ".memory" => "[bytes]", ".uptime" => "[seconds]", ".ip_addresses" => "[addresses]",
    });
    let one = client.get("/api/server_status/sample-01").await.ok();
    assert_eq!(
        (&one["success"], &one["vmid"], &one["status"]),
        (&json!(true), &json!(501), &json!("running"))
    );
    assert_eq!(one["maxmem"], 2048_u64 * 1024 * 1024);
    assert_eq!(
        client.get("/api/server_status/lab:501").await.ok()["name"],
        "sample-01"
    );
    let unknown = client.get("/api/server_status/nothing").await;
    assert_eq!(
        (unknown.status, unknown.code()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND".into())
    );
}

#[tokio::test]
async fn a_proxmox_that_does_not_answer_is_not_an_empty_one() {
    let app = TestApp::alone().await;
    let client = app.client("admin").await;
    let all = client.get("/api/all_server_status").await;
    assert_json_snapshot!("unreachable", all.told(), {".body.details.request_id" => "[id]"});
    let unavailable = |answer: Answer| {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::SERVICE_UNAVAILABLE, "UPSTREAM_UNAVAILABLE".into())
        );
    };
    unavailable(client.post("/api/servers/sample-01/start", json!({})).await);
    unavailable(client.get("/api/server_status/sample-01").await);
    unavailable(client.post("/api/servers", json!({"name": "sample-01"})).await);
    client.get("/api/servers").await.ok();
}

#[tokio::test]
async fn switching_a_server_is_a_task() {
    let app = TestApp::with_lab(vec![
        guest(501, "sample-01", "stopped"),
        guest(502, "twin", "stopped"),
        guest(503, "twin", "stopped"),
    ])
    .await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let start = admin.post("/api/servers/sample-01/start", json!({})).await;
    assert_json_snapshot!("queued", start.told(), {".body.task_id" => "[id]"});
    let status =
        async |name: &str| admin.get(&format!("/api/server_status/{name}")).await.ok()["status"].clone();
    let follow = async |answer: Answer| {
        let id = answer.ok()["task_id"].as_str().unwrap().to_owned();
        let end = until_ended(&admin, &id).await;
        assert_eq!(end["status"], "completed", "{end}");
    };
    follow(start).await;
    assert_eq!(status("sample-01").await, "running");
    follow(admin.post("/api/servers/sample-01/reboot", json!({})).await).await;
    follow(admin.post("/api/servers/lab:501/stop", json!({})).await).await;
    assert_eq!(status("sample-01").await, "stopped");
    let told = admin
        .get("/api/notifications/latest?server=sample-01&type=server_stop")
        .await
        .ok();
    assert_eq!(told["notification"]["severity"], "success");
    for key in ["id", "title", "message", "details", "created_at"] {
        assert!(told["notification"].get(key).is_some(), "{key}: {told}");
    }
    for nothing in [
        "sample-01&since_ts=99999999999",
        "sample-01&type=server_deletion",
        "sample-02",
    ] {
        let path = format!("/api/notifications/latest?server={nothing}");
        assert_eq!(admin.get(&path).await.ok()["notification"], json!(null), "{path}");
    }

    let twin = admin.post("/api/servers/twin/start", json!({})).await;
    assert_eq!(
        (twin.status, twin.code()),
        (StatusCode::CONFLICT, "CONFLICT".into())
    );
    assert_eq!(twin.json()["details"]["servers"], json!(["lab:502", "lab:503"]));
    follow(admin.post("/api/servers/lab:503/start", json!({})).await).await;

    for name in ["sample-01", "nothing"] {
        let refused = viewer
            .post(&format!("/api/servers/{name}/start"), json!({}))
            .await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::FORBIDDEN, "PERMISSION_DENIED".into())
        );
    }
    assert_eq!(
        admin.post("/api/servers/nothing/stop", json!({})).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn forms_learn_what_there_is() {
    let app = TestApp::with_lab(Vec::new()).await;
    let client = app.client("viewer").await;
    let nodes = client.get("/api/nodes").await.ok();
    assert_eq!(names(&nodes["nodes"]), ["pve1", "pve2", "pve3"]);
    assert_eq!(
        client.get("/api/nodes?cluster=other").await.ok()["nodes"],
        json!([])
    );
    let templates = client.get("/api/templates").await.ok();
    assert!(
        templates["templates"]
            .as_array()
            .unwrap()
            .iter()
            .any(|template| template["vmid"] == 9000)
    );
    assert_eq!(
        client.get("/api/templates?cluster=other").await.fields(),
        ["cluster"]
    );
    let bridges = client.get("/api/bridges?node=pve1").await.ok();
    assert!(names(&bridges["bridges"]).contains(&"vmbr0"));
    assert_eq!(client.get("/api/bridges").await.fields(), ["node"]);
    assert_eq!(client.get("/api/bridges?node=nothing").await.fields(), ["node"]);
}
