//! Whoever is limited to some servers: the others are not there, in lists, streams, searches and bulk actions.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Answer, Client, PASSWORD, TestApp};
use crate::tasks::until_ended;

fn tagged(vmid: u32, name: &str, tag: &str) -> Value {
    let mut guest = guest(vmid, name, "stopped");
    guest["config"]["tags"] = json!(tag);
    guest
}

async fn app() -> TestApp {
    TestApp::with_lab(vec![
        tagged(501, "shop-web", "shop"),
        tagged(502, "shop-db", "shop;db"),
        tagged(503, "bank-web", "bank"),
    ])
    .await
}

/// A user of this scope who may do what a developer does, and read logs, and change servers.
pub async fn somebody(app: &TestApp, scope: &[&str]) -> Client {
    let new = json!({
        "username": "sam", "password": PASSWORD, "role": "developer", "scope": scope,
        "permissions": ["view_all", "create_server", "manage_servers", "view_logs", "manage_storage", "manage_users", "assign_roles"],
    });
    app.client("admin").await.post("/api/users", new).await.ok();
    app.client("sam").await
}

async fn names(client: &Client) -> Vec<String> {
    let list = client.get("/api/servers").await.ok();
    let servers = list["servers"].as_object().unwrap();
    servers.keys().cloned().collect()
}

fn is_missing(answer: &Answer, what: &str) {
    let (status, code) = (answer.status, answer.code());
    assert_eq!(
        (status, code.as_str()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND"),
        "{what}"
    );
}

#[tokio::test]
async fn lists_show_what_the_scope_covers() {
    let app = app().await;
    let sam = somebody(&app, &["tag:shop"]).await;
    assert_eq!(names(&sam).await, ["shop-db", "shop-web"]);
    let profile = sam.get("/api/profile").await.ok();
    assert_eq!(profile["scope"], json!(["tag:shop"]));
    for path in [
        "/api/servers/brief",
        "/api/all_server_status",
        "/api/servers?search=bank",
        "/api/servers?per_page=50",
    ] {
        let text = sam.get(path).await.ok().to_string();
        assert!(!text.contains("bank-web"), "{path}: {text}");
    }
    let snapshot = sam.post("/rpc/snapshot", json!({})).await.ok().to_string();
    assert!(snapshot.contains("shop-db") && !snapshot.contains("bank-web"));
    let page = json!({"filter": "bank", "sort": {"key": "name", "descending": false}});
    assert_eq!(sam.post("/rpc/first_page", page).await.ok()["total"], 2);
}

#[tokio::test]
async fn what_is_not_covered_is_not_there() {
    let app = app().await;
    let sam = somebody(&app, &["tag:shop"]).await;
    let cases = [
        (Method::GET, "/api/server_status/{}", Value::Null),
        (Method::GET, "/api/server/config/{}", Value::Null),
        (Method::GET, "/api/server/logs/{}", Value::Null),
        (Method::POST, "/api/servers/{}/start", json!({})),
        (Method::DELETE, "/api/servers/{}", Value::Null),
        (Method::PUT, "/api/server/config/{}", json!({"cpu": 1})),
        (Method::POST, "/api/server/disk/{}", json!({"size_gb": 1})),
        (Method::POST, "/api/assign_role/{}", json!({"role": "web"})),
        (Method::POST, "/api/assign_role/{}", json!({"role": "none"})),
        (Method::GET, "/api/servers/{}/roles", Value::Null),
        (Method::POST, "/api/servers/{}/roles/check", json!({})),
        (Method::PUT, "/api/servers/{}/connection", json!({})),
        (Method::DELETE, "/api/servers/{}/host_keys", Value::Null),
    ];
    for (method, path, body) in cases {
        for server in ["bank-web", "lab:503"] {
            let body = Some(body.clone()).filter(|body| !body.is_null());
            let path = path.replace("{}", server);
            let answer = sam.send(method.clone(), &path, &[], body).await;
            is_missing(&answer, &format!("{method} {path}"));
        }
    }
    // Nor is a task in the way of what is not there.
    let admin = app.client("admin").await;
    let started = admin.post("/api/servers/bank-web/start", json!({})).await.ok();
    is_missing(
        &sam.post("/api/servers/lab:503/start", json!({})).await,
        "a task at work",
    );
    let id = started["task_id"].as_str().unwrap();
    is_missing(
        &sam.get(&format!("/api/tasks/{id}")).await,
        "somebody else's task",
    );
    until_ended(&admin, id).await;

    let both = json!({"server_names": ["shop-web", "bank-web"], "action": "start"});
    let acted = sam.post("/api/servers/bulk_action", both).await.json();
    let rejected = acted["rejected"].as_array().unwrap();
    assert_eq!(rejected.len(), 1, "{acted}");
    assert_eq!(rejected[0]["name"], "bank-web");
    let alone = json!({"server_names": ["bank-web"], "action": "stop"});
    is_missing(&sam.post("/api/servers/bulk_action", alone).await, "bulk");
}

#[tokio::test]
async fn tasks_of_others_are_seen_where_their_server_is() {
    let app = app().await;
    let (sam, admin) = (somebody(&app, &["tag:shop"]).await, app.client("admin").await);
    for server in ["shop-web", "bank-web"] {
        let started = admin
            .post(&format!("/api/servers/{server}/start"), json!({}))
            .await
            .ok();
        until_ended(&admin, started["task_id"].as_str().unwrap()).await;
    }
    let list = sam.get("/api/tasks").await.ok();
    let tasks = list["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 1, "{list}");
    assert_eq!(tasks[0]["target"], "shop-web", "{list}");
    assert_eq!(
        admin.get("/api/tasks").await.ok()["tasks"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn streams_tell_of_what_is_covered_and_of_what_comes_into_reach() {
    let app = app().await;
    let (sam, admin) = (somebody(&app, &["tag:shop"]).await, app.client("admin").await);
    let mut servers = sam.stream("/api/servers/status/stream", &[]).await;
    let whole = servers.next().await.unwrap();
    assert_eq!(whole["servers"].as_object().unwrap().len(), 2, "{whole}");
    let mut events = sam.stream("/api/events", &[]).await;

    let tag = async |server: &str, tags: &str| {
        let path = format!("/api/server/config/{server}");
        let answer = admin
            .send(Method::PUT, &path, &[], Some(json!({"tags": tags})))
            .await;
        answer.ok();
    };
    let has = |event: &Value, part: &str, what: &str| event["inventory"][part].to_string().contains(what);
    // What happens out of reach comes before, and is not told.
    tag("bank-web", "bank,other").await;
    tag("shop-web", "shop,other").await;
    let before = std::cell::Cell::new(false);
    events
        .until(|event| {
            before.set(before.get() || event.to_string().contains("bank-web"));
            has(event, "upsert", "shop-web")
        })
        .await;
    assert!(!before.get());

    tag("bank-web", "bank,shop").await;
    let event = servers
        .until(|event| event["servers"]["bank-web"].is_object())
        .await;
    assert_eq!(event["snapshot"], false);
    events.until(|event| has(event, "upsert", "bank-web")).await;

    tag("bank-web", "bank").await;
    servers
        .until(|event| event["removed"] == json!(["bank-web"]))
        .await;
    events.until(|event| has(event, "removed", "lab:503")).await;
}

#[tokio::test]
async fn a_new_scope_holds_at_once_on_open_sessions_and_streams() {
    let app = app().await;
    let (sam, admin) = (somebody(&app, &["tag:shop"]).await, app.client("admin").await);
    assert_eq!(names(&sam).await.len(), 2);
    let mut events = sam.stream("/api/events", &[]).await;
    let change = async |scope: Value| {
        let body = Some(json!({"scope": scope}));
        admin.send(Method::PUT, "/api/users/sam", &[], body).await
    };
    change(json!(["name:*-web"])).await.ok();
    assert_eq!(names(&sam).await, ["bank-web", "shop-web"]);
    events.until(|event| *event == json!("resync")).await;

    let wrong = change(json!(["owner:me"])).await;
    assert_eq!(
        (wrong.status, wrong.fields()),
        (StatusCode::BAD_REQUEST, vec!["scope".to_owned()])
    );
    let admins = json!({"scope": ["tag:shop"]});
    let wrong = admin
        .send(Method::PUT, "/api/users/admin", &[], Some(admins))
        .await;
    assert_eq!(
        (wrong.status, wrong.fields()),
        (StatusCode::BAD_REQUEST, vec!["scope".to_owned()])
    );
    change(json!([])).await.ok();
    assert!(names(&sam).await.len() > 3);
    let audit = admin.get("/api/audit?action=user.change").await.ok();
    let scope = &audit["audit"][0]["changes"]["scope"];
    assert_eq!(scope, &json!({"before": ["name:*-web"], "after": []}), "{audit}");
}

#[tokio::test]
async fn nobody_makes_or_grants_what_they_do_not_reach() {
    let app = app().await;
    let sam = somebody(&app, &["tag:shop", "name:shop-*"]).await;
    let new = |name: &str, tags: Value| json!({"name": name, "cpu": 1, "memory": 512, "template_vm_id": 9000, "tags": tags});
    let refused = sam.post("/api/servers", new("bank-db", json!([]))).await;
    assert_eq!(
        (refused.status, refused.fields()),
        (StatusCode::BAD_REQUEST, vec!["name".to_owned()])
    );
    let made = sam.post("/api/servers", new("shop-cache", json!([]))).await.ok();
    let end = until_ended(&sam, made["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    assert!(names(&sam).await.contains(&"shop-cache".to_owned()));

    let user = |scope: Value| {
        json!({
            "username": "eve", "password": PASSWORD, "role": "viewer", "permissions": ["view_all"], "scope": scope,
        })
    };
    for wider in [json!([]), json!(["tag:bank"]), json!(["tag:shop", "tag:bank"])] {
        let refused = sam.post("/api/users", user(wider.clone())).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "PERMISSION_DENIED"),
            "{wider}"
        );
    }
    sam.post("/api/users", user(json!(["tag:shop"]))).await.ok();
    // What concerns all servers is not for whoever reaches some.
    for (method, path) in [
        (Method::GET, "/api/audit"),
        (Method::GET, "/api/cleanup/failed-servers"),
        (Method::GET, "/api/cleanup/orphan-disks"),
        (Method::POST, "/api/sync_servers"),
        (Method::POST, "/api/datastores/default"),
    ] {
        let body = (method == Method::POST).then(|| json!({}));
        let refused = sam.send(method, path, &[], body).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "PERMISSION_DENIED"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_token_reaches_what_it_and_its_owner_reach() {
    let app = app().await;
    let (sam, admin) = (somebody(&app, &["tag:shop"]).await, app.client("admin").await);
    let new = json!({"name": "script", "scope": ["name:*-web"]});
    let made = sam.post("/api/tokens", new).await.ok();
    assert_eq!(made["item"]["scope"], json!(["name:*-web"]));
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let nobody = app.anonymous();
    let seen = async || {
        let headers = [("authorization", bearer.as_str())];
        let list = nobody
            .send(Method::GET, "/api/servers", &headers, None)
            .await
            .ok();
        let servers = list["servers"].as_object().unwrap();
        servers.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(seen().await, ["shop-web"]);
    let change = Some(json!({"scope": ["tag:bank"]}));
    admin.send(Method::PUT, "/api/users/sam", &[], change).await.ok();
    assert_eq!(seen().await, ["bank-web"], "as its owner reaches them now");
}

#[tokio::test]
async fn why_not_says_that_the_scope_is_missing_and_not_whether_the_server_is_there() {
    let app = app().await;
    let sam = somebody(&app, &["tag:shop"]).await;
    let ask = async |server: &str| {
        let path = format!("/api/access/explain?action=start&server={server}");
        let headers = [("accept-language", "en")];
        sam.send(Method::GET, &path, &headers, None).await.ok()
    };
    let there = ask("shop-web").await;
    assert_eq!(there["allowed"], true, "{there}");
    for server in ["bank-web", "no-such-server"] {
        let answer = ask(server).await;
        assert_eq!(
            (&answer["allowed"], &answer["granted_by"]),
            (&json!(false), &json!(["admin"]))
        );
        let reason = answer["reason"].as_str().unwrap();
        assert!(reason.contains(server) && reason.contains("tag:shop"), "{reason}");
    }
}

#[tokio::test]
async fn what_is_made_and_changed_stays_in_reach() {
    let app = app().await;
    let sam = somebody(&app, &["tag:shop", "node:pve2"]).await;
    // pve2 is chosen of the nodes, whichever has more room: only there it is within reach.
    let plan = json!({"request": {
        "name": "anything", "cluster": null, "node": null, "template": 8000, "os_type": null, "cores": 1,
        "memory_mb": 512, "disks": [], "nics": [], "username": null, "password": null, "ssh_keys": null,
        "description": null, "tags": [],
    }});
    let planned = sam.post("/rpc/plan_server", plan).await.ok();
    assert_eq!(
        (&planned["node"], &planned["problems"]),
        (&json!("pve2"), &json!({})),
        "{planned}"
    );

    let change = async |server: &str, change: Value| {
        let path = format!("/api/server/config/{server}");
        sam.send(Method::PUT, &path, &[], Some(change)).await
    };
    let refused = change("shop-web", json!({"tags": "bank"})).await;
    assert_eq!(
        (refused.status, refused.fields()),
        (StatusCode::BAD_REQUEST, vec!["tags".to_owned()])
    );
    change("shop-web", json!({"tags": "shop,bank"})).await.ok();
}

#[tokio::test]
async fn who_has_an_address_out_of_reach_is_not_told() {
    let mut taken = tagged(504, "bank-db", "bank");
    taken["config"]["ipconfig0"] = json!("ip=10.77.0.50/24");
    taken["config"]["net0"] = json!("virtio,bridge=vmbr0");
    taken["config"]["agent"] = json!("1");
    taken["status"] = json!("running");
    taken["addresses"] = json!(["10.77.0.50"]);
    let app = TestApp::with_lab(vec![tagged(501, "shop-web", "shop"), taken]).await;
    let sam = somebody(&app, &["tag:shop"]).await;
    let adopt = json!({"adopt": ["lab:504"]});
    app.client("admin")
        .await
        .post("/api/sync_servers", adopt)
        .await
        .ok();
    let new = json!({
        "name": "shop-new", "cpu": 1, "memory": 512, "template_vm_id": 9000, "tags": ["shop"],
        "network_devices": [{"bridge": "vmbr0", "ip_address": "10.77.0.50", "subnet": "24"}],
    });
    let refused = sam.post("/api/servers", new).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let said = refused.json().to_string();
    assert!(said.contains("10.77.0.50") && !said.contains("bank-db"), "{said}");
}

#[tokio::test]
async fn a_token_does_nothing_to_its_owners_account() {
    let app = app().await;
    let sam = somebody(&app, &["tag:shop"]).await;
    let made = sam.post("/api/tokens", json!({"name": "script"})).await.ok();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    let script = app.anonymous();
    for (method, path, body) in [
        (
            Method::POST,
            "/api/users/sam/password",
            json!({"new_password": "another horse entirely", "confirm_password": "another horse entirely"}),
        ),
        (Method::PUT, "/api/users/sam", json!({"email": "eve@example.org"})),
        (Method::DELETE, "/api/users/sam/sessions", json!({})),
        (
            Method::DELETE,
            "/api/users/sam/sessions/00000000-0000-0000-0000-000000000000",
            json!({}),
        ),
        (
            Method::DELETE,
            "/api/users/sam/tokens/00000000-0000-0000-0000-000000000000",
            json!({}),
        ),
        (Method::POST, "/rpc/sign_out_everywhere", json!({})),
        (Method::POST, "/api/tokens", json!({"name": "another"})),
    ] {
        let refused = script.send(method, path, &headers, Some(body)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    sam.get("/api/profile").await.ok();
}

#[tokio::test]
async fn tasks_of_a_guest_that_had_the_id_before_are_not_shown() {
    let app = app().await;
    let (sam, admin) = (somebody(&app, &["tag:shop"]).await, app.client("admin").await);
    let done = async |path: &str| {
        let begun = admin.post(path, json!({})).await.ok();
        let id = begun["task_id"].as_str().unwrap().to_owned();
        until_ended(&admin, &id).await;
        id
    };
    let started = done("/api/servers/bank-web/start").await;
    done("/api/servers/bank-web/delete").await;
    app.lab()
        .add_guest(tagged(503, "shop-new", "shop"))
        .await
        .unwrap();
    app.until("the new guest is seen", async || {
        names(&sam).await.contains(&"shop-new".to_owned())
    })
    .await;
    is_missing(
        &sam.get(&format!("/api/tasks/{started}")).await,
        "a task of another guest",
    );
    assert_eq!(sam.get("/api/tasks").await.ok()["tasks"], json!([]));
    let own = done("/api/servers/shop-new/start").await;
    sam.get(&format!("/api/tasks/{own}")).await.ok();
}
