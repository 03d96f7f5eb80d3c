//! Storages, and where disks go that name none.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::tasks::until_ended;

fn ids(list: &Value) -> Vec<&str> {
    list["datastores"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

fn defaults(list: &Value) -> (&Value, &Value) {
    (&list["default_hdd"], &list["default_ssd"])
}

/// Two storages of the lab that hold disks, and one that does not.
fn choice(list: &Value) -> (String, String, String) {
    let fit = |fits: bool| {
        list["datastores"].as_array().unwrap().iter().filter(move |item| {
            let content = item["content"].as_array().unwrap();
            content.contains(&json!("images")) == fits
        })
    };
    let mut disks = fit(true).map(|item| item["id"].as_str().unwrap().to_owned());
    let (hdd, ssd) = (disks.next().unwrap(), disks.next().unwrap());
    let other = fit(false).next().unwrap()["id"].as_str().unwrap().to_owned();
    (hdd, ssd, other)
}

#[tokio::test]
async fn each_storage_is_told_once_and_as_each_node_sees_it() {
    let app = TestApp::with_lab(Vec::new()).await;
    let viewer = app.client("viewer").await;
    let list = viewer.get("/api/datastores").await.ok();
    assert_json_snapshot!("datastores", list, {".datastores[].used" => "[bytes]", ".datastores[].available" => "[bytes]"});
    let mut once = ids(&list);
    let count = once.len();
    once.dedup();
    assert_eq!(once.len(), count);

    let nodes = viewer.get("/api/proxmox_storage").await.ok();
    assert_eq!(nodes["data"], nodes["storages"]);
    let rows = nodes["data"].as_array().unwrap();
    assert!(rows.len() > count, "a row for each node: {rows:?}");
    for row in rows {
        let number = |name: &str| row[name].as_u64().unwrap();
        assert_eq!(number("avail") + number("used"), number("total"), "{row}");
        assert!(
            row["content"].is_string() && number("active") == 1 && number("shared") < 2,
            "{row}"
        );
    }
    let one = viewer.get("/api/proxmox_storage?node=pve1").await.ok();
    assert!(
        one["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["node"] == "pve1")
    );
}

#[tokio::test]
async fn a_default_is_checked_first_and_then_taken_for_disks_that_name_none() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let before = admin.get("/api/datastores").await.ok();
    assert_eq!(defaults(&before), (&Value::Null, &Value::Null));
    let (hdd, ssd, other) = choice(&before);
    let set = async |body: Value| admin.post("/api/datastores/default", body).await;

    assert_eq!(
        set(json!({"hdd_datastore_id": hdd})).await.fields(),
        ["ssd_datastore_id"]
    );
    assert_eq!(
        set(json!({})).await.fields(),
        ["hdd_datastore_id", "ssd_datastore_id"]
    );
    let unknown = set(json!({"hdd_datastore_id": hdd, "ssd_datastore_id": "nowhere"})).await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
    );
    let without_images = set(json!({"hdd_datastore_id": other, "ssd_datastore_id": ssd})).await;
    assert_eq!(without_images.fields(), ["hdd_datastore_id"]);
    let apart = set(json!({"hdd_datastore_id": hdd, "ssd_datastore_id": format!("away:{ssd}")})).await;
    let elsewhere = json!({"hdd_datastore_id": "away:ceph", "ssd_datastore_id": "away:ceph"});
    assert_eq!(set(elsewhere).await.status, StatusCode::NOT_FOUND);
    assert_eq!(apart.fields(), ["ssd_datastore_id"]);
    assert_eq!(
        admin.get("/api/datastores").await.ok(),
        before,
        "nothing was changed"
    );

    let viewer = app.client("viewer").await;
    let body = json!({"hdd_datastore_id": hdd, "ssd_datastore_id": format!("lab:{ssd}")});
    let refused = viewer.post("/api/datastores/default", body.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let done = set(body).await.ok();
    assert_eq!(
        (&done["hdd_datastore"], &done["ssd_datastore"]),
        (&json!(hdd), &json!(ssd))
    );
    let after = viewer.get("/api/datastores").await.ok();
    assert_eq!(defaults(&after), (&json!(hdd), &json!(ssd)));
    for item in after["datastores"].as_array().unwrap() {
        assert_eq!(item["is_default_hdd"], json!(item["id"] == json!(hdd)), "{item}");
        assert_eq!(item["is_default_ssd"], json!(item["id"] == json!(ssd)), "{item}");
    }

    let server = json!({
        "name": "stored-01", "cpu": 1, "memory": 512, "template_vm_id": 9001,
        "disks": [
            {"size": 40, "interface": "scsi0", "datastore_id": "auto", "disk_type": "ssd"},
            {"size": 1, "interface": "virtio1", "disk_type": "hdd"},
        ],
    });
    let queued = admin.post("/api/servers", server).await.ok();
    let end = until_ended(&admin, queued["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    let state = app.lab().state().await.unwrap();
    let config = &state["guests"][end["result"]["vmid"].to_string()]["config"];
    let is_on =
        |disk: &str, storage: &str| config[disk].as_str().unwrap().starts_with(&format!("{storage}:"));
    assert!(is_on("scsi0", &ssd) && is_on("virtio1", &hdd), "{config}");
}

#[tokio::test]
async fn asking_anew_empties_nothing() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let (hdd, ssd, _) = choice(&admin.get("/api/datastores").await.ok());
    let body = json!({"hdd_datastore_id": hdd, "ssd_datastore_id": ssd});
    admin.post("/api/datastores/default", body).await.ok();
    let before = admin.get("/api/datastores").await.ok();

    let refused = app
        .client("viewer")
        .await
        .post("/api/datastores/refresh", json!({}))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    app.lab().clear_calls().await.unwrap();
    let done = admin.post("/api/datastores/refresh", json!({})).await.ok();
    assert!(
        done["count"].as_u64().unwrap() >= ids(&before).len() as u64,
        "{done}"
    );
    assert_eq!(done["unreachable"], json!([]));
    let calls = app.lab().requests("GET", "/cluster/resources").await.unwrap();
    assert!(!calls.is_empty(), "Proxmox was asked");

    let silence = json!({"match": {"path": "/cluster/resources"}, "action": "drop", "count": null});
    app.lab().fault(silence).await.unwrap();
    let failed = admin.post("/api/datastores/refresh", json!({})).await;
    assert_eq!(
        (failed.status, failed.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "UPSTREAM_UNAVAILABLE")
    );
    let after = admin.get("/api/datastores").await.ok();
    assert_eq!((ids(&after), defaults(&after)), (ids(&before), defaults(&before)));
}

#[tokio::test]
async fn a_cluster_that_was_never_heard_is_not_one_without_storages() {
    let app = TestApp::alone().await;
    let viewer = app.client("viewer").await;
    for path in ["/api/datastores", "/api/proxmox_storage"] {
        let answer = viewer.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.code(), "UPSTREAM_UNAVAILABLE");
    }
}
