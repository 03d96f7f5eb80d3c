//! Making backups, what there is of them, how they go, and deleting them.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use drover_lab::HoldState;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Answer, Client, TestApp};
use crate::tasks::until_ended;

/// Longer than the lab takes for anything here.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two servers with a disk each, and one on another node whose id is the beginning of the others'.
pub async fn app() -> TestApp {
    let with_disk = |vmid: u32, name: &str, node: &str| {
        let mut guest = guest(vmid, name, "stopped");
        guest["node"] = json!(node);
        guest["config"]["scsi0"] = json!("ceph:1");
        guest
    };
    TestApp::with_lab(vec![
        with_disk(5010, "sample-01", "pve1"),
        with_disk(5011, "sample-02", "pve1"),
        with_disk(501, "sample-03", "pve2"),
    ])
    .await
}

/// Backs a server up and waits for the end. The next backup has another name: that tells seconds.
pub async fn backed_up(app: &TestApp, client: &Client, server: &str, how: Value) -> Value {
    let asked = client
        .post(&format!("/api/server/backup/{server}"), how)
        .await
        .ok();
    let end = until_ended(client, asked["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    app.lab().advance(2.0).await.unwrap();
    newest(client, server).await
}

/// The newest backup of a server.
pub async fn newest(client: &Client, server: &str) -> Value {
    list(client, server).await["backups"][0].clone()
}

async fn list(client: &Client, server: &str) -> Value {
    let path = format!("/api/server/backups/{server}");
    client.get(&path).await.ok()["data"].clone()
}

/// Deletes with a body.
async fn delete(client: &Client, server: &str, body: Value) -> Answer {
    let path = format!("/api/server/backup/{server}");
    client.send(Method::DELETE, &path, &[], Some(body)).await
}

/// What the lab was asked for backups.
async fn asked_of_proxmox(app: &TestApp) -> Vec<String> {
    let requests = app.lab().requests("POST", "/vzdump$").await.unwrap();
    let body = |request: &Value| request["body"].as_str().unwrap().to_owned();
    requests.iter().map(body).collect()
}

fn refused(answer: &Answer, status: StatusCode, code: &str) {
    let got = (answer.status, answer.code());
    assert_eq!(got, (status, code.to_owned()), "{}", answer.json());
}

#[tokio::test]
async fn a_backup_is_made_as_either_version_asks_for_it() {
    let app = app().await;
    let admin = app.client("admin").await;
    let none = admin.get("/api/server/backup/status/sample-01").await.ok();
    assert_json_snapshot!("no_backup", none);
    let nested =
        json!({"backup_config": {"storage": "nfs", "compress": "gzip", "mode": "stop", "notes": "before"}});
    let asked = admin.post("/api/server/backup/sample-01", nested).await.ok();
    assert_json_snapshot!("asked", asked, {
        ".backup_id" => "[id]", ".task_id" => "[id]", ".data.backup_id" => "[id]",
    });
    assert_eq!(asked["backup_id"], asked["task_id"]);
    let end = until_ended(&admin, asked["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");

    let made = list(&admin, "sample-01").await;
    assert_json_snapshot!("made", made, {
        ".backups[].name" => "[volume]", ".backups[].filename" => "[file]", ".backups[].ctime" => "[time]",
        ".backups[].timestamp" => "[time]", ".backups[].backup_date" => "[time]",
    });
    app.lab().advance(2.0).await.unwrap();
    let flat =
        json!({"storage": "nfs", "compress": 0, "description": "again", "remove": true, "colour": "red"});
    let again = admin.post("/api/server/backup/sample-01", flat).await.ok();
    assert_eq!(again["warnings"], json!(["colour"]));
    until_ended(&admin, again["task_id"].as_str().unwrap()).await;
    let bodies = asked_of_proxmox(&app).await;
    let says = |at: usize, text: &str| assert!(bodies[at].contains(text), "{text}: {bodies:?}");
    for text in [
        "storage=nfs",
        "compress=gzip",
        "mode=stop",
        "notes-template=before",
        "remove=0",
    ] {
        says(0, text);
    }
    for text in ["compress=0", "mode=snapshot", "notes-template=again", "remove=1"] {
        says(1, text);
    }
    assert!(
        !bodies[1].contains("prune-backups"),
        "the storage's settings decide: {bodies:?}"
    );
    let both = list(&admin, "sample-01").await;
    assert_eq!(both["total_count"], 2, "{both}");
    assert_eq!(
        (&both["backups"][0]["notes"], &both["backups"][1]["notes"]),
        (&json!("again"), &json!("before"))
    );
    let status = admin.get("/api/server/backup/sample-01/status").await.ok();
    assert_json_snapshot!("completed", status, {
        ".backup_status.backup_id" => "[id]", ".backup_status.task_id" => "[id]", ".backup_status.started_at" => "[time]", ".backup_status.ended_at" => "[time]",
        ".backup_status.last_check" => "[time]", ".backup_status.last_update" => "[time]",
    });
    let all = admin.get("/api/server/backup/status").await.ok();
    let all = all["backup_status"].as_object().unwrap();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["sample-01"]);
    assert_eq!(all["sample-01"]["backup_id"], again["backup_id"]);
}

#[tokio::test]
async fn what_can_not_be_backed_up_is_refused_before_anything_is_asked() {
    let app = app().await;
    let admin = app.client("admin").await;
    let ask = async |body: Value| admin.post("/api/server/backup/sample-01", body).await;
    for (body, fields) in [
        (json!({"storage": "local-lvm"}), vec!["storage"]),
        (json!({"storage": "nowhere"}), vec!["storage"]),
        (
            json!({"storage": "nfs", "mode": "pause", "compress": "zip"}),
            vec!["compress", "mode"],
        ),
        (
            json!({"storage": "nfs", "backup_config": {"storage": "local"}}),
            vec!["storage"],
        ),
        (
            json!({"storage": "nfs", "retention": {"keep-last": 10_001}}),
            vec!["keep-last"],
        ),
        (
            json!({"storage": "nfs", "notes": "x".repeat(1025)}),
            vec!["notes"],
        ),
    ] {
        let answer = ask(body.clone()).await;
        refused(&answer, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
        assert_eq!(answer.fields(), fields, "{body}");
    }
    assert_eq!(asked_of_proxmox(&app).await, Vec::<String>::new());
    let viewer = app.client("viewer").await;
    let without = viewer.post("/api/server/backup/sample-01", json!({})).await;
    refused(&without, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
}

#[tokio::test]
async fn a_full_storage_is_refused_and_one_with_little_room_is_warned_of() {
    let app = app().await;
    let admin = app.client("admin").await;
    let made = backed_up(&app, &admin, "sample-01", json!({"storage": "nfs"})).await;
    let asked = asked_of_proxmox(&app).await.len();
    let ask = async || {
        let how = json!({"storage": "nfs"});
        admin.post("/api/server/backup/sample-01", how).await
    };
    // What is shown of it changes by half a percent of the whole at the least.
    let leave = async |free: u64| {
        app.lab()
            .patch_storage("nfs", json!({"free": free}))
            .await
            .unwrap();
        let is_seen = async || {
            let picture = app.drover.inventory.snapshot();
            let mut storages = picture.storages.iter().filter(|one| one.name == "nfs");
            storages.all(|one| {
                let shown = one.total_bytes.saturating_sub(one.used_bytes);
                shown.abs_diff(free) <= one.total_bytes / 200
            })
        };
        app.until("the room is seen", is_seen).await;
    };
    leave(0).await;
    let full = ask().await;
    refused(&full, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(full.fields(), ["storage"]);
    let body = json!({"server_names": ["sample-01"], "storage": "nfs"});
    let bulk = admin.post("/api/backups/bulk", body).await;
    refused(&bulk, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(asked_of_proxmox(&app).await.len(), asked, "nothing is touched");
    let status = admin.get("/api/server/backup/status/sample-01").await.ok();
    assert_eq!(status["status"], "completed", "no task is queued: {status}");

    // Less than the last one takes: the next may be smaller.
    let size = made["size"].as_u64().unwrap();
    leave(size - 1).await;
    let short = ask().await.ok();
    assert!(
        short["space_warning"].as_str().unwrap().contains("nfs"),
        "{short}"
    );
    until_ended(&admin, short["task_id"].as_str().unwrap()).await;
    leave(size + (1 << 40)).await;
    let enough = ask().await.ok();
    assert_eq!(enough["space_warning"], json!(null), "{enough}");
    until_ended(&admin, enough["task_id"].as_str().unwrap()).await;
}

#[tokio::test]
async fn one_server_is_backed_up_once_at_a_time_and_its_stream_ends_with_it() {
    let app = app().await;
    let admin = app.client("admin").await;
    let rule = json!({"match": {"method": "POST", "path": "/vzdump$"}, "action": "hold_before"});
    app.lab().fault(rule).await.unwrap();
    let how = json!({"storage": "nfs"});
    let first = admin.post("/api/server/backup/sample-01", how.clone()).await.ok();
    let held = app.lab().wait_for_hold("/vzdump$", HoldState::Held, PATIENCE);
    let hold = held.await.unwrap()[0].id;
    let second = admin.post("/api/server/backup/sample-01", how.clone()).await;
    refused(&second, StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS");
    assert_eq!(second.json()["details"]["task_id"], first["task_id"]);
    let restore = json!({"filename": "vzdump-qemu-5010-2026_01_31-00_00_00.vma.zst", "storage": "nfs"});
    let restore = admin.post("/api/server/restore/sample-01", restore).await;
    refused(&restore, StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS");
    let running = admin.get("/api/server/backup/status/sample-01").await.ok();
    assert_eq!(
        (&running["status"], &running["backup_status"]["config"]["storage"]),
        (&json!("running"), &json!("nfs"))
    );

    let path = "/api/server/backup/status/sample-01/stream";
    let mut stream = admin.stream(path, &[]).await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    let snapshot = stream.next().await.unwrap();
    assert_eq!(
        (&snapshot["status"], &snapshot["backup_status"]["task_id"]),
        (&json!("running"), &first["task_id"]),
        "{snapshot}"
    );
    assert!(stream.last_id.is_some());
    app.lab().release(hold).await.unwrap();
    let last = stream.until(|event| event["status"] != "running").await;
    assert_eq!(
        (&last["status"], &last["progress"]),
        (&json!("completed"), &json!(100)),
        "{last}"
    );
    assert_eq!(stream.next().await, None, "nothing follows");

    let mut over = admin.stream(path, &[]).await;
    assert_eq!(over.next().await.unwrap()["status"], "completed");
    assert_eq!(over.next().await, None);
    let mut none = admin
        .stream("/api/server/backup/status/sample-02/stream", &[])
        .await;
    assert_eq!(none.next().await.unwrap()["status"], "none");
    assert_eq!(none.next().await, None);
}

#[tokio::test]
async fn a_backup_that_fails_says_why() {
    let app = app().await;
    let admin = app.client("admin").await;
    let rule = json!({
        "match": {"method": "POST", "path": "/vzdump$"}, "action": "task_fail", "at": "middle",
        "message": "vma_queue_write: write error - No space left on device",
    });
    app.lab().fault(rule).await.unwrap();
    let how = json!({"storage": "nfs"});
    let asked = admin.post("/api/server/backup/sample-01", how).await.ok();
    until_ended(&admin, asked["task_id"].as_str().unwrap()).await;
    let status = admin.get("/api/server/backup/status/sample-01").await.ok();
    assert_eq!(status["status"], "failed", "{status}");
    assert!(
        status["backup_status"]["error"].as_str().unwrap().contains("nfs"),
        "{status}"
    );
    assert_eq!(list(&admin, "sample-01").await["total_count"], 0);
}

#[tokio::test]
async fn somebody_without_sight_of_all_tasks_follows_a_backup_to_its_end() {
    let app = app().await;
    let (admin, mut watcher) = (app.client("admin").await, app.anonymous());
    app.grant("nobody", "backup_management").await;
    watcher.sign_in("nobody").await;
    let rule = json!({"match": {"method": "POST", "path": "/vzdump$"}, "action": "hold_before"});
    app.lab().fault(rule).await.unwrap();
    admin
        .post("/api/server/backup/sample-01", json!({"storage": "nfs"}))
        .await
        .ok();
    let held = app.lab().wait_for_hold("/vzdump$", HoldState::Held, PATIENCE);
    let hold = held.await.unwrap()[0].id;
    let mut stream = watcher
        .stream("/api/server/backup/status/sample-01/stream", &[])
        .await;
    assert_eq!(stream.next().await.unwrap()["status"], "running");
    app.lab().release(hold).await.unwrap();
    stream.until(|event| event["status"] == "completed").await;
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn backups_are_told_by_server_and_one_by_one() {
    let app = app().await;
    let admin = app.client("admin").await;
    let own = backed_up(&app, &admin, "sample-03", json!({"storage": "local"})).await;
    assert_eq!(
        (&own["node"], &own["shared"], &own["vm_id"]),
        (&json!("pve2"), &json!(false), &json!("501"))
    );
    assert_eq!(
        own["notes"], "sample-03",
        "a backup is noted with its server's name"
    );
    backed_up(&app, &admin, "sample-01", json!({"storage": "nfs"})).await;
    let all = admin.get("/api/backups/nodes").await.ok();
    let data = &all["data"];
    let group = |vmid: u64| {
        let groups = data["backups"].as_array().unwrap().iter();
        groups
            .filter(move |group| group["vm_id"] == json!(vmid))
            .collect::<Vec<_>>()
    };
    // 501 is not 5010.
    assert_eq!(
        (group(501).len(), group(501)[0]["count"].as_u64()),
        (1, Some(1)),
        "{data}"
    );
    assert_eq!(
        (&group(5010)[0]["vm_name"], &group(5010)[0]["node"]),
        (&json!("sample-01"), &json!("pve1"))
    );
    let gone = group(777_777);
    assert_eq!(gone[0]["vm_name"], "gone", "of a guest that is gone: {data}");
    let items = data["items"].as_array().unwrap();
    assert_eq!(data["total_count"], json!(items.len()));
    let stats = data["node_stats"].as_object().unwrap().values();
    let counted: u64 = stats.map(|node| node["backup_count"].as_u64().unwrap()).sum();
    assert_eq!(counted, items.len() as u64, "each counts once");

    let groups = data["backups"].as_array().unwrap().len();
    let (mut paged, mut archives) = (0, 0);
    for page in 1..=groups {
        let path = format!("/api/backups/nodes?page={page}&per_page=1");
        let one = admin.get(&path).await.ok()["data"].clone();
        assert_eq!(
            (&one["pagination"]["pages"], &one["truncated"]),
            (&json!(groups), &json!(false))
        );
        paged += one["backups"].as_array().unwrap().len();
        archives += one["items"].as_array().unwrap().len();
        assert_eq!(one["total_count"], data["total_count"]);
    }
    assert_eq!((paged, archives), (groups, items.len()), "pages lose nothing");
    assert_eq!(admin.get("/api/backups/nodes?page=0").await.fields(), ["page"]);

    let flat = admin.get("/api/backups/nodes?format=flat").await.ok();
    assert_eq!(flat["data"]["backups"], flat["data"]["items"]);
    assert_json_snapshot!("flat", flat["data"]["items"].as_array().unwrap().iter().find(|item| **item == own), {
        ".name" => "[volume]", ".filename" => "[file]", ".ctime" => "[time]", ".timestamp" => "[time]",
        ".backup_date" => "[time]",
    });
    let of_node = admin.get("/api/backups/nodes/pve1").await.ok();
    let here = of_node["data"]["items"].as_array().unwrap();
    assert!(here.iter().all(|item| item["node"] == "pve1") && !here.contains(&own));
    assert!(here.iter().any(|item| item["vm_id"] == "5010"));
    let unknown = admin.get("/api/backups/nodes/pve9").await;
    refused(&unknown, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    assert_eq!(
        admin.get("/api/backups/nodes?format=xml").await.fields(),
        ["format"]
    );
    let overview = admin.get("/api/backups").await.ok();
    let servers = overview["servers"].as_array().unwrap();
    let sample = servers.iter().find(|one| one["guest"] == "lab:501").unwrap();
    assert_eq!(
        (&sample["count"], &sample["storages"]),
        (&json!(1), &json!(["local"]))
    );
}

#[tokio::test]
async fn a_backup_is_deleted_once_it_is_surely_meant() {
    let app = app().await;
    let admin = app.client("admin").await;
    let how = json!({"storage": "nfs"});
    let (one, other) = (
        backed_up(&app, &admin, "sample-01", how.clone()).await,
        backed_up(&app, &admin, "sample-02", how).await,
    );
    let file = one["filename"].as_str().unwrap();
    for filename in [
        "",
        "..",
        "../../etc/passwd",
        "/mnt/pve/nfs/dump/x.vma.zst",
        "nfs:5010/vm-5010-disk-0.qcow2",
        &format!("../{file}"),
        &format!("/{file}"),
        &format!("local:backup/{file}"),
        other["filename"].as_str().unwrap(),
    ] {
        let body = json!({"storage": "nfs", "filename": filename});
        let answer = delete(&admin, "sample-01", body).await;
        refused(&answer, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
        assert_eq!(answer.fields(), ["filename"], "{filename}");
    }
    let elsewhere = delete(&admin, "sample-01", json!({"filename": file})).await;
    refused(&elsewhere, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    let missing = admin.post("/api/backups/delete", json!({"filename": file})).await;
    assert_eq!(missing.fields(), ["node"]);
    let unknown = json!({"node": "pve9", "filename": one["name"]});
    let unknown = admin.post("/api/backups/delete", unknown).await;
    refused(&unknown, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");

    let edit = async |body: Value| admin.send(Method::PATCH, "/api/backups", &[], Some(body)).await;
    let guarded = json!({"node": "pve1", "filename": one["name"], "protected": true, "notes": "keep"});
    let guarded = edit(guarded).await.ok();
    assert_eq!(
        (&guarded["backup"]["protected"], &guarded["backup"]["notes"]),
        (&json!(true), &json!("keep"))
    );
    let body = json!({"storage": "nfs", "filename": file});
    let refusal = delete(&admin, "sample-01", body.clone()).await;
    refused(&refusal, StatusCode::CONFLICT, "CONFLICT");
    edit(json!({"node": "pve1", "filename": one["name"], "protected": false}))
        .await
        .ok();

    let gone = delete(&admin, "sample-01", body.clone()).await.ok();
    assert_json_snapshot!("deleted", gone, {".task_id" => "[id]", ".backups[]" => "[volume]"});
    assert_eq!(list(&admin, "sample-01").await["total_count"], 0);
    let again = delete(&admin, "sample-01", body).await;
    refused(&again, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    let whole = json!({"node": "pve1", "filename": other["name"]});
    let viewer = app.client("viewer").await;
    let without = viewer.post("/api/backups/delete", whole.clone()).await;
    refused(&without, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
    admin.post("/api/backups/delete", whole).await.ok();
    assert_eq!(list(&admin, "sample-02").await["total_count"], 0);
}

#[tokio::test]
async fn a_deletion_that_proxmox_refuses_is_no_success() {
    let app = app().await;
    let admin = app.client("admin").await;
    let one = backed_up(&app, &admin, "sample-01", json!({"storage": "nfs"})).await;
    let rule = json!({
        "match": {"method": "DELETE", "path": "/storage/nfs/content/"}, "action": "status", "status": 403,
        "message": "Permission check failed", "count": null,
    });
    app.lab().fault(rule).await.unwrap();
    let answer = admin
        .post(
            "/api/backups/delete",
            json!({"node": "pve1", "filename": one["name"]}),
        )
        .await;
    refused(&answer, StatusCode::BAD_GATEWAY, "UPSTREAM_REFUSED");
    assert_eq!(list(&admin, "sample-01").await["total_count"], 1);
}

#[tokio::test]
async fn a_cluster_that_was_never_heard_is_not_one_without_backups() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let answer = admin.get("/api/backups/nodes").await;
    refused(&answer, StatusCode::SERVICE_UNAVAILABLE, "UPSTREAM_UNAVAILABLE");
}
