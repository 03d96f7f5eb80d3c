//! The bodies of rules: a change keeps what it does not say, and no rule ends wider than it was asked for.

use axum::http::StatusCode;
use pve_client::{FirewallRuleSpec, RulesOf};
use serde_json::{Value, json};

use crate::firewall::{app, proxmox, put, with_groups};
use crate::support::{Client, TestApp};

const RULES: &str = "/api/firewall/groups/web/rules";

async fn there(app: &TestApp) -> Vec<FirewallRuleSpec> {
    let rules = proxmox(app).firewall_rules(RulesOf::Group("web")).await.unwrap();
    rules.into_iter().map(|rule| rule.spec).collect()
}

/// A group with one rule that says much.
async fn with_rule(admin: &Client) -> Value {
    with_groups(admin, &["web"]).await;
    let rule = json!({
        "action": "ACCEPT", "protocol": "udp", "port": "53", "source_port": "1024:65535", "source_ip": "10.0.0.0/8",
        "dest_ip": "192.0.2.7", "enable": false, "log": "info", "description": "names",
    });
    let saved = admin.post(RULES, rule).await.ok();
    saved["group"]["rules"][0].clone()
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_say() {
    let app = app().await;
    let admin = app.client("admin").await;
    let rule = with_rule(&admin).await;
    let before = there(&app).await;
    assert!(!before[0].enable && before[0].log.is_some(), "{before:?}");

    admin
        .post(RULES, json!({"rule_id": 0, "port": "5353"}))
        .await
        .ok();
    let other_port = FirewallRuleSpec {
        dport: Some("5353".into()),
        ..before[0].clone()
    };
    assert_eq!(there(&app).await, [other_port]);
    put(
        &admin,
        &format!("{RULES}/0"),
        json!({"action": "DENY", "dport": 53}),
    )
    .await
    .ok();
    let dropped = FirewallRuleSpec {
        action: Some("DROP".into()),
        ..before[0].clone()
    };
    assert_eq!(there(&app).await, [dropped]);
    // As it was read it goes back, with both of its names.
    admin.post(RULES, rule.clone()).await.ok();
    assert_eq!(there(&app).await, before);
    put(&admin, &format!("{RULES}/0"), rule).await.ok();
    assert_eq!(there(&app).await, before);

    let cleared = json!({"rule_id": 0, "source_ip": "", "log": "", "description": " ", "enable": 1});
    admin.post(RULES, cleared).await.ok();
    let cleared = FirewallRuleSpec {
        source: None,
        log: None,
        comment: None,
        enable: true,
        ..before[0].clone()
    };
    assert_eq!(there(&app).await, [cleared]);

    let unknown = admin.post(RULES, json!({"rule_id": 4, "port": "1"})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for body in [
        json!({"rule_id": 0, "action": ""}),
        json!({"rule_id": 0, "action": "ALLOW"}),
    ] {
        assert_eq!(admin.post(RULES, body).await.fields(), ["action"]);
    }
}

#[tokio::test]
async fn two_names_that_differ_are_refused() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_rule(&admin).await;
    let before = there(&app).await;
    for (one, other, values) in [
        ("source_ip", "source", ["10.0.0.0/8", "10.1.0.0/16"]),
        ("dest_ip", "dest", ["10.0.0.0/8", "10.1.0.0/16"]),
        ("port", "dport", ["80", "443"]),
        ("protocol", "proto", ["tcp", "udp"]),
    ] {
        let mut body = json!({"action": "ACCEPT"});
        body[one] = json!(values[0]);
        body[other] = json!(values[1]);
        let added = admin.post(RULES, body.clone()).await;
        assert_eq!(added.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(added.fields(), [other], "{body}");
        let changed = put(&admin, &format!("{RULES}/0"), body.clone()).await;
        assert_eq!(changed.fields(), [other], "{body}");
    }
    // In a change an empty text says something too; in a new rule it says nothing.
    let half_cleared = json!({"rule_id": 0, "source_ip": "", "source": "10.0.0.0/8"});
    assert_eq!(admin.post(RULES, half_cleared).await.fields(), ["source"]);
    assert_eq!(there(&app).await, before);
    let same = json!({
        "action": "ACCEPT", "port": 80, "dport": "80", "source_ip": "", "source": "10.9.0.0/16",
    });
    admin.post(RULES, same).await.ok();
    assert_eq!(there(&app).await[1].source.as_deref(), Some("10.9.0.0/16"));
}

#[tokio::test]
async fn a_word_that_would_narrow_a_rule_is_never_left_out() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_rule(&admin).await;
    let before = there(&app).await;
    for (field, value) in [
        ("iface", "net0"),
        ("interface", "net0"),
        ("src", "10.0.0.0/8"),
        ("dst", "10.0.0.0/8"),
        ("source_address", "10.0.0.0/8"),
        ("dest_address", "10.0.0.0/8"),
        ("dst_port", "443"),
    ] {
        let mut body = json!({"action": "ACCEPT", "port": "22"});
        body[field] = json!(value);
        let added = admin.post(RULES, body.clone()).await;
        assert_eq!(added.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(added.fields(), [field]);
        let changed = put(&admin, &format!("{RULES}/0"), body).await;
        assert_eq!(changed.fields(), [field]);
    }
    assert_eq!(there(&app).await, before);
    // What says nothing narrows nothing, and what is no condition is a warning.
    let harmless = json!({"action": "ACCEPT", "port": "22", "sport": "1024", "iface": "", "colour": "red"});
    let added = admin.post(RULES, harmless).await.ok();
    let warnings = added["warnings"].as_array().unwrap();
    assert!(
        warnings.len() == 2 && warnings.contains(&json!("colour")) && warnings.contains(&json!("iface")),
        "{added}"
    );
    assert_eq!(there(&app).await[1].sport.as_deref(), Some("1024"));
}
