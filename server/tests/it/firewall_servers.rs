//! Which server has which firewall group, the card and the check, and new servers.

use axum::http::StatusCode;
use drover_types::ids::GuestId;
use pve_client::{FirewallOf, FirewallRuleSpec, GuestKind, RulesOf};
use serde_json::json;

use crate::firewall::{app, proxmox, put, with_groups};
use crate::support::TestApp;

fn node_of(app: &TestApp, vmid: u32) -> String {
    app.drover
        .inventory
        .guest(&GuestId::new("lab", vmid))
        .unwrap()
        .node
}

/// A guest's list as Proxmox has it: groups by name, other rules by port.
pub async fn list(app: &TestApp, vmid: u32) -> Vec<String> {
    let node = node_of(app, vmid);
    let rules = proxmox(app)
        .guest_firewall_rules(GuestKind::Qemu, &node, vmid)
        .await
        .unwrap();
    rules
        .into_iter()
        .map(|rule| match rule.spec.group_name() {
            Some(group) if rule.spec.enable => group.to_owned(),
            Some(group) => format!("{group} off"),
            None => rule.spec.dport.unwrap_or_default(),
        })
        .collect()
}

async fn own_rule(app: &TestApp, vmid: u32, rule: &FirewallRuleSpec) {
    let node = node_of(app, vmid);
    let of = FirewallOf::Guest {
        kind: GuestKind::Qemu,
        node: &node,
        vmid,
    };
    proxmox(app)
        .add_firewall_rule(RulesOf::Firewall(of), rule)
        .await
        .unwrap();
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn groups_replace_one_another_and_leave_others_alone() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web", "ssh", "db", "foreign"]).await;
    let own = FirewallRuleSpec {
        direction: Some("in".into()),
        action: Some("ACCEPT".into()),
        enable: true,
        proto: Some("tcp".into()),
        dport: Some("9100".into()),
        ..FirewallRuleSpec::default()
    };
    own_rule(&app, 501, &FirewallRuleSpec::group("foreign")).await;
    own_rule(&app, 501, &own).await;
    let both = json!({"firewall_groups": ["web", "ssh"]});
    let done = admin.post("/api/apply_security_group/sample-01", both).await.ok();
    assert_eq!(
        (&done["firewall_group"], &done["firewall_groups"], &done["status"]),
        (&json!("web"), &json!(["web", "ssh"]), &json!("completed")),
        "{done}"
    );
    assert!(
        done["warnings"][0].is_string(),
        "the cluster's switch is off: {done}"
    );
    assert_eq!(list(&app, 501).await, ["web", "ssh", "9100", "foreign"]);

    let card = admin.get("/api/firewall/servers/sample-01").await.ok();
    let card = &card["firewall"];
    assert_eq!(
        (&card["guest_enabled"], &card["cluster_enabled"]),
        (&json!(true), &json!(false)),
        "{card}"
    );
    assert!(
        card["nics"]
            .as_array()
            .unwrap()
            .iter()
            .all(|nic| nic["enabled"] == json!(true)),
        "{card}"
    );
    assert_eq!(card["chain"].as_array().unwrap().len(), 4);
    assert_eq!(card["filtered"], json!(false));
    let node = node_of(&app, 501);
    let of = FirewallOf::Guest {
        kind: GuestKind::Qemu,
        node: &node,
        vmid: 501,
    };
    assert_eq!(
        proxmox(&app).firewall_options(of).await.unwrap().flag("enable"),
        Some(true)
    );

    // Two are replaced by one, by the alias of the address.
    admin
        .post(
            "/api/assign_firewall_group/sample-01",
            json!({"firewall_group": "db"}),
        )
        .await
        .ok();
    assert_eq!(list(&app, 501).await, ["db", "9100", "foreign"]);
    let listed = admin.get("/api/servers/brief").await.ok();
    assert!(
        listed.to_string().contains(r#""firewall_group":"db""#),
        "{listed}"
    );
    let groups = admin.get("/api/firewall/groups/db").await.ok();
    assert_eq!(groups["group"]["servers"], json!(["lab:501"]));

    let refused = admin.delete("/api/firewall/groups/db").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::CONFLICT, "CONFLICT")
    );
    assert_eq!(refused.json()["details"]["servers"], json!(["sample-01"]));
    // Renamed, it is still the one to be taken away.
    put(&admin, "/api/firewall/groups/db", json!({"name": "data"}))
        .await
        .ok();
    assert_eq!(list(&app, 501).await, ["data", "9100", "foreign"]);
    let removed = admin
        .post("/api/remove_firewall_group/sample-01", json!({}))
        .await
        .ok();
    assert_eq!(removed["firewall_groups"], json!([]), "{removed}");
    assert_eq!(list(&app, 501).await, ["9100", "foreign"]);
    let card = admin.get("/api/firewall/servers/sample-01").await.ok();
    assert_eq!(
        card["firewall"]["nics"][0]["enabled"],
        json!(true),
        "a NIC stays as it is"
    );

    admin
        .post(
            "/api/apply_security_group/sample-01",
            json!({"security_group": "data"}),
        )
        .await
        .ok();
    let gone = admin.delete("/api/firewall/groups/data?force=true").await.ok();
    assert_eq!(gone["servers"], json!(["sample-01"]), "{gone}");
    assert_eq!(list(&app, 501).await, ["9100", "foreign"]);
    assert_eq!(
        admin.get("/api/firewall/groups/data").await.status,
        StatusCode::NOT_FOUND
    );
    let unknown = admin.post("/api/remove_firewall_group/nobody", json!({})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refusal_of_proxmox_is_no_success() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web"]).await;
    let one = json!({"security_group": "web"});
    admin
        .post("/api/apply_security_group/sample-02", one.clone())
        .await
        .ok();
    let refuse = |method: &str, vmid: u32| {
        json!({
            "match": {"method": method, "path": format!("/qemu/{vmid}/firewall/rules")},
            "action": "status", "status": 500, "message": "unable to open file", "count": null,
        })
    };
    app.lab().fault(refuse("DELETE", 502)).await.unwrap();
    let answer = admin
        .post("/api/remove_firewall_group/sample-02", json!({}))
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::BAD_GATEWAY, "UPSTREAM_REFUSED"),
        "{}",
        answer.json()
    );
    assert_eq!(list(&app, 502).await, ["web"]);
    app.lab().clear_faults().await.unwrap();

    app.lab().fault(refuse("POST", 501)).await.unwrap();
    let names = json!(["sample-01", "sample-02", "sample-03", "nobody"]);
    let body = json!({"server_names": names, "security_group": "web"});
    let answer = admin.post("/api/firewall/assign_bulk", body.clone()).await.ok();
    assert_eq!(
        answer["summary"],
        json!({"total": 4, "success": 2, "failed": 2, "running": 0}),
        "{answer}"
    );
    assert_eq!(answer["status"], "partial");
    assert_eq!(answer["failed_servers"], json!(["nobody", "sample-01"]));
    assert_eq!(list(&app, 501).await, Vec::<String>::new());
    assert_eq!(list(&app, 503).await, ["web"]);
    let body = json!({"server_names": ["sample-01"], "security_group": "web"});
    let all = admin.post("/api/firewall/assign_bulk", body).await;
    assert_eq!(
        (all.status, all.code().as_str()),
        (StatusCode::BAD_GATEWAY, "UPSTREAM_REFUSED")
    );
    app.lab().clear_faults().await.unwrap();

    let body = json!({"server_names": ["nobody", "noone"], "security_group": "web"});
    let unknown = admin.post("/api/firewall/assign_bulk", body).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let body = json!({"server_names": ["sample-01", "sample-02", "sample-03"], "security_group": "none"});
    let none = admin.post("/api/firewall/assign_bulk", body).await.ok();
    assert_eq!(none["summary"]["success"], 3, "{none}");
    assert_eq!(list(&app, 503).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_cluster_is_switched_on_only_when_asked_and_the_check_names_the_rule() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web"]).await;
    let rules = "/api/firewall/groups/web/rules";
    admin
        .post(
            rules,
            json!({"action": "ACCEPT", "port": "443", "source": "10.0.0.0/8"}),
        )
        .await
        .ok();
    admin
        .post(
            "/api/apply_security_group/sample-01",
            json!({"security_group": "web"}),
        )
        .await
        .ok();
    let check = async |port: u16| {
        let path = format!("/api/firewall/check?server=sample-01&protocol=tcp&port={port}&peer=10.0.0.5");
        admin.get(&path).await.ok()
    };
    assert_eq!(check(443).await["verdict"]["outcome"], "not_filtered");
    let options = admin.get("/api/firewall/cluster").await.ok();
    assert_eq!(options["options"]["enabled"], json!(false));
    let nothing = put(&admin, "/api/firewall/cluster", json!({})).await;
    assert_eq!(nothing.fields(), ["enabled"]);
    let on = put(&admin, "/api/firewall/cluster", json!({"enabled": true}))
        .await
        .ok();
    assert_eq!(on["options"]["enabled"], json!(true), "{on}");
    let card = admin.get("/api/firewall/servers/sample-01").await.ok();
    assert_eq!(
        (&card["firewall"]["filtered"], &card["firewall"]["off"]),
        (&json!(true), &json!([])),
        "{card}"
    );
    let passes = check(443).await;
    assert_eq!(passes["passes"], json!(true), "{passes}");
    assert_eq!(passes["verdict"]["because"]["group"], "web", "{passes}");
    let dropped = check(22).await;
    assert_eq!(dropped["verdict"]["outcome"], "dropped", "{dropped}");
    let wrong = admin
        .get("/api/firewall/check?server=sample-01&port=22&peer=nobody")
        .await;
    assert_eq!(wrong.fields(), ["peer"]);
}

#[tokio::test]
async fn a_new_server_is_filtered_before_it_starts() {
    let app = app().await;
    let admin = app.client("admin").await;
    let body = |group: &str| {
        json!({
            "name": "shop-01", "cpu": 1, "memory": 512, "template_vm_id": 9000, "firewall_group": group,
            "network_devices": [{"bridge": "vmbr0"}],
        })
    };
    let refused = admin.post("/api/servers", body("web")).await;
    assert_eq!(refused.fields(), ["firewall_groups"]);
    with_groups(&admin, &["web"]).await;
    let start = json!({"match": {"method": "POST", "path": "/status/start$"}, "action": "hold_before"});
    app.lab().fault(start).await.unwrap();
    let made = admin.post("/api/servers", body("web")).await.ok();
    let wait = std::time::Duration::from_secs(20);
    let held = app
        .lab()
        .wait_for_hold("/status/start$", drover_lab::HoldState::Held, wait)
        .await
        .unwrap();
    let task = admin
        .get(&format!("/api/tasks/{}", made["task_id"].as_str().unwrap()))
        .await
        .ok();
    let card = admin.get("/api/firewall/servers/shop-01").await.ok();
    assert_eq!(card["firewall"]["chain"][0]["group"], "web", "{card} {task}");
    assert_eq!(card["firewall"]["guest_enabled"], json!(true));
    app.lab().release(held[0].id).await.unwrap();
    let end = crate::tasks::until_ended(&admin, made["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
}

#[tokio::test]
async fn a_form_that_is_sent_back_takes_no_group_away() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web", "ssh"]).await;
    let both = json!({"firewall_groups": ["web", "ssh"]});
    admin.post("/api/apply_security_group/sample-01", both).await.ok();
    let config = "/api/server/config/sample-01";
    let form = json!({"firewall_group": "web", "description": "the shop"});
    let saved = put(&admin, config, form.clone()).await.ok();
    assert_eq!(saved["firewall_task_id"], json!(null), "{saved}");
    assert_eq!(list(&app, 501).await, ["web", "ssh"]);
    // Taken away by somebody else, it comes back, and the other stays.
    let node = node_of(&app, 501);
    let of = RulesOf::Firewall(FirewallOf::Guest {
        kind: GuestKind::Qemu,
        node: &node,
        vmid: 501,
    });
    proxmox(&app).delete_firewall_rule(of, 0, None).await.unwrap();
    assert_eq!(list(&app, 501).await, ["ssh"]);
    let saved = put(&admin, config, form).await.ok();
    assert!(saved["firewall_task_id"].is_string(), "{saved}");
    assert_eq!(list(&app, 501).await, ["web", "ssh"]);
    put(&admin, config, json!({"firewall_group": "ssh"})).await.ok();
    assert_eq!(list(&app, 501).await, ["ssh"]);
}

#[tokio::test]
async fn what_a_refusal_left_out_is_not_on_record() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web", "ssh"]).await;
    let one = json!({"security_group": "ssh"});
    admin.post("/api/apply_security_group/sample-01", one).await.ok();
    let refusal = json!({
        "match": {"method": "POST", "path": "/qemu/501/firewall/rules"},
        "action": "status", "status": 500, "message": "unable to open file", "count": null,
    });
    app.lab().fault(refusal).await.unwrap();
    let web = json!({"security_group": "web"});
    let refused = admin
        .post("/api/apply_security_group/sample-01", web.clone())
        .await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY, "{}", refused.json());
    let recorded = async || {
        let guest = GuestId::new("lab", 501);
        app.drover.firewall.assigned_to(&guest).await.unwrap()
    };
    assert_eq!(recorded().await, ["ssh"]);
    assert_eq!(list(&app, 501).await, ["ssh"]);
    let form = json!({"firewall_group": "web"});
    let again = put(&admin, "/api/server/config/sample-01", form.clone()).await;
    assert_eq!(again.status, StatusCode::BAD_GATEWAY, "{}", again.json());
    app.lab().clear_faults().await.unwrap();
    put(&admin, "/api/server/config/sample-01", form).await.ok();
    assert_eq!(recorded().await, ["web"]);
    assert_eq!(list(&app, 501).await, ["web"]);
}

#[tokio::test]
async fn what_can_not_be_read_afterwards_is_a_warning() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web"]).await;
    // Once for the task, and again for the answer.
    let silent = json!({
        "match": {"method": "GET", "path": "/cluster/firewall/options"},
        "action": "status", "status": 500, "message": "unable to open file", "count": null, "skip": 1,
    });
    app.lab().fault(silent).await.unwrap();
    let web = json!({"security_group": "web"});
    let done = admin.post("/api/apply_security_group/sample-01", web).await.ok();
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!(done["warnings"].as_array().unwrap().len(), 1, "{done}");
    assert_eq!(list(&app, 501).await, ["web"]);
}

#[tokio::test]
async fn a_server_without_groups_is_switched_and_its_policies_are_set() {
    let app = app().await;
    let admin = app.client("admin").await;
    let path = "/api/firewall/servers/sample-01";
    let digest = admin.get(path).await.ok()["firewall"]["options"]["digest"].clone();
    let change = json!({"enabled": true, "policy_out": "REJECT", "log_in": "info", "digest": digest});
    let saved = put(&admin, path, change.clone()).await.ok();
    assert_eq!(
        (
            &saved["options"]["enabled"],
            &saved["options"]["policy_out"],
            &saved["options"]["log_in"],
            &saved["options"]["policy_in"],
        ),
        (&json!(true), &json!("REJECT"), &json!("info"), &json!(null)),
        "{saved}"
    );
    let node = node_of(&app, 501);
    let of = FirewallOf::Guest {
        kind: GuestKind::Qemu,
        node: &node,
        vmid: 501,
    };
    let there = proxmox(&app).firewall_options(of).await.unwrap();
    assert_eq!(
        (
            there.flag("enable"),
            there.get("policy_out"),
            there.get("log_level_in")
        ),
        (Some(true), Some("REJECT"), Some("info"))
    );
    let late = put(&admin, path, change).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.json());
    assert_eq!(late.json()["details"]["current"]["policy_out"], "REJECT");
    assert_eq!(put(&admin, path, json!({})).await.fields(), ["enabled"]);
    let off = put(&admin, path, json!({"enabled": false})).await.ok();
    assert_eq!(off["options"]["enabled"], json!(false));

    // Put in force, with the network devices, though there is no group.
    let force = json!({"firewall_groups": [], "expected_groups": []});
    admin
        .post("/api/apply_security_group/sample-01", force)
        .await
        .ok();
    let card = admin.get(path).await.ok()["firewall"].clone();
    assert_eq!(card["guest_enabled"], json!(true), "{card}");
    assert_eq!(card["nics"][0]["enabled"], json!(true), "{card}");
    // To take the groups off switches nothing on.
    put(&admin, path, json!({"enabled": false})).await.ok();
    admin
        .post("/api/remove_firewall_group/sample-01", json!({}))
        .await
        .ok();
    let card = admin.get(path).await.ok()["firewall"].clone();
    assert_eq!(card["guest_enabled"], json!(false), "{card}");

    app.grant("nobody", "view_all").await;
    let reader = app.client("nobody").await;
    let refused = put(&reader, path, json!({"enabled": true})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn of_several_new_servers_each_gets_its_groups_and_one_that_is_not_there_leaves_its_row_out() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web", "ssh"]).await;
    let row = |name: &str, groups: serde_json::Value| {
        json!({
            "name": name, "cpu": 1, "memory": 512, "template_vm_id": 9000, "firewall_groups": groups,
            "network_devices": [{"bridge": "vmbr0"}],
        })
    };
    let rows = [
        row("job-01", json!(["web", "ssh"])),
        row("job-02", json!(["nothing"])),
        row("job-03", json!([])),
    ];
    let made = admin
        .post("/api/create_servers_bulk", json!({"servers": rows}))
        .await
        .ok();
    assert!(made["tasks"]["job-02"].is_null(), "{made}");
    assert!(made.to_string().contains("firewall_groups"), "{made}");
    let end = crate::tasks::until_ended(&admin, made["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    for (name, groups, is_on) in [
        ("job-01", json!(["web", "ssh"]), true),
        ("job-03", json!([]), false),
    ] {
        let card = admin.get(&format!("/api/firewall/servers/{name}")).await.ok();
        let card = &card["firewall"];
        assert_eq!(
            (&card["given"], &card["guest_enabled"]),
            (&groups, &json!(is_on)),
            "{card}"
        );
    }
}
