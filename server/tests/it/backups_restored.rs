//! Restoring: over the server whose backup it is, as a new one, and one that is gone.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::backups::{app, backed_up};
use crate::support::{Client, TestApp};
use crate::tasks::until_ended;

async fn config(app: &TestApp, vmid: &str) -> Value {
    app.lab().state().await.unwrap()["guests"][vmid]["config"].clone()
}

async fn done(client: &Client, answer: &Value) -> Value {
    let end = until_ended(client, answer["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    end
}

#[tokio::test]
async fn a_server_is_put_back_to_what_it_was() {
    let app = app().await;
    let admin = app.client("admin").await;
    let backup = backed_up(&app, &admin, "sample-01", json!({"storage": "nfs"})).await;
    let more = json!({"config": {"cores": 8}});
    app.lab().patch_guest(5010, more).await.unwrap();
    assert_eq!(config(&app, "5010").await["cores"], 8);

    let body = json!({"filename": backup["filename"], "storage": "nfs"});
    let asked = admin.post("/api/server/restore/sample-01", body).await.ok();
    assert_json_snapshot!("over", asked, {
        ".task_id" => "[id]", ".data.filename" => "[file]", ".data.timestamp" => "[time]",
    });
    done(&admin, &asked).await;
    assert_eq!(config(&app, "5010").await["cores"], 2);
    let list = admin.get("/api/server/backups/sample-01").await.ok();
    assert_eq!(
        list["data"]["total_count"], 2,
        "what was there was backed up before: {list}"
    );

    // The second version's words, with the id as a text as its lists have it.
    let body = json!({
        "node": backup["node"], "vm_id": backup["vm_id"], "filename": backup["name"], "start": true,
        "safety_backup": false,
    });
    let asked = admin.post("/api/backups/restore", body).await.ok();
    done(&admin, &asked).await;
    let state = app.lab().state().await.unwrap();
    assert_eq!(state["guests"]["5010"]["status"], "running");
}

#[tokio::test]
async fn what_a_restore_comes_to_is_told_before() {
    let app = app().await;
    let admin = app.client("admin").await;
    let backup = backed_up(&app, &admin, "sample-01", json!({"storage": "nfs"})).await;
    let more = json!({"config": {"scsi1": "ceph:2"}});
    app.lab().patch_guest(5010, more).await.unwrap();
    let file = backup["filename"].as_str().unwrap();
    let path = "/api/server/restore/sample-01/plan";
    let plan = async |query: &str| admin.get(&format!("{path}?{query}")).await;
    let told = plan(&format!("filename={file}&storage=nfs")).await.ok()["plan"].clone();
    assert_eq!(
        (
            &told["name"],
            &told["disks_now"],
            &told["disks_then"],
            &told["warnings"]
        ),
        (
            &json!("sample-01"),
            &json!(["scsi0", "scsi1"]),
            &json!(["scsi0"]),
            &json!(["disks_go"])
        ),
        "{told}"
    );
    let without = plan(&format!("filename={file}&storage=nfs&safety_backup=false"))
        .await
        .ok();
    let warnings = without["plan"]["warnings"].as_array().unwrap().clone();
    assert!(warnings.contains(&json!("no_safety")), "{without}");
    assert_eq!(plan("").await.fields(), ["filename"]);
    let other = format!("filename={file}&storage=nfs");
    let other = admin
        .get(&format!("/api/server/restore/sample-02/plan?{other}"))
        .await;
    assert_eq!(
        (other.status, other.fields()),
        (StatusCode::BAD_REQUEST, vec!["filename".to_owned()])
    );
    assert!(
        app.lab().requests("POST", "/qemu/?$").await.unwrap().is_empty(),
        "nothing is touched"
    );
}

#[tokio::test]
async fn what_is_not_surely_meant_is_not_restored() {
    let app = app().await;
    let admin = app.client("admin").await;
    let backup = backed_up(&app, &admin, "sample-01", json!({"storage": "nfs"})).await;
    let file = backup["filename"].as_str().unwrap();
    let restore = async |body: Value| admin.post("/api/backups/restore", body).await;
    let missing = restore(json!({})).await;
    assert_eq!(missing.fields(), ["filename", "node", "vm_id"]);
    // An id that is only a part of the backup's is another server's.
    for vmid in [501, 5011] {
        let body = json!({"node": "pve1", "vm_id": vmid, "filename": file, "storage": "nfs"});
        let answer = restore(body).await;
        assert_eq!(
            (answer.status, answer.fields()),
            (StatusCode::BAD_REQUEST, vec!["filename".to_owned()])
        );
    }
    for filename in [
        "../x",
        "/etc/passwd",
        &format!("../{file}"),
        &format!("local:backup/{file}"),
    ] {
        let body = json!({"node": "pve1", "vm_id": 5010, "filename": filename, "storage": "nfs"});
        assert_eq!(restore(body).await.fields(), ["filename"], "{filename}");
    }
    for (more, field) in [
        (json!({"target_storage": "nowhere"}), "target_storage"),
        (json!({"target_storage": "local"}), "target_storage"),
        (json!({"safety_storage": "local-lvm"}), "safety_storage"),
        (json!({"new_vmid": 5011, "name": "copy-01"}), "new_vmid"),
        (json!({"as_new": true, "name": "sample-02"}), "name"),
        (json!({"as_new": true}), "name"),
        (json!({"as_new": true, "name": "no name"}), "name"),
    ] {
        let mut body = json!({"filename": file, "storage": "nfs"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = admin.post("/api/server/restore/sample-01", body.clone()).await;
        assert_eq!(answer.fields(), [field], "{body}");
    }
    let unknown = restore(json!({"node": "pve9", "vm_id": 5010, "filename": file, "storage": "nfs"})).await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
    );
    let absent = json!({"filename": "vzdump-qemu-5010-2001_01_01-00_00_00.vma.zst", "storage": "nfs"});
    let absent = admin.post("/api/server/restore/sample-01", absent).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND, "{}", absent.json());
    let body = json!({"node": "pve1", "vm_id": 5010, "filename": file, "storage": "nfs"});
    let without = app
        .client("viewer")
        .await
        .post("/api/backups/restore", body)
        .await;
    assert_eq!(without.status, StatusCode::FORBIDDEN);
    let tasks = admin.get("/api/tasks").await.ok();
    assert_eq!(
        tasks["tasks"].as_array().unwrap().len(),
        1,
        "the backup alone: {tasks}"
    );
}

#[tokio::test]
async fn a_copy_is_made_and_a_server_that_is_gone_comes_back() {
    let app = app().await;
    let admin = app.client("admin").await;
    let backup = backed_up(&app, &admin, "sample-01", json!({"storage": "nfs"})).await;
    let body = json!({"filename": backup["name"], "new_vmid": 5020, "name": "copy-01"});
    let asked = admin.post("/api/server/restore/sample-01", body).await.ok();
    assert_eq!(
        (&asked["data"]["vm_id"], &asked["data"]["server"]),
        (&json!(5010), &json!("lab:5020"))
    );
    done(&admin, &asked).await;
    let state = app.lab().state().await.unwrap();
    assert_eq!(state["guests"]["5020"]["name"], "copy-01");
    assert_eq!(state["guests"]["5010"]["name"], "sample-01");

    app.lab().remove_guest(5010).await.unwrap();
    let gone = async || app.drover.inventory.guest(&"lab:5010".parse().unwrap()).is_none();
    app.until("the server is gone", gone).await;
    let body = json!({"node": "pve1", "vm_id": "5010", "filename": backup["name"]});
    let asked = admin.post("/api/backups/restore", body).await.ok();
    done(&admin, &asked).await;
    let state = app.lab().state().await.unwrap();
    assert_eq!(state["guests"]["5010"]["name"], "sample-01");
}
