//! Servers that something else is at work on, that Proxmox has locked, or that are containers; and who may do what.

use std::time::Duration;

use axum::http::StatusCode;
use drover_lab::{HoldState, LabOptions};
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Answer, Client, Options, TestApp};
use crate::tasks::until_ended;

const PATIENCE: Duration = Duration::from_secs(20);

fn refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code));
}

async fn completes(client: &Client, answer: &Value) -> Value {
    let end = until_ended(client, answer["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    end
}

#[tokio::test]
async fn whoever_comes_second_is_told_which_task_holds_the_server() {
    let app = TestApp::with_lab(vec![
        guest(501, "sample-01", "running"),
        guest(502, "sample-02", "stopped"),
    ])
    .await;
    let admin = app.client("admin").await;
    let rule =
        json!({"match": {"method": "POST", "path": "/qemu/501/status/stop$"}, "action": "hold_before"});
    app.lab().fault(rule).await.unwrap();
    let first = admin.post("/api/servers/sample-01/stop", json!({})).await.ok();
    let held = app.lab().wait_for_hold("/stop$", HoldState::Held, PATIENCE);
    let hold = held.await.unwrap()[0].id;
    let second = async |path: &str, body: Value| {
        let answer = admin.post(path, body).await;
        refused(&answer, StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS");
        assert_eq!(answer.json()["details"]["task_id"], first["task_id"], "{path}");
    };
    for verb in [
        "start", "stop", "shutdown", "reboot", "reset", "suspend", "resume", "delete",
    ] {
        second(&format!("/api/servers/sample-01/{verb}"), json!({})).await;
    }
    second("/api/cleanup/clean/sample-01", json!({"force": true})).await;
    let deleted = admin.delete("/api/servers/lab:501").await;
    refused(&deleted, StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS");

    // Of several, the others go on.
    let body = json!({"server_names": ["sample-01", "sample-02"], "action": "start"});
    let both = admin.post("/api/servers/bulk_action", body).await.ok();
    assert_eq!(both["rejected"][0]["name"], "sample-01", "{both}");
    let why = |of: &Value| (of["code"].clone(), of["task_id"].clone());
    let in_the_way = (json!("CONFLICT_IN_PROGRESS"), first["task_id"].clone());
    assert_eq!(why(&both["rejected"][0]), in_the_way, "{both}");
    assert_eq!(both["accepted"][0]["name"], "sample-02", "{both}");
    completes(&admin, &both).await;
    for verb in [
        "start", "stop", "shutdown", "reboot", "reset", "suspend", "resume", "delete",
    ] {
        let body = json!({"server_names": ["sample-01"], "action": verb});
        let alone = admin.post("/api/servers/bulk_action", body).await;
        refused(&alone, StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS");
        let details = alone.json()["details"].take();
        assert_eq!(details["task_id"], first["task_id"], "{verb}");
        assert_eq!(why(&details["rejected"][0]), in_the_way, "{verb}");
    }
    let body = json!({"server_names": ["sample-01", "nobody"], "action": "start"});
    let neither = admin.post("/api/servers/bulk_action", body).await;
    refused(&neither, StatusCode::CONFLICT, "CONFLICT");
    let details = neither.json()["details"].take();
    let codes: Vec<_> = details["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["code"])
        .collect();
    assert_eq!(codes, ["RESOURCE_NOT_FOUND", "CONFLICT_IN_PROGRESS"]);
    app.lab().release(hold).await.unwrap();
    completes(&admin, &first).await;
    // What is so already is done already.
    completes(
        &admin,
        &admin.post("/api/servers/sample-01/stop", json!({})).await.ok(),
    )
    .await;
    completes(
        &admin,
        &admin.post("/api/servers/sample-02/start", json!({})).await.ok(),
    )
    .await;
}

#[tokio::test]
async fn a_locked_server_says_who_has_locked_it() {
    let app = TestApp::with_lab(vec![guest(501, "sample-01", "stopped")]).await;
    let admin = app.client("admin").await;
    app.lab()
        .patch_guest(501, json!({"lock": "backup"}))
        .await
        .unwrap();
    for verb in ["start", "delete"] {
        let answer = admin
            .post(&format!("/api/servers/sample-01/{verb}"), json!({}))
            .await;
        refused(&answer, StatusCode::CONFLICT, "CONFLICT");
        let said = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(said.contains("backup"), "{said}");
    }
    app.lab().patch_guest(501, json!({"lock": null})).await.unwrap();
    completes(
        &admin,
        &admin.post("/api/servers/sample-01/start", json!({})).await.ok(),
    )
    .await;
}

#[tokio::test]
async fn containers_are_switched_and_deleted_as_servers_are() {
    let lab = Some(LabOptions {
        guests: 16,
        ..LabOptions::default()
    });
    let app = TestApp::start(Options {
        lab,
        real_time: true,
        ..Options::default()
    })
    .await;
    app.heard().await;
    let admin = app.client("admin").await;
    let state = app.lab().state().await.unwrap();
    let containers = state["guests"].as_object().unwrap().values();
    let one = containers.clone().find(|guest| guest["type"] == "lxc").unwrap();
    let server = format!("lab:{}", one["vmid"]);
    let status = async || admin.get(&format!("/api/server_status/{server}")).await.ok()["status"].clone();
    for (verb, after) in [
        ("stop", "stopped"),
        ("start", "running"),
        ("reboot", "running"),
        ("shutdown", "stopped"),
    ] {
        let answer = admin
            .post(&format!("/api/servers/{server}/{verb}"), json!({}))
            .await;
        completes(&admin, &answer.ok()).await;
        assert_eq!(status().await, after, "{verb}");
    }
    completes(
        &admin,
        &admin
            .post(&format!("/api/servers/{server}/start"), json!({}))
            .await
            .ok(),
    )
    .await;
    for verb in ["reset", "suspend"] {
        let answer = admin
            .post(&format!("/api/servers/{server}/{verb}"), json!({}))
            .await;
        refused(&answer, StatusCode::CONFLICT, "CONFLICT");
    }
    completes(
        &admin,
        &admin.delete(&format!("/api/servers/{server}")).await.ok(),
    )
    .await;
    let state = app.lab().state().await.unwrap();
    assert!(state["guests"].get(one["vmid"].to_string()).is_none());
}

#[tokio::test]
async fn either_permission_will_do_and_a_missing_one_is_named() {
    let app = TestApp::with_lab(vec![
        guest(501, "sample-01", "stopped"),
        guest(502, "sample-02", "stopped"),
    ])
    .await;
    let nobody = app.client("nobody").await;
    let post = async |path: &str, body: Value| nobody.post(path, body).await;
    let bulk = |action: &str| json!({"server_names": ["sample-01"], "action": action});
    let denied = async |path: &str, body: Value, permission: &str| {
        let answer = post(path, body).await;
        refused(&answer, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
        let said = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(said.contains(permission), "{path}: {said}");
    };
    for (verb, permission) in [
        ("start", "start_server"),
        ("stop", "stop_server"),
        ("reboot", "reboot_server"),
        ("delete", "delete_server"),
    ] {
        denied(&format!("/api/servers/sample-01/{verb}"), json!({}), permission).await;
        let many = post("/api/servers/bulk_action", bulk(verb)).await;
        refused(&many, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
    }
    denied(
        "/api/create_servers_bulk",
        json!({"servers": []}),
        "create_server",
    )
    .await;
    app.grant("nobody", "start_server").await;
    let nobody = app.client("nobody").await;
    let started = nobody.post("/api/servers/sample-01/start", json!({})).await.ok();
    completes(&nobody, &started).await;
    let body = json!({"server_names": ["sample-02"], "action": "start"});
    completes(
        &nobody,
        &nobody.post("/api/servers/bulk_action/async", body).await.ok(),
    )
    .await;
    // A bulk delete is not weaker than a single one.
    let answer = nobody.post("/api/servers/bulk_action", bulk("delete")).await;
    refused(&answer, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
    app.grant("nobody", "manage_server").await;
    let nobody = app.client("nobody").await;
    let stopped = nobody.post("/api/servers/sample-01/stop", json!({})).await.ok();
    completes(&nobody, &stopped).await;
    completes(
        &nobody,
        &nobody.post("/api/servers/bulk_action", bulk("delete")).await.ok(),
    )
    .await;
}

#[tokio::test]
async fn a_containers_mount_points_are_added_grown_and_taken_away_and_its_journal_is_refused() {
    let lab = Some(LabOptions {
        guests: 16,
        ..LabOptions::default()
    });
    let app = TestApp::start(Options {
        lab,
        real_time: true,
        ..Options::default()
    })
    .await;
    app.heard().await;
    let admin = app.client("admin").await;
    let state = app.lab().state().await.unwrap();
    let containers = state["guests"].as_object().unwrap().values();
    let one = containers.clone().find(|guest| guest["type"] == "lxc").unwrap();
    let vmid = one["vmid"].to_string();
    let server = format!("lab:{vmid}");
    let disk = format!("/api/server/disk/{server}");
    let config = async || app.lab().state().await.unwrap()["guests"][&vmid]["config"].clone();

    let inside = admin.get(&format!("/api/server/logs/{server}?type=system")).await;
    refused(&inside, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(inside.fields(), ["type"]);
    let tasks = admin.get(&format!("/api/server/logs/{server}?type=tasks")).await;
    assert_eq!(tasks.status, StatusCode::OK);

    let stop = admin
        .post(&format!("/api/servers/{server}/stop"), json!({}))
        .await;
    completes(&admin, &stop.ok()).await;
    for (body, field) in [
        (json!({"size_gb": 1}), "path"),
        (json!({"size_gb": 1, "path": "srv"}), "path"),
        (json!({"size_gb": 1, "path": "/srv", "storage": "nfs"}), "storage"),
        (json!({"size_gb": 900_000, "path": "/srv"}), "size_gb"),
    ] {
        let answer = admin.post(&disk, body.clone()).await;
        refused(&answer, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
        assert_eq!(answer.fields(), [field], "{body}");
    }
    let add = json!({"type": "mp", "size_gb": 1, "path": "/srv/data", "storage": "local-lvm"});
    completes(&admin, &admin.post(&disk, add.clone()).await.ok()).await;
    let mount = config().await["mp0"].as_str().unwrap().to_owned();
    assert!(
        mount.starts_with("local-lvm:") && mount.contains("mp=/srv/data") && mount.contains("size=1G"),
        "{mount}"
    );
    let twice = admin.post(&disk, add).await;
    assert_eq!(twice.fields(), ["path"], "one place mounts one volume");
    let grown = admin
        .post(&format!("{disk}/mp0/resize"), json!({"size_gb": 2}))
        .await;
    completes(&admin, &grown.ok()).await;
    assert!(config().await["mp0"].as_str().unwrap().contains("size=2G"));

    let moved = admin
        .post(&format!("{disk}/mp0/move"), json!({"storage": "ceph"}))
        .await;
    refused(&moved, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    let root = admin.delete(&format!("{disk}/rootfs?force=true")).await;
    refused(&root, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");

    completes(&admin, &admin.delete(&format!("{disk}/mp0")).await.ok()).await;
    let left = config().await;
    assert!(left.get("mp0").is_none() && left["unused0"].is_string(), "{left}");
    completes(&admin, &admin.delete(&format!("{disk}/unused0")).await.ok()).await;
    assert!(config().await.get("unused0").is_none());

    let again = json!({"size_gb": 1, "path": "/srv/data", "storage": "local-lvm"});
    completes(&admin, &admin.post(&disk, again).await.ok()).await;
    completes(
        &admin,
        &admin.delete(&format!("{disk}/mp0?purge=true")).await.ok(),
    )
    .await;
    let left = config().await;
    assert!(
        left.get("mp0").is_none() && left.get("unused0").is_none(),
        "{left}"
    );
}
