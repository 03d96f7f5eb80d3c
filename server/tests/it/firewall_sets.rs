//! Sets of addresses and aliases: where they are named, and changes of which Proxmox makes only some.

use axum::http::StatusCode;
use pve_client::{FirewallOf, FirewallRuleSpec, RulesOf};
use serde_json::{Value, json};

use crate::firewall::{app, proxmox, put, with_groups};
use crate::support::{Client, TestApp};

const ADMINS: &str = "/api/firewall/ip_sets/admins";
const OF: FirewallOf<'static> = FirewallOf::Cluster;

async fn with_admins(admin: &Client, lines: Value) -> Value {
    let set = json!({"name": "admins", "entries": lines});
    admin.post("/api/firewall/ip_sets", set).await.ok()["ip_set"].clone()
}

/// The lines as Proxmox has them.
async fn there(app: &TestApp) -> Vec<String> {
    let mut lines: Vec<String> = proxmox(app)
        .firewall_ip_set(OF, "admins")
        .await
        .unwrap()
        .into_iter()
        .map(|line| format!("{}{}", if line.nomatch { "!" } else { "" }, line.cidr))
        .collect();
    lines.sort();
    lines
}

fn rule(source: &str) -> FirewallRuleSpec {
    FirewallRuleSpec {
        direction: Some("in".into()),
        action: Some("ACCEPT".into()),
        source: Some(source.into()),
        ..FirewallRuleSpec::default()
    }
}

#[tokio::test]
async fn what_is_named_somewhere_stays_and_it_is_said_where() {
    let app = app().await;
    let admin = app.client("admin").await;
    let office = json!({"name": "office", "cidr": "192.0.2.0/24"});
    admin.post("/api/firewall/aliases", office).await.ok();
    with_admins(&admin, json!([{"cidr": "office"}])).await;
    with_groups(&admin, &["web"]).await;
    let node = FirewallOf::Node("pve1");
    let client = proxmox(&app);
    let group = RulesOf::Group("web");
    client
        .add_firewall_rule(group, &rule("+dc/admins"))
        .await
        .unwrap();
    client
        .add_firewall_rule(RulesOf::Firewall(OF), &rule("dc/office"))
        .await
        .unwrap();
    client
        .add_firewall_rule(RulesOf::Firewall(node), &rule("+admins"))
        .await
        .unwrap();

    let refused = admin.delete(ADMINS).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let details = refused.json()["details"].clone();
    assert_eq!(
        (&details["groups"], &details["ip_sets"], &details["firewalls"]),
        (&json!(["web"]), &json!([]), &json!(["pve1"])),
        "{details}"
    );
    assert!(refused.json().to_string().contains("web"), "{}", refused.json());
    for refused in [
        admin.delete("/api/firewall/aliases/office").await,
        put(
            &admin,
            "/api/firewall/aliases/office",
            json!({"name": "bureau", "cidr": "192.0.2.0/24"}),
        )
        .await,
    ] {
        assert_eq!(refused.status, StatusCode::CONFLICT);
        let details = refused.json()["details"].clone();
        assert_eq!(
            (&details["groups"], &details["ip_sets"], &details["firewalls"]),
            (&json!([]), &json!(["admins"]), &json!(["lab"])),
            "{details}"
        );
    }
    client.delete_firewall_rule(group, 0, None).await.unwrap();
    client
        .delete_firewall_rule(RulesOf::Firewall(node), 0, None)
        .await
        .unwrap();
    // With its lines, in one call.
    admin.delete(ADMINS).await.ok();
    client
        .delete_firewall_rule(RulesOf::Firewall(OF), 0, None)
        .await
        .unwrap();
    admin.delete("/api/firewall/aliases/office").await.ok();
}

#[tokio::test]
async fn lines_that_proxmox_refuses_leave_what_was_done_said_and_on_record() {
    let app = app().await;
    let admin = app.client("admin").await;
    with_admins(&admin, json!([{"cidr": "10.0.0.0/8"}, {"cidr": "192.0.2.1"}])).await;
    let refusal = json!({
        "match": {"method": "DELETE", "path": "/firewall/ipset/admins/"},
        "action": "status", "status": 500, "message": "unable to open file", "count": null, "skip": 1,
    });
    app.lab().fault(refusal).await.unwrap();
    let wanted = json!({"entries": [{"cidr": "10.0.0.0/16", "nomatch": true}]});
    let answer = put(&admin, ADMINS, wanted.clone()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::BAD_GATEWAY, "UPSTREAM_REFUSED")
    );
    let body = answer.json();
    let now: Vec<&str> = body["details"]["current"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["cidr"].as_str().unwrap())
        .collect();
    assert_eq!(now.len(), 2, "{body}");
    assert_eq!(there(&app).await, ["!10.0.0.0/16", "192.0.2.1"]);
    let recorded = async || {
        let audit = admin.get("/api/audit?action=firewall_ip_set.change").await.ok();
        audit.to_string().matches("10.0.0.0/16").count()
    };
    assert_eq!(recorded().await, 1, "what was done is on record");
    app.lab().clear_faults().await.unwrap();
    put(&admin, ADMINS, wanted).await.ok();
    assert_eq!(there(&app).await, ["!10.0.0.0/16"]);

    // Nothing was done, so there is nothing to record.
    let before = recorded().await;
    let refusal = json!({
        "match": {"method": "POST", "path": "/firewall/ipset/admins$"},
        "action": "status", "status": 500, "message": "unable to open file", "count": null,
    });
    app.lab().fault(refusal).await.unwrap();
    let more = json!({"entries": [{"cidr": "10.0.0.0/16", "nomatch": true}, {"cidr": "192.0.2.9"}]});
    let answer = put(&admin, ADMINS, more).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.json()["details"]["current"].is_null(), "{}", answer.json());
    assert_eq!(recorded().await, before);
}

#[tokio::test]
async fn an_empty_set_is_not_filled_over_what_others_have_put_there() {
    let app = app().await;
    let admin = app.client("admin").await;
    let set = with_admins(&admin, json!([])).await;
    assert_eq!(set["digest"], "", "{set}");
    let member = ("192.0.2.7", false);
    proxmox(&app)
        .add_firewall_ip(OF, "admins", member, None)
        .await
        .unwrap();
    let mine = json!({"entries": [{"cidr": "10.0.0.0/8"}], "digest": set["digest"]});
    let late = put(&admin, ADMINS, mine).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.json());
    assert_eq!(
        late.json()["details"]["current"]["entries"][0]["cidr"],
        "192.0.2.7"
    );
    assert_eq!(there(&app).await, ["192.0.2.7"]);
}
