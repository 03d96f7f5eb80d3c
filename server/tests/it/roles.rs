//! Roles: the rows R1 to R5 of the contract as they answer, and what comes beside them.

use axum::http::{Method, StatusCode};
use drover_lab::LabOptions;
use insta::{assert_json_snapshot, dynamic_redaction};
use serde_json::{Map, Value, json};

use crate::support::{Answer, Client, Options, TestApp};

const BULK: &str = "/api/roles/assign_bulk";

/// A role of the installation's own, which no change of Drover's changes.
const SHOP: (&str, &str) = (
    "shop",
    r#"
version = "3"
systems = ["debian"]
ports = ["port"]
name = { en = "Shop", ko = "상점" }
description = { en = "The shop.", ko = "상점입니다." }

[[variables]]
name = "port"
type = "port"
label = { en = "Port", ko = "포트" }
help = { en = "Where it listens.", ko = "연결을 받는 포트입니다." }
default = 8080

[[variables]]
name = "password"
type = "string"
label = { en = "Password", ko = "비밀번호" }
secret = true
generated = true
"#,
);

/// Accepts every run and does nothing: what is installed is no matter of these tests.
const STAND_IN: &str = "#!/bin/sh\nexit 1\n";

pub fn boxed(vmid: u32, name: &str, status: &str, address: Option<&str>) -> Value {
    let mut guest = json!({
        "vmid": vmid, "name": name, "node": "pve1", "status": status,
        "config": {
            "cores": 2, "memory": "2048", "scsi0": "local-lvm:8", "boot": "order=scsi0", "ciuser": "ops",
            "net0": "virtio=BC:24:11:00:05:01,bridge=vmbr0",
        },
    });
    if let Some(address) = address {
        guest["config"]["ipconfig0"] = json!(format!("ip={address}/24"));
        guest["config"]["agent"] = json!("1");
    }
    guest
}

async fn started(playbook: Option<&'static str>) -> TestApp {
    let app = TestApp::start(Options {
        lab: Some(LabOptions {
            guests: 1,
            ..LabOptions::default()
        }),
        guests: vec![
            boxed(501, "shop-01", "running", Some("10.77.0.51")),
            boxed(502, "shop-02", "running", Some("10.77.0.52")),
            boxed(503, "shop-03", "stopped", Some("10.77.0.53")),
            boxed(504, "shop-04", "running", None),
        ],
        playbook,
        own_roles: vec![SHOP],
        real_time: true,
        ..Options::default()
    })
    .await;
    app.heard().await;
    let admin = app.client("admin").await;
    // A port of this machine's at which nobody answers.
    for server in ["shop-01", "shop-02"] {
        let path = format!("/api/servers/{server}/connection");
        put(&admin, &path, json!({"address": "127.0.0.1", "port": 1}))
            .await
            .ok();
    }
    app
}

/// With something in the place of Ansible.
pub async fn app() -> TestApp {
    started(Some(STAND_IN)).await
}

pub async fn put(client: &Client, path: &str, body: Value) -> Answer {
    client.send(Method::PUT, path, &[], Some(body)).await
}

/// Says of these servers what they are there for, as whoever adopts them does.
pub async fn adopted(app: &TestApp, admin: &Client, names: &[&str]) {
    let body = json!({"adopt": names, "role": "web"});
    admin.post("/api/sync_servers", body).await.ok();
    app.until("the role is shown", async || {
        let brief = admin.get("/api/servers/brief").await.ok();
        let role = |name: &&str| brief["servers"][*name]["role"].clone();
        names.iter().map(role).all(|role| role == "web")
    })
    .await;
}

/// Every answer by what was asked.
#[derive(Default)]
struct Told(Map<String, Value>);

impl Told {
    fn note(&mut self, asked: &str, answer: &Answer) {
        let told = answer.told();
        assert!(self.0.insert(asked.to_owned(), told).is_none(), "{asked} twice");
    }
}

async fn one_server(app: &TestApp, admin: &Client, told: &mut Told) {
    for (asked, server, body) in [
        ("R1 without a role", "shop-01", json!({})),
        ("R1 with null", "shop-01", json!({"role": null})),
        (
            "R1 with a role that is not there",
            "shop-01",
            json!({"role": "cook"}),
        ),
        (
            "R1 with what is no role's name",
            "shop-01",
            json!({"role": "../web"}),
        ),
        (
            "R1 with a text for a port",
            "shop-01",
            json!({"role": "shop", "variables": {"port": "high"}}),
        ),
        (
            "R1 with a list for a port",
            "shop-01",
            json!({"role": "shop", "variables": {"port": [80]}}),
        ),
        (
            "R1 with variables of a wrong type",
            "shop-01",
            json!({"role": "shop", "variables": "port=80"}),
        ),
        (
            "R1 with a variable that the role has not",
            "shop-01",
            json!({"role": "shop", "variables": {"colour": "red"}}),
        ),
        (
            "R1 of a server that is not there",
            "nobody",
            json!({"role": "shop"}),
        ),
        ("R1 of a server that is off", "shop-03", json!({"role": "shop"})),
        (
            "R1 of a server without an address",
            "shop-04",
            json!({"role": "shop"}),
        ),
        ("R1 none where there is none", "shop-01", json!({"role": "none"})),
    ] {
        let path = format!("/api/assign_role/{server}");
        told.note(asked, &admin.post(&path, body).await);
    }
    assert_eq!(admin.get("/api/tasks").await.ok()["tasks"], json!([]));

    let given = json!({"role": "shop", "variables": {"port": 8081}});
    let answer = admin.post("/api/assign_role/shop-01", given).await;
    told.note("R1 given", &answer);
    let made_up = answer.json()["generated"][0]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(made_up.len() >= 16, "{made_up}");
    let task = answer.json()["task_id"].as_str().unwrap().to_owned();
    let log = admin.get(&format!("/api/tasks/{task}")).await.ok();
    assert!(!log.to_string().contains(&made_up), "told once: {log}");
    assert!(!app.keeps(&made_up), "sealed");

    let off = |server: &str| format!("/api/remove_role/{server}");
    adopted(app, admin, &["shop-03", "shop-04"]).await;
    told.note("R2 taken off", &admin.post(&off("shop-03"), json!({})).await);
    told.note("R2 of none", &admin.post(&off("shop-03"), json!({})).await);
    let none = json!({"role": ""});
    told.note(
        "R1 taken off",
        &admin.post("/api/assign_role/shop-04", none).await,
    );
    told.note(
        "R2 of a server that is not there",
        &admin.post(&off("nobody"), json!({})).await,
    );
    for (asked, body) in [
        ("R2 of a role that it has not", json!({"role": "web"})),
        (
            "R2 with a way back that there is not",
            json!({"role": "shop", "uninstall": true}),
        ),
        ("R2 with a way back of no role", json!({"uninstall": true})),
    ] {
        told.note(asked, &admin.post(&off("shop-02"), body).await);
    }
}

async fn several(app: &TestApp, admin: &Client, told: &mut Told) {
    let of = |names: &[&str], role: Value| json!({"server_names": names, "role": role});
    for (asked, body) in [
        ("R3 of no server", of(&[], json!("shop"))),
        ("R3 without a role", json!({"server_names": ["shop-02"]})),
        ("R3 with an empty role", of(&["shop-02"], json!(""))),
        (
            "R3 with a role that is not there",
            of(&["shop-02"], json!("cook")),
        ),
        (
            "R3 of none that is there",
            of(&["nobody", "noone"], json!("shop")),
        ),
        ("R3 of none with an address", of(&["shop-04"], json!("shop"))),
        (
            "R3 of none that can be reached",
            of(&["shop-03", "shop-04"], json!("shop")),
        ),
        (
            "R3 with a text for a port",
            json!({"server_names": ["shop-02"], "role": "shop", "variables": {"port": "high"}}),
        ),
    ] {
        told.note(asked, &admin.post(BULK, body).await);
    }
    app.until("the agent has told its address", async || {
        let brief = admin.get("/api/servers/brief").await.ok();
        brief["servers"]["shop-02"]["ip_addresses"] == json!(["10.77.0.52"])
    })
    .await;
    let all = of(&["shop-02", "shop-03", "shop-04", "nobody"], json!("shop"));
    told.note("R3 given", &admin.post(BULK, all).await);
    adopted(app, admin, &["shop-03"]).await;
    let off = of(&["shop-03", "shop-04", "nobody"], json!("none"));
    told.note("R3 taken off", &admin.post(BULK, off).await);
}

#[tokio::test]
async fn every_row_answers_as_it_was_agreed() {
    let app = app().await;
    let admin = app.client("admin").await;
    let mut told = Told::default();
    one_server(&app, &admin, &mut told).await;
    several(&app, &admin, &mut told).await;
    told.note("R5 of a role", &admin.get("/api/roles/validate/shop").await);
    told.note("R5 of none", &admin.get("/api/roles/validate/cook").await);
    app.grant("nobody", "view_all").await;
    let reader = app.client("nobody").await;
    let web = json!({"role": "web", "server_names": ["shop-01"]});
    for (row, path) in [
        ("R1", "/api/assign_role/shop-01"),
        ("R2", "/api/remove_role/shop-01"),
        ("R3", BULK),
    ] {
        let answer = reader.post(path, web.clone()).await;
        told.note(&format!("{row} without the permission"), &answer);
    }
    assert_json_snapshot!(told.0, {
        ".**.request_id" => "[id]",
        ".**.task_id" => dynamic_redaction(|id, _| if id.is_nil() { id } else { "[id]".into() }),
        ".**.value" => "[secret]",
    });
}

#[tokio::test]
async fn the_catalogue_is_read_in_both_languages() {
    let app = started(None).await;
    let nobody = app.client("nobody").await;
    let english = [("accept-language", "en")];
    let available = nobody.get("/api/roles/available").await.ok();
    assert_json_snapshot!("available", available["roles"]["shop"]);
    for name in ["web", "node_exporter"] {
        let role = &available["roles"][name];
        assert!(
            role["name"].is_string() && role["description"].is_string(),
            "{available}"
        );
    }
    let one = nobody
        .send(Method::GET, "/api/roles/shop", &english, None)
        .await
        .ok();
    assert_eq!(
        (&one["role"]["name"], &one["role"]["variables"][0]["label"]),
        (&json!("Shop"), &json!("Port"))
    );
    let unknown = nobody.get("/api/roles/cook").await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
    );

    let admin = app.client("admin").await;
    let whole = nobody.send(Method::GET, "/api/roles", &english, None).await.ok();
    assert!(
        whole["unable"].as_str().unwrap().contains("ANSIBLE_PLAYBOOK"),
        "{whole}"
    );
    assert!(whole["public_key"].as_str().unwrap().starts_with("ssh-ed25519 "));
    assert_eq!(whole["check_hours"], 24);
    for (body, field) in [(json!({}), "hours"), (json!({"hours": 673}), "hours")] {
        assert_eq!(put(&admin, "/api/roles/checks", body).await.fields(), [field]);
    }
    put(&admin, "/api/roles/checks", json!({"hours": 0})).await.ok();
    assert_eq!(nobody.get("/api/roles").await.ok()["check_hours"], 0);
}

#[tokio::test]
async fn without_ansible_nothing_is_installed_and_the_answer_says_so() {
    let app = started(None).await;
    let admin = app.client("admin").await;
    let role = json!({"role": "shop", "server_names": ["shop-01"]});
    for path in [
        "/api/assign_role/shop-01",
        BULK,
        "/api/servers/shop-01/roles/check",
        "/api/roles/check_bulk",
    ] {
        let refused = admin.post(path, role.clone()).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::CONFLICT, "CONFLICT"),
            "{path}"
        );
        assert!(refused.json().to_string().contains("ansible-playbook"), "{path}");
        let nobody = json!({"role": "shop", "server_names": ["nobody"]});
        let unknown = admin.post(&path.replace("shop-01", "nobody"), nobody).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{path}");
    }
    let config = put(&admin, "/api/server/config/shop-01", json!({"role": "shop"})).await;
    assert_eq!(config.status, StatusCode::CONFLICT, "{}", config.json());
    let new = json!({"name": "shop-09", "memory": 512, "template_vm_id": 9000, "role": "shop"});
    let refused = admin.post("/api/servers", new).await;
    assert_eq!(
        (refused.status, refused.fields()),
        (StatusCode::BAD_REQUEST, vec!["role".to_owned()])
    );
}
