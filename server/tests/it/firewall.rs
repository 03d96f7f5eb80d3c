//! Firewall groups and their rules, sets and aliases.

use axum::http::{Method, StatusCode};
use pve_client::{Client as Proxmox, RulesOf};
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Answer, Client, TestApp};

pub async fn put(client: &Client, path: &str, body: Value) -> Answer {
    client.send(Method::PUT, path, &[], Some(body)).await
}

pub async fn app() -> TestApp {
    let with_nic = |vmid: u32, name: &str| {
        let mut guest = guest(vmid, name, "stopped");
        guest["config"]["net0"] = json!(format!("virtio=BC:24:11:00:05:{},bridge=vmbr0", vmid % 100 + 10));
        guest
    };
    TestApp::with_lab(vec![
        with_nic(501, "sample-01"),
        with_nic(502, "sample-02"),
        with_nic(503, "sample-03"),
    ])
    .await
}

/// The lab's own view.
pub fn proxmox(app: &TestApp) -> &Proxmox {
    &app.drover.clusters.first().unwrap().client
}

pub async fn with_groups(client: &Client, names: &[&str]) {
    for name in names {
        client
            .post("/api/firewall/groups", json!({"name": name}))
            .await
            .ok();
    }
}

fn ports(group: &Value) -> Vec<String> {
    let rules = group["rules"].as_array().unwrap();
    rules
        .iter()
        .map(|rule| rule["port"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn a_group_is_made_filled_changed_and_deleted() {
    let app = app().await;
    let admin = app.client("admin").await;
    let made = admin
        .post(
            "/api/firewall/groups",
            json!({"name": "web", "description": "frontends"}),
        )
        .await
        .ok();
    assert_eq!(made["group"]["instance_count"], 0, "{made}");
    assert_eq!(made["group"]["description"], "frontends");
    assert!(made["note"].is_string() && made["message"].is_string());
    let again = admin
        .post(
            "/api/firewall/groups",
            json!({"name": "web", "description": "all frontends"}),
        )
        .await
        .ok();
    assert_eq!(again["group"]["description"], "all frontends", "{again}");

    let rules = "/api/firewall/groups/web/rules";
    // The first version's words, and the second's.
    admin
        .post(
            rules,
            json!({"action": "ACCEPT", "port": 80, "source": "10.0.0.0/8"}),
        )
        .await
        .ok();
    let saved = admin
        .post(
            rules,
            json!({"action": "DENY", "protocol": "udp", "port": "53", "source_ip": "192.0.2.7"}),
        )
        .await
        .ok();
    assert_eq!(ports(&saved["group"]), ["80", "53"], "{saved}");
    let first = &saved["group"]["rules"][0];
    assert_eq!(
        (
            &first["source"],
            &first["source_ip"],
            &first["protocol"],
            &first["enable"]
        ),
        (
            &json!("10.0.0.0/8"),
            &json!("10.0.0.0/8"),
            &json!("tcp"),
            &json!(true)
        )
    );
    assert_eq!(saved["group"]["rules"][1]["action"], "DROP");
    let of = RulesOf::Group("web");
    let there = proxmox(&app).firewall_rules(of).await.unwrap();
    assert!(there.iter().all(|rule| rule.spec.enable), "{there:?}");
    let placed = admin
        .post(rules, json!({"action": "ACCEPT", "port": "443", "position": 1}))
        .await
        .ok();
    assert_eq!(ports(&placed["group"]), ["80", "443", "53"]);
    let edited = admin
        .post(rules, json!({"action": "ACCEPT", "port": "8443", "rule_id": 1}))
        .await
        .ok();
    assert_eq!(ports(&edited["group"]), ["80", "8443", "53"]);
    let moved = admin
        .post(&format!("{rules}/0/move"), json!({"to": 2}))
        .await
        .ok();
    assert_eq!(ports(&moved["group"]), ["8443", "53", "80"]);
    let written = put(
        &admin,
        &format!("{rules}/2"),
        json!({"action": "REJECT", "port": "81"}),
    )
    .await
    .ok();
    assert_eq!(ports(&written["group"]), ["8443", "53", "81"]);
    assert_eq!(
        written["group"]["rules"][2]["source_ip"], "10.0.0.0/8",
        "what is not said stays"
    );
    let gone = admin.delete(&format!("{rules}/1")).await.ok();
    assert_eq!(ports(&gone["group"]), ["8443", "81"]);
    assert_eq!(
        admin.delete(&format!("{rules}/7")).await.status,
        StatusCode::NOT_FOUND
    );

    let read = admin.get("/api/firewall/groups/web").await.ok();
    assert_eq!(
        read["group"]["group_info"],
        json!({"comment": "all frontends", "rules_count": 2})
    );
    let all = admin.get("/api/firewall/groups").await.ok();
    assert_eq!(all["groups"][0]["rules_count"], 2, "{all}");
    let unknown = admin.get("/api/firewall/groups/nothing").await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
    );

    let renamed = put(&admin, "/api/firewall/groups/web", json!({"name": "www"}))
        .await
        .ok();
    assert_eq!(renamed["group"]["name"], "www", "{renamed}");
    admin.delete("/api/firewall/groups/www").await.ok();
    assert_eq!(admin.get("/api/firewall/groups").await.ok()["groups"], json!([]));

    let told = admin.get("/api/notifications").await.ok();
    let kinds: Vec<&str> = told["notifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    assert!(
        kinds.contains(&"firewall_group") && kinds.contains(&"firewall_rule"),
        "{kinds:?}"
    );
    let audit = admin.get("/api/audit?action=firewall_group.delete").await.ok();
    assert!(audit.to_string().contains("8443"), "{audit}");
}

#[tokio::test]
async fn a_twin_that_is_off_does_not_keep_a_rule_from_the_end() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web"]).await;
    let rules = "/api/firewall/groups/web/rules";
    let rule = |port: &str, enable: bool| json!({"action": "ACCEPT", "port": port, "enable": enable});
    let mut last = Value::Null;
    for (port, enable) in [("22", false), ("80", true), ("22", true), ("22", false)] {
        last = admin.post(rules, rule(port, enable)).await.ok();
    }
    assert_eq!(ports(&last["group"]), ["22", "80", "22", "22"], "{last}");
    let mut head = rule("22", true);
    head["position"] = json!(0);
    admin.post(rules, head).await.ok();
    let there = proxmox(&app).firewall_rules(RulesOf::Group("web")).await.unwrap();
    let on: Vec<bool> = there.iter().map(|rule| rule.spec.enable).collect();
    assert_eq!(on, [true, false, true, true, false], "{there:?}");
}

#[tokio::test]
async fn bad_input_is_named_by_its_field_and_touches_nothing() {
    let app = app().await;
    let admin = app.client("admin").await;
    for name in ["", "a", "1web", "웹서버", "web group", "a-name-of-19-letters"] {
        let answer = admin.post("/api/firewall/groups", json!({"name": name})).await;
        assert_eq!(
            (answer.status, answer.fields()),
            (StatusCode::BAD_REQUEST, vec!["name".to_owned()]),
            "{name}"
        );
    }
    with_groups(&admin, &["web"]).await;
    let rules = "/api/firewall/groups/web/rules";
    for (body, field) in [
        (json!({}), "action"),
        (json!({"action": "ALLOW"}), "action"),
        (json!({"action": "ACCEPT", "source": "10.0.0.0/33"}), "source"),
        (
            json!({"action": "ACCEPT", "source_ip": "10.0.0.9-10.0.0.1"}),
            "source",
        ),
        (
            json!({"action": "ACCEPT", "dest": "10.0.0.1,2001:db8::1"}),
            "dest",
        ),
        (json!({"action": "ACCEPT", "port": "0"}), "dest_port"),
        (json!({"action": "ACCEPT", "port": 65536}), "dest_port"),
        (json!({"action": "ACCEPT", "port": "90:80"}), "dest_port"),
        (
            json!({"action": "ACCEPT", "protocol": "icmp", "port": "80"}),
            "dest_port",
        ),
        (json!({"action": "ACCEPT", "macro": "Nothing"}), "macro"),
        (json!({"action": "ACCEPT", "source": "+nobody"}), "source"),
        (json!({"action": "ACCEPT", "dest": "nowhere"}), "dest"),
        (json!({"action": "ACCEPT", "port": "80", "position": 9}), "pos"),
    ] {
        let answer = admin.post(rules, body.clone()).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{body}: {}",
            answer.json()
        );
        assert!(
            answer.fields().contains(&field.to_owned()),
            "{body}: {:?}",
            answer.fields()
        );
    }
    let of = RulesOf::Group("web");
    assert_eq!(proxmox(&app).firewall_rules(of).await.unwrap(), []);
    let answer = admin
        .post(
            "/api/firewall/groups/nothing/rules",
            json!({"action": "ACCEPT", "port": "80"}),
        )
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = admin
        .post(
            "/api/apply_security_group/sample-01",
            json!({"security_group": "nothing"}),
        )
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
    );
    let answer = admin.post("/api/apply_security_group/sample-01", json!({})).await;
    assert_eq!(answer.fields(), ["security_group"]);
}

#[tokio::test]
async fn a_concurrent_edit_is_refused_with_both_versions() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web"]).await;
    let rules = "/api/firewall/groups/web/rules";
    let known = admin
        .post(rules, json!({"action": "ACCEPT", "port": "80"}))
        .await
        .ok();
    let digest = known["group"]["digest"].as_str().unwrap();
    admin
        .post(rules, json!({"action": "ACCEPT", "port": "22"}))
        .await
        .ok();
    let mine = json!({"action": "DROP", "port": "80", "rule_id": 0, "digest": digest});
    for answer in [
        admin.post(rules, mine).await,
        admin
            .post(rules, json!({"action": "DROP", "port": "81", "digest": digest}))
            .await,
        admin
            .post(&format!("{rules}/0/move"), json!({"to": 1, "digest": digest}))
            .await,
        admin.delete(&format!("{rules}/0?digest={digest}")).await,
    ] {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::CONFLICT, "CONFLICT")
        );
        let body = answer.json();
        let current = &body["details"]["current"];
        assert_eq!(current["rules"].as_array().unwrap().len(), 2, "{body}");
        assert!(current["digest"].as_str().unwrap() != digest && !body["details"]["yours"].is_null());
    }
    let now = admin.get("/api/firewall/groups/web").await.ok();
    assert_eq!(ports(&now["group"]), ["80", "22"], "nothing was changed");
}

#[tokio::test]
async fn sets_and_aliases_are_edited() {
    let app = app().await;
    let admin = app.client("admin").await;
    let set = json!({"name": "admins", "entries": [{"cidr": "10.0.0.0/8"}, {"cidr": "10.9.0.0/16", "nomatch": true}]});
    let made = admin.post("/api/firewall/ip_sets", set).await.ok();
    assert_eq!(made["ip_set"]["entries"].as_array().unwrap().len(), 2, "{made}");
    let bad = put(
        &admin,
        "/api/firewall/ip_sets/admins",
        json!({"entries": [{"cidr": "10.0.0.0/40"}]}),
    )
    .await;
    assert_eq!(bad.fields(), ["entries[0].cidr"]);
    let digest = made["ip_set"]["digest"].clone();
    let fewer = json!({"entries": [{"cidr": "10.0.0.0/8", "comment": "all"}], "digest": digest});
    let saved = put(&admin, "/api/firewall/ip_sets/admins", fewer.clone())
        .await
        .ok();
    assert_eq!(saved["ip_set"]["entries"][0]["comment"], "all", "{saved}");
    let late = put(&admin, "/api/firewall/ip_sets/admins", fewer).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let alias = json!({"name": "office", "cidr": "192.0.2.0/24"});
    admin.post("/api/firewall/aliases", alias.clone()).await.ok();
    assert_eq!(
        admin.post("/api/firewall/aliases", alias).await.fields(),
        ["name"]
    );
    with_groups(&admin, &["web"]).await;
    let rule = json!({"action": "ACCEPT", "port": "22", "source": "+admins", "dest": "office"});
    admin.post("/api/firewall/groups/web/rules", rule).await.ok();
    for path in ["/api/firewall/ip_sets/admins", "/api/firewall/aliases/office"] {
        assert_eq!(admin.delete(path).await.status, StatusCode::CONFLICT, "{path}");
    }
    admin.delete("/api/firewall/groups/web/rules/0").await.ok();
    for path in ["/api/firewall/ip_sets/admins", "/api/firewall/aliases/office"] {
        admin.delete(path).await.ok();
    }
    let macros = admin.get("/api/firewall/macros").await.ok();
    assert!(macros.to_string().contains("HTTPS"));
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_groups(&admin, &["web"]).await;
    app.grant("nobody", "view_all").await;
    let reader = app.client("nobody").await;
    reader.get("/api/firewall/groups").await.ok();
    for answer in [
        reader.post("/api/firewall/groups", json!({"name": "ssh"})).await,
        reader.delete("/api/firewall/groups/web").await,
        reader
            .post(
                "/api/apply_security_group/sample-01",
                json!({"security_group": "web"}),
            )
            .await,
        reader
            .post("/api/remove_firewall_group/sample-01", json!({}))
            .await,
    ] {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "PERMISSION_DENIED")
        );
    }
}
