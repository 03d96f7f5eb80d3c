//! Roles on servers: how Drover signs in, a run to its end, who may take them off, new servers, and the configuration.

use std::time::Duration;

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::roles::{adopted, app, put};
use crate::tasks::until_ended;

#[tokio::test]
async fn how_drover_signs_in_is_set_by_hand_and_a_run_is_followed_to_its_end() {
    let app = app().await;
    let admin = app.client("admin").await;
    let connection = "/api/servers/shop-01/connection";
    let wrong = json!({"address": "-oProxyCommand=x", "user": "a b", "port": 0});
    assert_eq!(
        put(&admin, connection, wrong).await.fields(),
        ["address", "port", "user"]
    );
    assert_eq!(
        put(&admin, connection, json!({"port": "ssh"})).await.fields(),
        ["port"]
    );
    let set = json!({"address": "127.0.0.1", "user": " ops ", "port": 1});
    put(&admin, connection, set).await.ok();
    let keys = admin.delete("/api/servers/shop-01/host_keys").await;
    assert_eq!(
        (keys.status, keys.code().as_str()),
        (StatusCode::CONFLICT, "CONFLICT"),
        "none are known yet"
    );
    let bare = admin.post("/api/servers/shop-01/roles/check", json!({})).await;
    assert_eq!(bare.status, StatusCode::CONFLICT, "{}", bare.json());
    let names = json!({"server_names": ["shop-01"]});
    let bare = admin.post("/api/roles/check_bulk", names).await;
    assert_eq!(bare.status, StatusCode::CONFLICT, "{}", bare.json());

    let role = json!({"role": "shop"});
    let queued = admin.post("/api/assign_role/shop-01", role).await.ok();
    let task = queued["task_id"].as_str().unwrap();
    let again = admin
        .post("/api/assign_role/shop-01", json!({"role": "web"}))
        .await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (StatusCode::CONFLICT, "CONFLICT_IN_PROGRESS")
    );
    let end = until_ended(&admin, task).await;
    assert_eq!(end["state"], "partial", "{end}");
    assert!(
        end["warnings"][0].as_str().unwrap().contains("127.0.0.1"),
        "{end}"
    );

    let roles = admin.get("/api/servers/shop-01/roles").await.ok();
    assert_eq!(
        (
            &roles["connection"]["set"],
            &roles["roles"][0]["role"],
            &roles["roles"][0]["state"],
            &roles["roles"][0]["variables"],
        ),
        (
            &json!({"address": "127.0.0.1", "user": "ops", "port": 1}),
            &json!("shop"),
            &json!("failed"),
            &json!({"port": 8080}),
        ),
        "{roles}"
    );
    let standings = admin.get("/api/roles/standings").await.ok();
    assert_eq!(
        (&standings["standings"][0]["server"], &standings["truncated"]),
        (&json!("shop-01"), &json!(false))
    );
    // The lists follow what is on record.
    let follows = async {
        while admin.get("/api/servers/brief").await.ok()["servers"]["shop-01"]["role"] != "shop" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), follows)
        .await
        .unwrap();

    let checked = admin
        .post("/api/servers/shop-01/roles/check", json!({"role": "shop"}))
        .await
        .ok();
    until_ended(&admin, checked["task_id"].as_str().unwrap()).await;
    let names = json!({"server_names": ["shop-01", "shop-02"]});
    let checked = admin.post("/api/roles/check_bulk", names).await.ok();
    assert_eq!(
        (&checked["accepted"][0]["name"], &checked["rejected"][0]["name"]),
        (&json!("shop-01"), &json!("shop-02"))
    );
    until_ended(&admin, checked["task_id"].as_str().unwrap()).await;
    let off = admin.post("/api/remove_role/shop-01", json!({})).await.ok();
    assert_eq!(
        (&off["task_id"], &off["status"]),
        (&Value::Null, &json!("completed"))
    );
    let roles = admin.get("/api/servers/shop-01/roles").await.ok();
    assert_eq!(roles["roles"], json!([]));
}

#[tokio::test]
async fn taking_off_needs_less_than_giving() {
    let app = app().await;
    let admin = app.client("admin").await;
    adopted(&app, &admin, &["shop-01", "shop-02"]).await;
    app.grant("viewer", "assign_roles").await;
    app.grant("nobody", "remove_role").await;
    let (gives, takes) = (app.client("viewer").await, app.client("nobody").await);
    let shop = json!({"role": "shop"});
    let refused = takes.post("/api/assign_role/shop-01", shop).await;
    assert_eq!(refused.code(), "PERMISSION_DENIED");
    let none = json!({"role": "none"});
    gives.post("/api/assign_role/shop-01", none.clone()).await.ok();
    let refused = gives.post("/api/remove_role/shop-02", json!({})).await;
    assert_eq!(refused.code(), "PERMISSION_DENIED");
    takes.post("/api/assign_role/shop-02", none).await.ok();
}

#[tokio::test]
async fn a_server_is_made_with_its_roles() {
    let app = app().await;
    let admin = app.client("admin").await;
    let body = |roles: Value| {
        let mut body = json!({
            "name": "shop-09", "cpu": 1, "memory": 512, "template_vm_id": 9000,
            "network_devices": [{"bridge": "vmbr0"}],
        });
        let more = roles.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        body
    };
    for (roles, field) in [
        (json!({"role": "cook"}), "role"),
        (json!({"role": "../web"}), "role"),
        (
            json!({"role": "web", "roles": [{"role": "cook"}]}),
            "roles[0].role",
        ),
        (
            json!({"role": "web", "roles": [{"role": "shop", "variables": {"port": "high"}}]}),
            "roles[0].variables.port",
        ),
        (
            json!({"roles": [{"role": "shop"}, {"role": "shop"}]}),
            "roles[1].role",
        ),
        (json!({"node_exporter": "maybe"}), "node_exporter"),
    ] {
        let refused = admin.post("/api/servers", body(roles.clone())).await;
        assert_eq!(refused.fields(), [field], "{roles}");
        let row = json!({"servers": [body(roles.clone())], "all_or_nothing": true});
        let refused = admin.post("/api/create_servers_bulk", row).await;
        assert_eq!(refused.fields(), [format!("servers[0].{field}")], "{roles}");
    }
    let mut good = body(json!({"role": "shop", "node_exporter": true}));
    good["name"] = json!("shop-08");
    let rows = json!({"servers": [body(json!({"role": "cook"})), good]});
    let made = admin.post("/api/create_servers_bulk", rows).await.ok();
    assert_eq!(
        (&made["accepted"], &made["generated"][0]["server"]),
        (&json!(["shop-08"]), &json!("shop-08")),
        "{made}"
    );
    assert!(made["rejected"][0]["fields"]["role"].is_string(), "{made}");
    let roles = json!({"role": "shop", "roles": [{"role": "web", "variables": {"port": 8081}}]});
    let made = admin.post("/api/servers", body(roles)).await;
    assert_json_snapshot!("made", made.told(), {
        ".body.task_id" => "[id]", ".body.generated[].value" => "[secret]",
    });
}

#[tokio::test]
async fn a_form_that_is_sent_back_installs_nothing() {
    let app = app().await;
    let admin = app.client("admin").await;
    adopted(&app, &admin, &["shop-01"]).await;
    let config = |server: &str| format!("/api/server/config/{server}");
    let form = json!({"role": "web", "description": "the shop"});
    let saved = put(&admin, &config("shop-01"), form).await.ok();
    assert_eq!(
        (&saved["role_task_id"], &saved["warnings"]),
        (&Value::Null, &json!([])),
        "{saved}"
    );
    let unknown = put(
        &admin,
        &config("shop-01"),
        json!({"role": "cook", "description": "x"}),
    )
    .await;
    assert_eq!(unknown.fields(), ["role"]);
    let read = admin.get(&config("shop-01")).await.ok();
    assert_eq!(read["data"]["description"], "the shop", "nothing was changed");

    let off = put(&admin, &config("shop-03"), json!({"role": "shop"})).await;
    assert_eq!(off.status, StatusCode::CONFLICT, "{}", off.json());
    let both = json!({"role": "shop", "description": "off"});
    let saved = put(&admin, &config("shop-03"), both).await.ok();
    assert_eq!(
        (&saved["warnings"], &saved["data"]),
        (&json!(["role"]), &json!({"description": "off"})),
        "{saved}"
    );
    assert!(
        saved["role_error"].as_str().unwrap().contains("shop-03"),
        "{saved}"
    );

    let given = put(&admin, &config("shop-01"), json!({"role": "shop"}))
        .await
        .ok();
    assert!(given["role_task_id"].is_string(), "{given}");
    assert_eq!(given["generated"][0]["variable"], "password", "{given}");
    app.grant("viewer", "manage_server").await;
    let manager = app.client("viewer").await;
    let refused = put(&manager, &config("shop-02"), json!({"role": "shop"})).await;
    assert_eq!(refused.code(), "PERMISSION_DENIED");
}
