//! The rows F1 to F9 of the contract as they answer, with what each refuses.

use insta::assert_json_snapshot;
use serde_json::{Map, Value, json};

use crate::firewall::app;
use crate::support::{Answer, Client};

const GROUPS: &str = "/api/firewall/groups";
const WEB: &str = "/api/firewall/groups/web";
const RULES: &str = "/api/firewall/groups/web/rules";
const BULK: &str = "/api/firewall/assign_bulk";

/// Every answer by what was asked.
#[derive(Default)]
struct Told(Map<String, Value>);

impl Told {
    fn note(&mut self, asked: &str, answer: &Answer) {
        let told = answer.told();
        assert!(self.0.insert(asked.to_owned(), told).is_none(), "{asked} twice");
    }
}

async fn groups_and_rules(admin: &Client, told: &mut Told) {
    let group = json!({"name": "web", "description": "frontends"});
    told.note("F2 made", &admin.post(GROUPS, group).await);
    told.note("F2 without a name", &admin.post(GROUPS, json!({})).await);
    let long = json!({"name": "a-name-of-19-letters"});
    told.note("F2 with too long a name", &admin.post(GROUPS, long).await);
    let rule = json!({"action": "ACCEPT", "port": "443", "source": "10.0.0.0/8"});
    told.note("F5 added", &admin.post(RULES, rule).await);
    let denied = json!({"action": "DENY", "protocol": "udp", "port": "53", "source_ip": "192.0.2.7"});
    told.note(
        "F5 by the second version's words",
        &admin.post(RULES, denied).await,
    );
    told.note("F5 without an action", &admin.post(RULES, json!({})).await);
    let wrong = json!({"action": "ACCEPT", "port": "65536", "source": "10.0.0.0/33"});
    told.note(
        "F5 with what is no port and no network",
        &admin.post(RULES, wrong).await,
    );
    told.note("F6 deleted", &admin.delete(&format!("{RULES}/1")).await);
    told.note(
        "F6 of a place without a rule",
        &admin.delete(&format!("{RULES}/7")).await,
    );
    told.note("F1", &admin.get(GROUPS).await);
    told.note("F3", &admin.get(WEB).await);
    told.note(
        "F3 of a group that is not there",
        &admin.get("/api/firewall/groups/nothing").await,
    );
}

async fn servers(admin: &Client, told: &mut Told) {
    let one = "/api/apply_security_group/sample-01";
    let web = json!({"security_group": "web"});
    told.note("F7 given", &admin.post(one, web.clone()).await);
    told.note("F7 without a group", &admin.post(one, json!({})).await);
    let nothing = json!({"security_group": "nothing"});
    told.note(
        "F7 with a group that is not there",
        &admin.post(one, nothing.clone()).await,
    );
    let nobody = "/api/apply_security_group/nobody";
    told.note(
        "F7 of a server that is not there",
        &admin.post(nobody, web.clone()).await,
    );
    let changed = json!({"security_group": "web", "expected_groups": []});
    told.note("F7 over another's change", &admin.post(one, changed).await);
    told.note("F4 while it is given", &admin.delete(WEB).await);
    let off = "/api/remove_firewall_group/sample-01";
    told.note("F8 taken off", &admin.post(off, json!({})).await);
    let nobody = "/api/remove_firewall_group/nobody";
    told.note(
        "F8 of a server that is not there",
        &admin.post(nobody, json!({})).await,
    );
    let names = json!(["sample-01", "sample-02", "nobody"]);
    let body = json!({"server_names": names, "security_group": "web"});
    told.note("F9 given to those that are there", &admin.post(BULK, body).await);
    let body = json!({"server_names": ["nobody", "noone"], "security_group": "web"});
    told.note("F9 of none that is there", &admin.post(BULK, body).await);
    let body = json!({"server_names": ["sample-01"], "security_group": "nothing"});
    told.note("F9 with a group that is not there", &admin.post(BULK, body).await);
    told.note("F9 of no server", &admin.post(BULK, web).await);
    let body = json!({"server_names": ["sample-01", "sample-02"], "firewall_group": "none"});
    told.note("F9 taken off", &admin.post(BULK, body).await);
    told.note("F4 deleted", &admin.delete(WEB).await);
    told.note("F4 of a group that is not there", &admin.delete(WEB).await);
}

#[tokio::test]
async fn every_row_answers_as_it_was_agreed() {
    let app = app().await;
    let admin = app.client("admin").await;
    let mut told = Told::default();
    groups_and_rules(&admin, &mut told).await;
    servers(&admin, &mut told).await;
    app.grant("nobody", "view_all").await;
    let reader = app.client("nobody").await;
    let web = json!({"security_group": "web"});
    let bulk = json!({"server_names": ["sample-01"], "security_group": "web"});
    for (row, answer) in [
        ("F2", reader.post(GROUPS, json!({"name": "ssh"})).await),
        ("F4", reader.delete(WEB).await),
        ("F5", reader.post(RULES, json!({"action": "ACCEPT"})).await),
        ("F6", reader.delete(&format!("{RULES}/0")).await),
        (
            "F7",
            reader.post("/api/apply_security_group/sample-01", web).await,
        ),
        (
            "F8",
            reader
                .post("/api/remove_firewall_group/sample-01", json!({}))
                .await,
        ),
        ("F9", reader.post(BULK, bulk).await),
    ] {
        told.note(&format!("{row} without the permission"), &answer);
    }
    assert_json_snapshot!(told.0, {
        ".**.request_id" => "[id]",
        ".**.task_id" => "[id]",
        ".**.digest" => "[digest]",
    });
}
