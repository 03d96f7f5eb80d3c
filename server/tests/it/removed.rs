//! Servers deleted, acted on by the dozen, and cleaned up.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Answer, Client, TestApp};
use crate::tasks::until_ended;

async fn completes(client: &Client, answer: &Value) -> Value {
    let end = until_ended(client, answer["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    end
}

fn refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code));
}

async fn is_there(app: &TestApp, vmid: u32) -> bool {
    let state = app.lab().state().await.unwrap();
    state["guests"].get(vmid.to_string()).is_some()
}

#[tokio::test]
async fn a_server_is_deleted_by_either_versions_address() {
    let mut dear = guest(503, "dear", "stopped");
    dear["config"]["protection"] = json!(1);
    let app = TestApp::with_lab(vec![
        guest(501, "sample-01", "running"),
        guest(502, "sample-02", "stopped"),
        dear,
        guest(504, "twin", "stopped"),
        guest(505, "twin", "stopped"),
    ])
    .await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    for answer in [
        viewer.post("/api/servers/sample-01/delete", json!({})).await,
        viewer.delete("/api/servers/sample-01").await,
    ] {
        refused(&answer, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
        let missing = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(missing.contains("delete_server"), "{missing}");
    }
    let protected = admin.post("/api/servers/dear/delete", json!({})).await;
    refused(&protected, StatusCode::CONFLICT, "CONFLICT");
    let twin = admin.delete("/api/servers/twin").await;
    refused(&twin, StatusCode::CONFLICT, "CONFLICT");
    assert_eq!(twin.json()["details"]["servers"], json!(["lab:504", "lab:505"]));
    let unknown = admin.delete("/api/servers/nothing").await;
    refused(&unknown, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");

    let queued = admin.post("/api/servers/sample-01/delete", json!({})).await;
    assert_json_snapshot!("delete_queued", queued.told(), {".body.task_id" => "[id]"});
    completes(&admin, &queued.ok()).await;
    completes(&admin, &admin.delete("/api/servers/lab:502").await.ok()).await;
    assert!(!is_there(&app, 501).await && !is_there(&app, 502).await && is_there(&app, 503).await);
    let told = admin
        .get("/api/notifications/latest?server=sample-01&type=server_deletion")
        .await
        .ok();
    assert_eq!(told["notification"]["severity"], "success");
}

#[tokio::test]
async fn a_server_is_shut_down_reset_and_put_to_sleep() {
    let app = TestApp::with_lab(vec![guest(501, "sample-01", "running")]).await;
    let admin = app.client("admin").await;
    let status = async || admin.get("/api/server_status/sample-01").await.ok()["status"].clone();
    for (verb, body, after) in [
        ("reset", json!({}), "running"),
        ("suspend", json!({}), "paused"),
        ("resume", json!({}), "running"),
        ("suspend", json!({"to_disk": true}), "suspended"),
        ("resume", json!({}), "running"),
        ("shutdown", json!({"timeout": 30, "force_stop": true}), "stopped"),
    ] {
        let answer = admin.post(&format!("/api/servers/sample-01/{verb}"), body).await;
        completes(&admin, &answer.ok()).await;
        assert_eq!(status().await, after, "{verb}");
    }
    let asked = app.lab().requests("POST", "/status/shutdown$").await.unwrap();
    assert!(
        asked[0]["body"].as_str().unwrap().contains("forceStop=1"),
        "{asked:?}"
    );
    let too_long = admin
        .post("/api/servers/sample-01/shutdown", json!({"timeout": 99_999}))
        .await;
    assert_eq!(too_long.fields(), ["timeout"]);
    let off = admin.post("/api/servers/sample-01/reset", json!({})).await;
    refused(&off, StatusCode::CONFLICT, "CONFLICT");
}

#[tokio::test]
async fn many_servers_are_acted_on_at_once() {
    let app = TestApp::with_lab(vec![
        guest(501, "sample-01", "stopped"),
        guest(502, "sample-02", "stopped"),
        guest(503, "sample-03", "running"),
    ])
    .await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let bulk = async |body: Value| admin.post("/api/servers/bulk_action", body).await;
    for (body, field) in [
        (json!({"server_names": ["sample-01"]}), "action"),
        (
            json!({"server_names": ["sample-01"], "action": "explode"}),
            "action",
        ),
        (json!({"action": "start"}), "server_names"),
        (json!({"server_names": [], "action": "start"}), "server_names"),
    ] {
        assert_eq!(bulk(body).await.fields(), [field]);
    }
    let unknown = bulk(json!({"server_names": ["nobody", "nothing"], "action": "start"})).await;
    refused(&unknown, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    let none = bulk(json!({"server_names": ["sample-01", "nobody"], "action": "reset"})).await;
    refused(&none, StatusCode::CONFLICT, "CONFLICT");
    let reasons = none.json()["details"]["servers"].clone();
    assert!(
        reasons["sample-01"].is_string() && reasons["nobody"].is_string(),
        "{reasons}"
    );
    let denied = viewer
        .post(
            "/api/servers/bulk_action/async",
            json!({"server_names": ["sample-01"], "action": "delete"}),
        )
        .await;
    refused(&denied, StatusCode::FORBIDDEN, "PERMISSION_DENIED");

    let body = json!({"server_names": ["sample-01", "lab:502", "nobody"], "action": "start"});
    let started = bulk(body).await;
    assert_json_snapshot!("bulk_started", started.told(), {
        ".body.task_id" => "[id]", ".body.accepted[].task_id" => "[id]",
    });
    completes(&admin, &started.ok()).await;
    let state = app.lab().state().await.unwrap();
    assert_eq!(state["guests"]["501"]["status"], "running");
    assert_eq!(state["guests"]["502"]["status"], "running");

    let body = json!({"server_names": ["sample-03"], "action": "delete"});
    let deleted = admin.post("/api/servers/bulk_action/async", body).await.ok();
    completes(&admin, &deleted).await;
    assert!(!is_there(&app, 503).await);
}

/// Makes a server; what became of it is the lab's affair.
async fn made(client: &Client, name: &str) -> u32 {
    let body = json!({
        "name": name, "cpu": 1, "memory": 1024, "template_vm_id": 9000, "node": "pve1",
    });
    let queued = client.post("/api/servers", body).await.ok();
    let id = queued["task_id"].as_str().unwrap();
    until_ended(client, id).await;
    let task = client.get(&format!("/api/tasks/{id}")).await.ok()["task"].clone();
    let guest = task["server"]
        .as_str()
        .or(task["guest"].as_str())
        .unwrap_or_default()
        .to_owned();
    guest
        .rsplit(':')
        .next()
        .and_then(|vmid| vmid.parse().ok())
        .unwrap_or_else(|| panic!("{task}"))
}

#[tokio::test]
async fn what_went_wrong_is_found_and_cleaned_up() {
    let app = TestApp::with_lab(vec![guest(501, "sample-01", "running")]).await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    for path in [
        "/api/cleanup/failed-servers",
        "/api/cleanup/status/sample-01",
        "/api/cleanup/orphan-disks",
    ] {
        refused(
            &viewer.get(path).await,
            StatusCode::FORBIDDEN,
            "PERMISSION_DENIED",
        );
    }
    let nothing = admin.get("/api/cleanup/status/nothing").await;
    assert_json_snapshot!("cleanup_nothing", nothing.told());
    let well = admin.get("/api/cleanup/status/sample-01").await.ok();
    assert_eq!(
        (&well["status"]["proxmox_exists"], &well["needs_cleanup"]),
        (&json!(true), &json!(false))
    );
    refused(
        &admin.post("/api/cleanup/clean/nothing", json!({})).await,
        StatusCode::NOT_FOUND,
        "RESOURCE_NOT_FOUND",
    );
    refused(
        &admin.post("/api/cleanup/clean/sample-01", json!({})).await,
        StatusCode::CONFLICT,
        "CONFLICT",
    );
    assert!(is_there(&app, 501).await);
    assert_eq!(
        admin.post("/api/cleanup/bulk-clean", json!({})).await.fields(),
        ["server_names"]
    );

    // One whose guest vanishes, and one that can't be started.
    let fault = json!({
        "match": {"method": "POST", "path": "/status/start$"}, "action": "task_fail", "message": "no such bridge",
        "at": "start",
    });
    app.lab().fault(fault).await.unwrap();
    let broken = made(&admin, "broken").await;
    let gone = made(&admin, "gone").await;
    app.lab().remove_guest(gone).await.unwrap();
    let failed = admin.get("/api/cleanup/failed-servers").await.ok();
    assert_eq!(failed["count"], 2, "{failed}");
    assert_json_snapshot!("failed_servers", failed, {
        ".failed_servers[].created_at" => "[time]", ".failed_servers[].server" => "[guest]",
    });

    let cleaned = admin.post("/api/cleanup/clean/broken", json!({})).await;
    assert_json_snapshot!("cleaned", cleaned.told(), {".body.task_id" => "[id]"});
    assert!(!is_there(&app, broken).await);
    let body = json!({"server_names": ["gone", "sample-01", "nothing"]});
    let several = admin.post("/api/cleanup/bulk-clean", body).await.ok();
    assert_eq!(
        (&several["total"], &several["successful"]),
        (&json!(3), &json!(1)),
        "{several}"
    );
    assert_eq!(several["results"][0]["results"]["db_cleaned"], true);
    assert!(several["results"][1]["error"].is_string(), "{several}");
    assert_eq!(admin.get("/api/cleanup/failed-servers").await.ok()["count"], 0);

    let forced = admin
        .post("/api/cleanup/clean/sample-01", json!({"force": true}))
        .await
        .ok();
    assert_eq!(forced["cleanup_results"]["proxmox_cleaned"], true, "{forced}");
    assert!(!is_there(&app, 501).await);
}

#[tokio::test]
async fn disks_of_nobody_are_listed_with_their_size() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    assert_eq!(admin.get("/api/cleanup/orphan-disks").await.ok()["count"], 0);
    let vmid = made(&admin, "gone").await;
    app.lab().forget_guest(vmid).await.unwrap();
    let found = admin.get("/api/cleanup/orphan-disks").await.ok();
    assert!(found["count"].as_u64().unwrap() >= 1, "{found}");
    assert!(found["total_size"].as_u64().unwrap() > 1 << 30, "{found}");
    let disks = found["disks"].as_array().unwrap();
    assert!(disks.iter().all(|disk| disk["vmid"] == vmid), "{found}");
    let volumes: Vec<&Value> = disks.iter().map(|disk| &disk["volume"]).collect();
    let wrong = admin
        .post(
            "/api/cleanup/orphan-disks",
            json!({"volumes": ["local-lvm:base-9000-disk-0"]}),
        )
        .await;
    assert_eq!(wrong.fields(), ["volumes[0]"]);
    let privileges = json!({"/": ["Datastore.Allocate", "Datastore.Audit", "VM.Audit", "Sys.Audit"]});
    app.lab().grants("drover@pve", privileges).await.unwrap();
    let queued = admin
        .post("/api/cleanup/orphan-disks", json!({"volumes": volumes}))
        .await
        .ok();
    let end = until_ended(&admin, queued["task_ids"][0].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    assert_eq!(admin.get("/api/cleanup/orphan-disks").await.ok()["count"], 0);
}
