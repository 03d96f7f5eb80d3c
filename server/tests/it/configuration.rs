//! A server's configuration and its disks, changed.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};
use crate::tasks::until_ended;

fn box_of(vmid: u32, name: &str, status: &str) -> Value {
    json!({
        "vmid": vmid, "name": name, "node": "pve1", "status": status,
        "config": {
            "cores": 2, "memory": "2048", "scsi0": "local-lvm:8", "ide2": "local-lvm:cloudinit,media=cdrom",
            "net0": "virtio=BC:24:11:00:05:01,bridge=vmbr0", "boot": "order=scsi0",
        },
    })
}

async fn put(client: &Client, server: &str, body: Value) -> Answer {
    let path = format!("/api/server/config/{server}");
    client.send(Method::PUT, &path, &[], Some(body)).await
}

fn refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code));
}

async fn completes(client: &Client, answer: &Value) {
    let end = until_ended(client, answer["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
}

#[tokio::test]
async fn a_change_tells_what_waits_and_applies_it_where_that_is_asked_for() {
    let app = TestApp::with_lab(vec![box_of(501, "shop-01", "running")]).await;
    let admin = app.client("admin").await;
    let body = json!({
        "cpu": {"cores": 4, "type": "host"}, "memory": {"size_mb": "4096"}, "description": "a bar", "tags": ["web"],
        "role": "", "colour": "red", "cloud_init": {"user": "ops", "password": "hush hush"},
    });
    let changed = put(&admin, "shop-01", body).await.ok();
    assert_eq!(
        (&changed["reboot_required"], &changed["task_id"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(changed["warnings"], json!(["colour"]));
    assert_eq!(
        changed["data"],
        json!({
            "cpu": {"cores": 4, "type": "host"}, "memory": {"size_mb": "4096"}, "description": "a bar",
            "tags": ["web"], "cloud_init": {"user": "ops"}, "role": "",
        })
    );
    let keys: Vec<_> = changed["pending"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["key"])
        .collect();
    assert_eq!(keys, ["cores", "cpu", "memory", "cipassword", "ciuser"]);
    let read = admin.get("/api/server/config/shop-01").await.ok()["data"].take();
    assert_eq!(
        (
            &read["cpu"]["cores"],
            &read["memory"]["size_mb"],
            &read["description"]
        ),
        (&json!(2), &json!(2048), &json!("a bar"))
    );
    assert_eq!(read["cloud_init"]["has_password"], true);
    assert!(!read.to_string().contains("hush"));
    assert_eq!(
        (&read["boot_disk"], &read["cloud_init_drive"]),
        (&json!("scsi0"), &json!("ide2"))
    );

    let applied = put(&admin, "shop-01", json!({"apply": "now"})).await.ok();
    completes(&admin, &applied).await;
    let read = admin.get("/api/server/config/lab:501").await.ok()["data"].take();
    assert_eq!(
        (
            &read["cpu"]["cores"],
            &read["memory"]["size_mb"],
            &read["pending"]
        ),
        (&json!(4), &json!(4096), &json!([]))
    );
    // The picture may still say that it restarts.
    assert_eq!(
        app.lab().state().await.unwrap()["guests"]["501"]["status"],
        "running"
    );
    let told = admin
        .get("/api/notifications/latest?server=shop-01&type=server_config")
        .await
        .ok();
    assert_eq!(told["notification"]["severity"], "success");
}

#[tokio::test]
async fn a_change_that_can_not_be_is_refused_with_its_reason() {
    let app = TestApp::with_lab(vec![
        box_of(501, "shop-01", "stopped"),
        box_of(502, "twin", "stopped"),
        box_of(503, "twin", "stopped"),
    ])
    .await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let denied = put(&viewer, "shop-01", json!({"cores": 4})).await;
    refused(&denied, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
    assert!(denied.json()["error"].as_str().unwrap().contains("manage_server"));
    let unknown = put(&admin, "nothing", json!({"cores": 4})).await;
    refused(&unknown, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    let twin = put(&admin, "twin", json!({"cores": 4})).await;
    refused(&twin, StatusCode::CONFLICT, "CONFLICT");
    assert_eq!(twin.json()["details"]["servers"], json!(["lab:502", "lab:503"]));

    let wrong = put(
        &admin,
        "shop-01",
        json!({"memory": {"size_mb": 4}, "cpu": {"cores": "x"}, "tags": "Prod", "apply": "soon"}),
    )
    .await;
    refused(&wrong, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(wrong.fields(), ["apply", "cpu.cores", "memory.size_mb", "tags"]);
    let bridge = json!({"nics": [{"edit": "change", "interface": "net0", "bridge": "vmbr9"}]});
    assert_eq!(put(&admin, "shop-01", bridge).await.fields(), ["nics[0].bridge"]);

    let digest = admin.get("/api/server/config/shop-01").await.ok()["data"]["digest"].clone();
    let first = put(&admin, "shop-01", json!({"memory": 1024, "digest": digest}))
        .await
        .ok();
    assert_eq!(first["reboot_required"], false);
    let late = put(&admin, "shop-01", json!({"memory": 4096, "digest": digest})).await;
    refused(&late, StatusCode::CONFLICT, "CONFLICT");
    let again = put(
        &admin,
        "shop-01",
        json!({"memory": 4096, "digest": first["digest"]}),
    )
    .await;
    assert_eq!(again.status, StatusCode::OK);

    app.lab()
        .patch_guest(501, json!({"lock": "backup"}))
        .await
        .unwrap();
    let locked = put(&admin, "shop-01", json!({"cores": 4})).await;
    refused(&locked, StatusCode::CONFLICT, "CONFLICT");
    assert!(locked.json()["error"].as_str().unwrap().contains("backup"));
    app.lab().patch_guest(501, json!({"lock": null})).await.unwrap();

    let hold =
        json!({"match": {"method": "POST", "path": "/qemu/501/status/start$"}, "action": "hold_before"});
    app.lab().fault(hold).await.unwrap();
    let task = admin.post("/api/servers/shop-01/start", json!({})).await.ok();
    let busy = put(&admin, "shop-01", json!({"cores": 4})).await;
    refused(&busy, StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS");
    assert_eq!(busy.json()["details"]["task_id"], task["task_id"]);
}

#[tokio::test]
async fn disks_come_grow_move_and_go() {
    let app = TestApp::with_lab(vec![box_of(501, "shop-01", "running")]).await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let path = "/api/server/disk/shop-01";
    for denied in [
        viewer.post(path, json!({})).await,
        viewer.delete(&format!("{path}/scsi1")).await,
        viewer
            .post(&format!("{path}/scsi1/move"), json!({"storage": "ceph"}))
            .await,
        viewer
            .post(&format!("{path}/scsi1/resize"), json!({"size_gb": 9}))
            .await,
    ] {
        refused(&denied, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
    }
    let disks = async || admin.get("/api/server/config/shop-01").await.ok()["data"].take();
    let add = async |body: Value| admin.post(path, body).await;

    completes(&admin, &add(json!({"size_gb": 3})).await.ok()).await;
    assert_eq!(disks().await["disks"][1]["device"], "scsi1");
    let taken = add(json!({"type": "scsi", "number": 0, "size_gb": 10, "storage": "local-lvm"})).await;
    refused(&taken, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(taken.fields(), ["number"]);
    assert_eq!(add(json!({"type": "usb"})).await.fields(), ["type"]);
    // The storage that the first version names by itself holds no disks here.
    assert_eq!(add(json!({"storage": "local"})).await.fields(), ["storage"]);

    let grow = async |body: Value| admin.post(&format!("{path}/scsi1/resize"), body).await;
    assert_eq!(grow(json!({"size_gb": 2})).await.fields(), ["size_gb"]);
    completes(&admin, &grow(json!({"size_gb": 5})).await.ok()).await;
    let to = async |body: Value| admin.post(&format!("{path}/scsi1/move"), body).await;
    assert_eq!(to(json!({})).await.fields(), ["storage"]);
    assert_eq!(to(json!({"storage": "local-lvm"})).await.fields(), ["storage"]);
    completes(&admin, &to(json!({"storage": "ceph"})).await.ok()).await;
    let moved = disks().await;
    assert_eq!(
        (
            &moved["disks"][1]["storage"],
            &moved["disks"][1]["size"],
            &moved["unused_disks"]
        ),
        (&json!("ceph"), &json!(5_u64 << 30), &json!([]))
    );

    for device in ["scsi0", "ide2"] {
        let needs_force = admin.delete(&format!("{path}/{device}")).await;
        refused(&needs_force, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
        assert_eq!(needs_force.fields(), ["force"]);
    }
    let unknown = admin.delete(&format!("{path}/scsi9")).await;
    refused(&unknown, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    completes(&admin, &admin.delete(&format!("{path}/scsi1")).await.ok()).await;
    assert_eq!(disks().await["unused_disks"][0]["device"], "unused0");
    completes(&admin, &admin.delete(&format!("{path}/unused0")).await.ok()).await;
    completes(
        &admin,
        &admin.delete(&format!("{path}/ide2?force=true")).await.ok(),
    )
    .await;
    let left = disks().await;
    assert_eq!(
        (
            &left["unused_disks"],
            left["disks"].as_array().unwrap().len(),
            &left["cloud_init_drive"]
        ),
        (&json!([]), 1, &Value::Null)
    );
    let told = admin
        .get("/api/notifications/latest?server=shop-01&type=server_disk")
        .await
        .ok();
    assert_eq!(told["notification"]["severity"], "success");
}

#[tokio::test]
async fn what_was_made_elsewhere_is_adopted_by_name_only() {
    let app = TestApp::with_lab(vec![
        box_of(501, "shop-01", "stopped"),
        box_of(502, "shop-02", "stopped"),
    ])
    .await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let denied = viewer.post("/api/sync_servers", json!({})).await;
    refused(&denied, StatusCode::FORBIDDEN, "PERMISSION_DENIED");
    let sync = async |body: Value| admin.post("/api/sync_servers", body).await;
    let owner = async |name: &str| {
        let brief = admin.get("/api/servers?view=map").await.ok();
        brief["servers"][name]["owner"].clone()
    };

    let first = sync(json!({})).await.ok();
    assert_eq!(
        (&first["data"]["added"], &first["data"]["missing"]),
        (&json!([]), &json!([]))
    );
    let others = first["data"]["others"].as_array().unwrap();
    assert!(
        others.contains(&json!("lab:501")) && others.contains(&json!("lab:502")),
        "{others:?}"
    );
    assert!(!others.contains(&json!("lab:9000")), "a template is not adopted");
    assert_eq!(owner("shop-01").await, Value::Null);

    let wrong = sync(json!({"adopt": ["shop-01", "nothing"]})).await;
    refused(&wrong, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(wrong.fields(), ["adopt[1]"]);
    assert_eq!(sync(json!({"adopt": ["lab:9000"]})).await.fields(), ["adopt[0]"]);
    assert_eq!(owner("shop-01").await, Value::Null, "all or none");
    let managed =
        async |name: &str| admin.get("/api/servers?view=map").await.ok()["servers"][name]["managed"].take();
    assert_eq!(managed("shop-01").await, false);

    let adopted = sync(json!({"adopt": ["shop-01", "lab:502"]})).await.ok();
    assert_eq!(adopted["data"]["added"], json!(["lab:501", "lab:502"]));
    assert_eq!(owner("shop-01").await, "admin");
    assert_eq!(managed("shop-01").await, true);
    let again = sync(json!({"adopt": ["shop-01"]})).await.ok();
    assert_eq!(again["data"]["added"], json!([]));

    app.lab()
        .patch_guest(501, json!({"name": "store-01"}))
        .await
        .unwrap();
    app.lab().remove_guest(502).await.unwrap();
    let later = sync(json!({})).await.ok();
    assert_eq!(
        (&later["data"]["updated"], &later["data"]["missing"]),
        (&json!(["lab:501"]), &json!(["lab:502"]))
    );
    assert_eq!(owner("store-01").await, "admin");
    assert_eq!(sync(json!({})).await.ok()["data"]["missing"], json!([]));
}

#[tokio::test]
async fn an_adopted_server_has_the_role_that_it_was_adopted_with() {
    let app = TestApp::with_lab(vec![
        box_of(501, "shop-01", "stopped"),
        box_of(502, "shop-02", "stopped"),
    ])
    .await;
    let admin = app.client("admin").await;
    let sync = async |body: Value| admin.post("/api/sync_servers", body).await;
    let wrong = sync(json!({"adopt": ["shop-01"], "role": "cook"})).await;
    refused(&wrong, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(wrong.fields(), ["role"]);
    let adopted = sync(json!({"adopt": ["shop-01"], "role": "db"})).await.ok();
    assert_eq!(adopted["data"]["added"], json!(["lab:501"]));
    let of_role = async |role: &str| {
        let path = format!("/api/servers?view=map&filter=shop+role:{role}");
        let found = admin.get(&path).await.ok();
        let servers = found["servers"].as_object().unwrap();
        servers.keys().cloned().collect::<Vec<_>>()
    };
    app.until("the role is shown", async || of_role("db").await == ["shop-01"])
        .await;
    assert_eq!(of_role("none").await, ["shop-02"]);
    let read = admin.get("/api/server/config/shop-01").await.ok();
    assert_eq!(read["data"]["role"], "db");

    let again = sync(json!({"adopt": ["shop-01"], "role": "web"})).await.ok();
    assert_eq!(
        (&again["data"]["added"], &again["data"]["updated"]),
        (&json!([]), &json!(["lab:501"]))
    );
    app.until("the new role is shown", async || {
        of_role("web").await == ["shop-01"]
    })
    .await;
    let left = sync(json!({"adopt": ["shop-01"]})).await.ok();
    assert_eq!(left["data"]["updated"], json!([]), "what is not said is left");
    let cleared = sync(json!({"adopt": ["shop-01"], "role": "none"})).await.ok();
    assert_eq!(cleared["data"]["updated"], json!(["lab:501"]));
    app.until("it has no role any more", async || {
        of_role("none").await.len() == 2
    })
    .await;
}

#[tokio::test]
async fn servers_are_found_by_the_age_of_their_newest_backup() {
    let app = TestApp::with_lab(vec![box_of(501, "shop-01", "stopped")]).await;
    let admin = app.client("admin").await;
    let found = async |filter: &str| {
        let path = format!("/api/servers?view=list&filter={filter}");
        admin.get(&path).await.ok()["servers"].as_array().unwrap().clone()
    };
    app.until("backups are known", async || {
        !found("backup%3C90d").await.is_empty()
    })
    .await;
    let recent = found("backup%3C90d").await;
    assert!(recent.iter().all(|server| server["last_backup"].is_string()));
    let never = found("backup:never").await;
    assert!(never.iter().any(|server| server["name"] == "shop-01"));
    assert!(never.iter().all(|server| server["last_backup"].is_null()));
    assert!(never.iter().all(|server| server["backup_state"] == "never"));
    assert_eq!(found("backup:unknown").await, [""; 0]);
    let old = found("backup%3E90d").await;
    assert!(old.iter().any(|server| server["name"] == "shop-01"));
    let wrong = admin.get("/api/servers?filter=backup%3Esoon").await;
    refused(&wrong, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(wrong.fields(), ["filter"]);
}

#[tokio::test]
async fn an_adopted_servers_fixed_address_is_given_to_no_other_until_it_is_gone() {
    let mut off = box_of(501, "shop-01", "stopped");
    off["config"]["ipconfig0"] = json!("ip=10.77.0.50/24,gw=10.77.0.1");
    let app = TestApp::with_lab(vec![off]).await;
    let admin = app.client("admin").await;
    let new = json!({
        "name": "shop-02", "memory": 512, "template_vm_id": 9000,
        "network_devices": [{"bridge": "vmbr0", "ip_address": "10.77.0.50", "gateway": "10.77.0.1"}],
    });
    let sync = async |body: Value| admin.post("/api/sync_servers", body).await.ok();
    let adopted = sync(json!({"adopt": ["lab:501"]})).await;
    assert_eq!(adopted["data"]["added"], json!(["lab:501"]));
    let taken = admin.post("/api/servers", new.clone()).await;
    refused(&taken, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    assert_eq!(taken.fields(), ["network_devices[0].ip_address"]);
    assert!(taken.json().to_string().contains("shop-01"), "{}", taken.json());
    app.lab().remove_guest(501).await.unwrap();
    assert_eq!(sync(json!({})).await["data"]["missing"], json!(["lab:501"]));
    let made = admin.post("/api/servers", new).await.ok();
    assert!(made["task_id"].is_string(), "{made}");
}
