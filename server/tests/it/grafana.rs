//! Where Grafana shows servers, and figures in the shapes that it reads: the rows M7, M8, M11, M13 to M15 of the contract.

use axum::http::StatusCode;
use drover_lab::LabOptions;
use drover_types::guest::GuestKind;
use serde_json::{Value, json};

use crate::roles::boxed;
use crate::scopes::somebody;
use crate::servers::guest;
use crate::support::{Options, TestApp};

const GRAFANA: &str = "https://grafana.example.org:3000/g";

async fn app(grafana: Option<&'static str>) -> TestApp {
    let mut shop = boxed(501, "shop-web", "running", Some("10.77.0.51"));
    shop["config"]["tags"] = json!("shop");
    let app = TestApp::start(Options {
        lab: Some(LabOptions {
            guests: 4,
            ..LabOptions::default()
        }),
        guests: vec![
            shop,
            guest(502, "bank-web", "running"),
            guest(503, "bank-old", "stopped"),
        ],
        grafana,
        real_time: true,
        ..Options::default()
    })
    .await;
    app.heard().await;
    app
}

#[tokio::test]
async fn grafana_is_linked_for_known_servers_only_and_without_credentials() {
    let app = app(Some(GRAFANA)).await;
    let admin = app.client("admin").await;
    let told = admin.get("/api/grafana-dashboard").await.ok();
    let overview = format!("{GRAFANA}/d/drover-overview?orgId=1");
    assert_eq!(
        told,
        json!({"success": true, "data": {
            "base_url": GRAFANA, "dashboard_id": null, "dashboard_uid": "drover-overview", "org_id": 1,
            "dashboard_url": overview, "grafana_url": GRAFANA, "embed_url": format!("{overview}&kiosk"),
        }})
    );
    assert_eq!(admin.get("/monitoring/grafana-dashboard").await.ok(), told);

    let embed = async |path: &str| admin.get(path).await;
    let all = embed("/api/grafana-dashboard/embed").await.ok();
    assert_eq!(
        all,
        embed("/monitoring/grafana-dashboard/embed?server=all").await.ok()
    );
    assert!(
        all["data"]["embed_url"]
            .as_str()
            .unwrap()
            .contains("/d/drover-overview?"),
        "{all}"
    );

    app.until("the address is known", async || {
        let found = embed("/api/grafana-dashboard/embed?server=10.77.0.51").await;
        found.status == StatusCode::OK
    })
    .await;
    for named in ["10.77.0.51", "shop-web", "lab:501"] {
        let one = embed(&format!("/api/grafana-dashboard/embed?server={named}"))
            .await
            .ok();
        assert_eq!(
            one["data"]["embed_url"],
            format!(
                "{GRAFANA}/d/drover-server?orgId=1&var-cluster=lab&var-vmid=501&var-name=shop-web\
                 &var-server=10.77.0.51%3A9100&kiosk"
            ),
            "{named}"
        );
        assert_eq!(one["data"]["dashboard_info"]["dashboard_uid"], "drover-server");
    }
    for named in ["10.9.9.9", "nobody", "", "shop", "https://evil.example.org"] {
        let unknown = embed(&format!("/api/grafana-dashboard/embed?server={named}")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{named}");
        assert_eq!(unknown.code(), "RESOURCE_NOT_FOUND");
    }
    let sam = somebody(&app, &["tag:shop"]).await;
    sam.get("/api/grafana-dashboard/embed?server=shop-web").await.ok();
    let outside = sam.get("/api/grafana-dashboard/embed?server=bank-web").await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND, "it is none of theirs");

    let sources = admin.post("/rpc/monitoring_sources", json!({})).await.ok();
    assert_eq!(
        (&sources["prometheus"], &sources["grafana"]["overview"]),
        (&json!("off"), &json!(overview))
    );
    let page = app.anonymous().get("/login").await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.contains("frame-src https://grafana.example.org:3000;"),
        "{policy}"
    );
}

#[tokio::test]
async fn without_grafana_each_of_its_addresses_says_what_to_configure() {
    let app = app(None).await;
    let admin = app.client("admin").await;
    for path in [
        "/api/grafana-dashboard",
        "/api/grafana-dashboard/embed?server=shop-web",
    ] {
        let off = admin.get(path).await;
        assert_eq!(
            (off.status, off.code().as_str()),
            (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
        );
        assert!(
            off.json()["error"].as_str().unwrap().contains("GRAFANA_BASE_URL"),
            "{}",
            off.json()
        );
    }
    let sources = admin.post("/rpc/monitoring_sources", json!({})).await.ok();
    assert_eq!(sources, json!({"prometheus": "off", "grafana": null}));
    let policy = app.anonymous().get("/login").await;
    let policy = policy.header("content-security-policy").to_owned();
    assert!(policy.contains("frame-src 'none'"), "{policy}");
}

#[tokio::test]
async fn pages_of_old_lead_to_ours() {
    let app = TestApp::alone().await;
    let (viewer, nobody) = (app.client("viewer").await, app.client("nobody").await);
    let html = [("accept", "text/html")];
    for (path, page, next) in [
        ("/api/monitoring/content", "/monitoring", "/monitoring"),
        ("/monitoring/content", "/monitoring", "/monitoring"),
        (
            "/api/monitoring/config-page",
            "/monitoring?tab=settings",
            "/monitoring%3Ftab=settings",
        ),
        (
            "/monitoring/config-page",
            "/monitoring?tab=settings",
            "/monitoring%3Ftab=settings",
        ),
    ] {
        let get = axum::http::Method::GET;
        let shown = viewer.send(get.clone(), path, &html, None).await;
        assert_eq!(
            (shown.status, shown.header("location")),
            (StatusCode::SEE_OTHER, page),
            "{path}"
        );
        let first = app.anonymous().send(get, path, &html, None).await;
        let sign_in = format!("/login?next={next}");
        assert_eq!(
            (first.status, first.header("location")),
            (StatusCode::SEE_OTHER, sign_in.as_str())
        );
        assert_eq!(
            app.anonymous().get(path).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
        assert_eq!(nobody.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

/// The two columns of a frame.
pub fn columns(frame: &Value) -> (Vec<String>, Vec<Option<f64>>) {
    let values = &frame["data"]["results"][0]["frames"][0]["data"]["values"];
    let times: Vec<String> = serde_json::from_value(values[0].clone()).unwrap();
    let numbers: Vec<Option<f64>> = serde_json::from_value(values[1].clone()).unwrap();
    assert_eq!(times.len(), numbers.len(), "{frame}");
    (times, numbers)
}

#[tokio::test]
async fn without_prometheus_frames_hold_what_proxmox_keeps() {
    let app = app(None).await;
    let (admin, nobody) = (app.client("admin").await, app.client("nobody").await);
    let picture = app.drover.inventory.snapshot();
    let running = picture
        .guests
        .iter()
        .filter(|row| row.kind == GuestKind::Qemu && row.started_at > 0);
    // What was added for a test has no past.
    let oldest = running.min_by_key(|row| row.started_at).unwrap();
    let path = &format!("/api/metrics/grafana/vm/{}", oldest.id);
    assert_eq!(nobody.get(path).await.status, StatusCode::FORBIDDEN);
    for (range, shortest) in [
        ("1h", 50),
        ("6h", 10),
        ("24h", 40),
        ("7d", 40),
        ("30d", 40),
        ("1y", 40),
    ] {
        for metric in ["cpu", "memory", "network_in", "network_out"] {
            let frame = admin
                .get(&format!("{path}?metric={metric}&time_range={range}"))
                .await
                .ok();
            assert_eq!(
                (&frame["source"], &frame["problem"]),
                (&json!("proxmox"), &json!(null)),
                "{frame}"
            );
            let (times, numbers) = columns(&frame);
            assert!(
                times.len() >= shortest && times.is_sorted(),
                "{metric} {range}: {times:?}"
            );
            assert!(times[0].ends_with('Z'), "{}", times[0]);
            assert!(numbers.iter().any(Option::is_some), "{metric} {range}");
        }
    }
    let (hour, six) = (
        columns(&admin.get(path).await.ok()).0,
        columns(&admin.get(&format!("{path}?time_range=6h")).await.ok()).0,
    );
    let day = columns(&admin.get(&format!("{path}?time_range=24h")).await.ok()).0;
    assert!(
        six[0] < hour[0] && six[0] > day[0],
        "six hours are cut from the day"
    );
    for metric in ["disk", "load"] {
        let frame = admin.get(&format!("{path}?metric={metric}")).await.ok();
        assert!(columns(&frame).1.iter().all(Option::is_none), "{frame}");
        assert!(
            frame["problem"].as_str().unwrap().contains("Prometheus"),
            "{frame}"
        );
    }
    for (query, field) in [
        ("metric=gpu", "metric"),
        ("metric=CPU", "metric"),
        ("time_range=2h", "time_range"),
        ("metric=&time_range=1h", "metric"),
    ] {
        let wrong = admin.get(&format!("{path}?{query}")).await;
        assert_eq!(
            (wrong.status, wrong.code().as_str()),
            (StatusCode::BAD_REQUEST, "VALIDATION_ERROR")
        );
        assert_eq!(wrong.fields(), [field], "{query}");
    }
    let both = admin.get(&format!("{path}?metric=x&time_range=y")).await.fields();
    assert_eq!(both, ["metric", "time_range"]);
    let unknown = admin.get("/api/metrics/grafana/vm/nobody").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let sam = somebody(&app, &["tag:shop"]).await;
    sam.get("/api/metrics/grafana/vm/shop-web").await.ok();
    let outside = sam.get("/api/metrics/grafana/vm/bank-web").await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND, "it is none of theirs");

    let overview = admin.get("/api/metrics/grafana/overview").await.ok();
    let rows = overview["overview"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["vm_name"] == name).unwrap();
    assert_eq!(row("shop-web")["status"], "running");
    assert!(row("shop-web")["cpu_percent"].is_number(), "{overview}");
    assert_eq!(row("bank-old")["memory_percent"], json!(0.0));
    let theirs = sam.get("/monitoring/metrics/grafana/overview").await.ok();
    assert!(!theirs.to_string().contains("bank"), "{theirs}");
}

#[tokio::test]
async fn a_figure_that_many_look_at_is_fetched_once() {
    let app = app(None).await;
    let admin = app.client("admin").await;
    app.lab().clear_calls().await.unwrap();
    let body = json!({"servers": ["lab:501", "lab:502", "lab:501"], "metric": "cpu", "range": "1h"});
    let asked = (0..30).map(|_| admin.post("/rpc/server_history", body.clone()));
    let answers = futures::future::join_all(asked).await;
    let history = answers[0].ok();
    assert!(answers.iter().all(|other| other.ok() == history));
    let series = history["series"].as_array().unwrap();
    assert_eq!(series.len(), 2, "each once");
    assert_eq!(
        (&series[0]["id"], &series[1]["name"]),
        (&json!("lab:501"), &json!("bank-web"))
    );
    for one in series {
        let (values, times) = (
            one["values"].as_array().unwrap(),
            history["times"].as_array().unwrap(),
        );
        assert_eq!(values.len(), times.len(), "one list of times for all");
    }
    let calls = app.lab().calls().await.unwrap();
    let rrd: u64 = calls
        .iter()
        .filter(|(call, _)| call.contains("rrddata"))
        .map(|(_, count)| count)
        .sum();
    assert_eq!(rrd, 2, "{calls:?}");

    let many: Vec<String> = (0..21).map(|at| format!("lab:{}", 500 + at)).collect();
    for servers in [json!([]), json!(many)] {
        let body = json!({"servers": servers, "metric": "cpu", "range": "1h"});
        let wrong = admin.post("/rpc/server_history", body).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.json());
    }
}
