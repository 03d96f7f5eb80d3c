//! Two people who edit a server's groups: neither loses what the other has done, and taking off needs less than giving.

use axum::http::StatusCode;
use drover_types::permission::Permission;
use serde_json::{Value, json};

use crate::firewall::{app, with_groups};
use crate::firewall_servers::list;
use crate::support::{Client, TestApp};

const ONE: &str = "/api/apply_security_group/sample-01";

async fn given(client: &Client) -> Value {
    let card = client.get("/api/firewall/servers/sample-01").await.ok();
    card["firewall"]["given"].clone()
}

async fn with_two(app: &TestApp) -> Client {
    let admin = app.client("admin").await;
    with_groups(&admin, &["web", "ssh", "db"]).await;
    admin
        .post(ONE, json!({"firewall_groups": ["web", "ssh"]}))
        .await
        .ok();
    admin
}

#[tokio::test]
async fn who_was_slower_is_told_both_lists_and_changes_nothing() {
    let app = app().await;
    let admin = with_two(&app).await;
    let seen = given(&admin).await;
    assert_eq!(seen, json!(["web", "ssh"]));
    let mine = json!({"firewall_groups": ["web", "ssh", "db"], "expected_groups": seen});
    admin
        .post(ONE, json!({"firewall_groups": ["ssh"], "expected_groups": seen}))
        .await
        .ok();
    let late = admin.post(ONE, mine).await;
    assert_eq!(
        (late.status, late.code().as_str()),
        (StatusCode::CONFLICT, "CONFLICT")
    );
    let details = late.json()["details"].clone();
    assert_eq!(details["current"], json!(["ssh"]), "{details}");
    assert_eq!(details["yours"], json!(["web", "ssh", "db"]), "{details}");
    assert_eq!(list(&app, 501).await, ["ssh"]);
    // Nothing is in the way of the next try.
    let again = json!({"firewall_groups": ["db", "ssh"], "expected_groups": details["current"]});
    admin.post(ONE, again).await.ok();
    assert_eq!(list(&app, 501).await, ["db", "ssh"]);
}

#[tokio::test]
async fn of_several_servers_those_that_were_changed_meanwhile_are_left_out() {
    let app = app().await;
    let admin = with_two(&app).await;
    admin
        .post(
            "/api/apply_security_group/sample-02",
            json!({"security_group": "db"}),
        )
        .await
        .ok();
    let body = json!({
        "server_names": ["sample-01", "sample-02"], "firewall_groups": ["db", "web"], "expected_groups": ["db"],
    });
    let answer = admin.post("/api/firewall/assign_bulk", body.clone()).await.ok();
    assert_eq!(answer["failed_servers"], json!(["sample-01"]), "{answer}");
    assert_eq!(answer["results"][0]["code"], "CONFLICT", "{answer}");
    assert_eq!(list(&app, 501).await, ["web", "ssh"]);
    assert_eq!(list(&app, 502).await, ["db", "web"]);
    let none = admin.post("/api/firewall/assign_bulk", body).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.json());
}

#[tokio::test]
async fn to_take_one_off_takes_only_the_permission_for_that() {
    let app = app().await;
    let admin = with_two(&app).await;
    app.grant("nobody", Permission::ViewAll.as_str()).await;
    app.grant("nobody", Permission::RemoveFirewallGroups.as_str())
        .await;
    let remover = app.client("nobody").await;
    let off = |groups: &[&str], enable: bool| {
        json!({
            "firewall_groups": groups, "expected_groups": ["web", "ssh"], "enable_firewall": enable,
            "filter_nics": enable,
        })
    };
    for refused in [
        off(&["web", "db"], false),
        off(&["ssh", "web"], false),
        off(&["ssh"], true),
        json!({"security_group": "ssh"}),
    ] {
        let answer = remover.post(ONE, refused.clone()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{refused}");
    }
    assert_eq!(list(&app, 501).await, ["web", "ssh"]);
    remover.post(ONE, off(&["ssh"], false)).await.ok();
    assert_eq!(list(&app, 501).await, ["ssh"]);
    assert_eq!(given(&admin).await, json!(["ssh"]));
    // All of them by the other name of it.
    remover.post(ONE, json!({"security_group": "none"})).await.ok();
    assert_eq!(list(&app, 501).await, [""; 0]);
}
