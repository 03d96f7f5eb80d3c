//! Monitoring: how servers are, alerts, their rules, and the configuration.

use axum::http::{Method, StatusCode};
use drover_types::guest::MemorySource;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Client, TestApp};

/// An application that has seen a server which runs and one which is off.
async fn app() -> TestApp {
    let mut front = guest(501, "front-01", "running");
    front["config"]["agent"] = json!("1");
    front["config"]["net0"] = json!("virtio=BC:24:11:00:05:01,bridge=vmbr0");
    let app = TestApp::with_lab(vec![front, guest(502, "idle-01", "stopped")]).await;
    app.heard().await;
    app
}

async fn rule(admin: &Client, body: Value) -> Value {
    admin.post("/api/alert_rules", body).await.ok()["rule"].clone()
}

/// Waits until `front-01` has told how much memory it really uses: what its host sees is no reason to wake anybody.
async fn told(app: &TestApp) {
    let _watch = app.drover.inventory.watch();
    app.until("front-01 has told its memory", async || {
        let picture = app.drover.inventory.snapshot();
        picture
            .guests
            .iter()
            .any(|row| row.name == "front-01" && row.memory_source == MemorySource::Guest)
    })
    .await;
}

/// An alert about `front-01`, raised at once: its memory is never below one percent.
async fn alert(app: &TestApp, admin: &Client) -> Value {
    told(app).await;
    rule(
        admin,
        json!({"metric": "memory", "server": "front-01", "warning": 1, "critical": 2}),
    )
    .await;
    app.drover.monitoring.evaluate().await.unwrap();
    let alerts = admin.get("/api/alerts").await.ok()["alerts"].clone();
    let mine = |one: &&Value| one["subject"]["guest"]["name"] == "front-01";
    alerts.as_array().unwrap().iter().find(mine).unwrap().clone()
}

#[tokio::test]
async fn a_server_is_judged_by_the_rules_and_no_data_is_not_healthy() {
    let app = app().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let off = viewer.get("/api/servers/idle-01/health").await.ok();
    assert_eq!(off["data"]["status"], "unknown");
    assert_eq!(off["data"]["metrics"]["cpu_usage"], Value::Null);
    assert_eq!(off["data"]["issues"][0]["type"], "state");
    alert(&app, &admin).await;
    let health = viewer.get("/api/servers/front-01/health").await.ok();
    assert_eq!(health["data"]["status"], "critical");
    assert_eq!(health["data"]["issues"][0]["type"], "memory");
    assert_eq!(health["data"]["issues"][0]["threshold"], 2);
    let fields: Vec<&String> = health["data"].as_object().unwrap().keys().collect();
    assert_json_snapshot!("health_fields", fields);

    let metrics = viewer.get("/api/servers/front-01/metrics").await.ok();
    assert!(metrics["data"]["issues"][0].is_string());
    let summary = viewer.get("/api/servers/health-summary").await.ok();
    assert_eq!(summary["data"]["problematic_servers"][0]["name"], "front-01");
    for path in ["/api/monitoring/summary", "/monitoring/summary"] {
        let counts = viewer.get(path).await.ok()["data"].clone();
        let sum: u64 = [
            "healthy_servers",
            "warning_servers",
            "critical_servers",
            "unknown_servers",
        ]
        .iter()
        .map(|name| counts[name].as_u64().unwrap())
        .sum();
        assert_eq!(counts["total_servers"].as_u64(), Some(sum), "{counts}");
        assert!(counts["critical_servers"].as_u64() >= Some(1), "{counts}");
    }
    let list = viewer.get("/monitoring/servers").await.ok();
    let status = |name: &str| {
        let all = list["data"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["status"].clone()
    };
    assert_eq!(
        (status("front-01"), status("idle-01")),
        (json!("critical"), json!("unknown"))
    );
    for path in ["nothing", "192.0.2.200"] {
        let gone = viewer.get(&format!("/api/servers/{path}/health")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_server_is_found_by_its_address() {
    let app = app().await;
    let admin = app.client("admin").await;
    app.until("front-01 has told its address", async || {
        let list = app.drover.inventory.snapshot();
        list.guests
            .iter()
            .any(|row| row.name == "front-01" && !row.addresses.is_empty())
    })
    .await;
    let picture = app.drover.inventory.snapshot();
    let row = picture.guests.iter().find(|row| row.name == "front-01").unwrap();
    let path = format!("/api/servers/{}/health", row.addresses[0]);
    assert_eq!(admin.get(&path).await.ok()["data"]["name"], "front-01");
}

#[tokio::test]
async fn an_alert_is_acknowledged_put_away_and_kept() {
    let app = app().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let raised = alert(&app, &admin).await;
    assert_eq!(
        (&raised["state"], &raised["level"]),
        (&json!("raised"), &json!("critical"))
    );
    assert_eq!(raised["value"], raised["worst"], "{raised}");
    let path = format!("/api/alerts/{}", raised["id"]);
    let refused = viewer.post(&format!("{path}/acknowledge"), json!({})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    admin.post(&format!("{path}/acknowledge"), json!({})).await.ok();
    admin.post(&format!("{path}/acknowledge"), json!({})).await.ok();
    for nothing in [
        "/api/alerts/999999/acknowledge",
        "/monitoring/alerts/x/acknowledge",
    ] {
        assert_eq!(admin.post(nothing, json!({})).await.status, StatusCode::NOT_FOUND);
    }
    let seen = viewer.get("/api/alerts").await.ok()["alerts"][0].clone();
    assert_eq!(
        (&seen["state"], &seen["acknowledged_by"]),
        (&json!("acknowledged"), &json!("admin"))
    );
    admin.post("/monitoring/alerts/clear", json!({})).await.ok();
    assert_eq!(viewer.get("/api/alerts").await.ok()["total"], 0);
    let history = viewer.get("/api/alerts?history=true").await.ok();
    assert_eq!(history["alerts"][0]["state"], "cleared");
    let events = viewer.get(&format!("{path}/events")).await.ok();
    let kinds: Vec<&str> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["raised", "acknowledged", "cleared"]);
    let told = admin.get("/api/notifications").await.ok();
    assert!(
        told["notifications"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["type"] == "alert_raised" && one["category"] == "monitoring"),
        "{told}"
    );
}

#[tokio::test]
async fn a_rule_is_made_changed_tried_and_deleted() {
    let app = app().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let first = viewer.get("/api/alert_rules").await.ok()["rules"]
        .as_array()
        .unwrap()
        .len();
    assert!(first >= 12, "Drover begins with some: {first}");
    let made = rule(
        &admin,
        json!({"metric": "cpu", "tag": "web", "warning": 70, "critical": 90}),
    )
    .await;
    assert_eq!((&made["tag"], &made["revision"]), (&json!("web"), &json!(1)));
    let path = format!("/api/alert_rules/{}", made["id"]);
    let put = async |body: Value| admin.send(Method::PUT, &path, &[], Some(body)).await;
    let change = json!({"metric": "cpu", "tag": "web", "warning": 75, "critical": 90, "revision": 1});
    assert_eq!(put(change.clone()).await.ok()["rule"]["revision"], 2);
    let late = put(change).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    for (body, fields) in [
        (json!({}), vec!["metric"]),
        (json!({"metric": "pie", "warning": 1}), vec!["metric"]),
        (json!({"metric": "cpu"}), vec!["warning"]),
        (
            json!({"metric": "cpu", "tag": "x", "warning": 95, "critical": 80}),
            vec!["warning"],
        ),
        (
            json!({"metric": "cpu", "tag": "x", "warning": 0}),
            vec!["warning"],
        ),
        (
            json!({"metric": "cpu", "server": "nothing", "warning": 50}),
            vec!["server"],
        ),
        (
            json!({"metric": "quorum", "tag": "x", "critical": 1}),
            vec!["target"],
        ),
        (
            json!({"metric": "cpu", "tag": "web", "warning": 60}),
            vec!["target"],
        ),
        (
            json!({"metric": "cpu", "tag": "x", "warning": 60, "minutes": 9999}),
            vec!["minutes"],
        ),
    ] {
        let refused = admin.post("/api/alert_rules", body.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(refused.fields(), fields, "{body}");
    }
    let refused = viewer
        .post(
            "/api/alert_rules",
            json!({"metric": "cpu", "tag": "x", "warning": 60}),
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // Over a real cluster time goes by itself and a frame is five minutes long, so there is none yet in which something
    // fires: how often it would have is counted where the clock is the test's (`drover_core::monitoring::tests`).
    app.drover.monitoring.evaluate().await.unwrap();
    let tried = json!({"metric": "memory", "server": "front-01", "warning": 1});
    let preview = admin.post("/api/alert_rules/preview", tried).await.ok()["preview"].clone();
    assert_eq!(preview["subjects"], 1, "{preview}");
    assert!(
        preview["since"].is_string() && preview["fired"].is_u64(),
        "{preview}"
    );
    admin.delete(&path).await.ok();
    assert_eq!(admin.delete(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_two_pages_that_set_monitoring_the_second_is_told() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let state = admin.post("/rpc/monitoring_state", json!({})).await.ok();
    let mut settings = state["settings"].clone();
    settings["ask_agents"] = json!(false);
    let set = async || {
        let body = json!({"settings": settings});
        admin.post("/rpc/set_monitoring_settings", body).await
    };
    assert_eq!(set().await.status, StatusCode::OK);
    let late = set().await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let current = late.json()["details"]["current"].clone();
    assert_eq!(current["ask_agents"], false, "{current}");
    assert_eq!(
        current["revision"].as_i64(),
        settings["revision"].as_i64().map(|before| before + 1)
    );
}

#[tokio::test]
async fn the_configuration_is_kept_and_what_drover_is_started_with_is_not() {
    let app = TestApp::alone().await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let path = "/api/monitoring/config";
    let before = admin.get(path).await.ok()["data"].clone();
    assert_eq!(before["alerts"]["cpu_warning_threshold"], 80);
    let seen = viewer.get("/monitoring/config").await.ok();
    assert!(seen["data"]["prometheus"].get("password").is_none(), "{seen}");
    // What was read can be sent back as it is.
    admin.post(path, before.clone()).await.ok();
    assert_eq!(admin.get(path).await.ok()["data"], before);

    let change = json!({"alerts": {"enable_alerts": false, "cpu_warning_threshold": 60, "disk_critical_threshold": 99},
        "monitoring": {"default_time_range": "24h"}, "prometheus": {"password": "********"}});
    admin.post(path, change).await.ok();
    let after = admin.get(path).await.ok()["data"].clone();
    assert_eq!(after["alerts"]["enable_alerts"], false);
    assert_eq!(after["alerts"]["cpu_warning_threshold"], 60);
    assert_eq!(after["alerts"]["disk_critical_threshold"], 99);
    assert_eq!(after["monitoring"]["default_time_range"], "24h");
    // What the older panel's form has more is left alone, and named.
    let form = json!({"alerts": {"enable_alerts": false, "alert_email": "", "pie": 1}, "colour": "red",
        "grafana": {"anonymous_access": true, "auto_refresh": "5s"}, "security": {"enable_auth": true},
        "monitoring": {"default_time_range": "24h", "ping_timeout": "5s"}});
    assert_eq!(
        admin.post(path, form).await.ok()["warnings"],
        json!([
            "colour",
            "grafana.anonymous_access",
            "grafana.auto_refresh",
            "monitoring.ping_timeout",
            "alerts.alert_email",
            "alerts.pie"
        ])
    );
    assert_eq!(admin.get(path).await.ok()["data"], after);
    for (body, field) in [
        (json!({}), "alerts"),
        (
            json!({"alerts": {"cpu_warning_threshold": 96}}),
            "alerts.cpu_warning_threshold",
        ),
        (
            json!({"alerts": {"memory_critical_threshold": 101}}),
            "alerts.memory_critical_threshold",
        ),
        (
            json!({"alerts": {"enable_alerts": "yes"}}),
            "alerts.enable_alerts",
        ),
        (
            json!({"monitoring": {"default_time_range": "3h"}}),
            "monitoring.default_time_range",
        ),
        (
            json!({"prometheus": {"url": "http://192.0.2.1:9090"}}),
            "prometheus.url",
        ),
    ] {
        let refused = admin.post(path, body.clone()).await;
        assert_eq!(
            (refused.status, refused.fields()),
            (StatusCode::BAD_REQUEST, vec![field.to_owned()]),
            "{body}"
        );
    }
    let half = json!({"alerts": {"enable_alerts": true, "cpu_warning_threshold": 99}});
    assert_eq!(admin.post(path, half).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(admin.get(path).await.ok()["data"], after, "all of it or nothing");
    assert_eq!(
        viewer
            .post(path, json!({"alerts": {"enable_alerts": true}}))
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}
