//! Debian's real Prometheus and node exporter: told of by Drover's file of targets, asked by Drover, and every query of
//! every dashboard put to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::http::Method;
use drover_lab::LabOptions;
use drover_types::ids::GuestId;
use serde_json::{Value, json};
use server::grafana::FILES;
use tempfile::TempDir;

use crate::grafana::columns;
use crate::servers::guest;
use crate::support::{Client, Options, TestApp, site, until};

const TOKEN: &str = "0123456789abcdef";

/// A program that ends with the test.
struct Running(Child);

impl Running {
    fn start(program: &str, arguments: &[String]) -> Self {
        let child = Command::new(program)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{program}, of Debian's package of that name, does not start: {error}")
            });
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port of this machine's that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The body of what `port` answers; `None` where it does not answer with 200.
fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    // The first version of HTTP sends bodies in one piece.
    stream
        .write_all(format!("GET {path} HTTP/1.0\r\nHost: test\r\n\r\n").as_bytes())
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.split_whitespace().nth(1).filter(|status| *status == "200")?;
    Some(body.to_owned())
}

/// An exporter on this machine, a Prometheus that watches what Drover tells it to, and a Drover whose lab has two servers,
/// the first of which has the exporter.
struct Stage {
    app: TestApp,
    admin: Client,
    /// Prometheus' own files.
    _folder: TempDir,
    port: u16,
    prometheus: Option<Running>,
    _exporter: Running,
}

impl Stage {
    async fn set(drover: Option<&str>) -> Self {
        let (exporter, port) = (free_port(), free_port());
        let app = TestApp::start(Options {
            lab: Some(LabOptions {
                guests: 2,
                ..LabOptions::default()
            }),
            guests: vec![guest(501, "shop-01", "running"), guest(502, "shop-02", "running")],
            prometheus: Some(format!("http://127.0.0.1:{port}")),
            real_time: true,
            ..Options::default()
        })
        .await;
        app.heard().await;
        let admin = app.client("admin").await;
        app.has_exporter(501, exporter).await;
        address(&admin, "127.0.0.1").await;
        let listen = |port: u16| format!("--web.listen-address=127.0.0.1:{port}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, configuration(&app, drover)).unwrap();
        let prometheus = [
            format!("--config.file={}", file.display()),
            format!("--storage.tsdb.path={}", folder.path().join("data").display()),
            listen(port),
        ];
        Self {
            _exporter: Running::start("prometheus-node-exporter", &[listen(exporter)]),
            prometheus: Some(Running::start("prometheus", &prometheus)),
            app,
            admin,
            _folder: folder,
            port,
        }
    }

    /// What Prometheus answers to a query.
    fn query(&self, expression: &str) -> Result<Vec<Value>, String> {
        let query: String = form_urlencoded::byte_serialize(expression.as_bytes()).collect();
        let body = get(self.port, &format!("/api/v1/query?query={query}")).ok_or(expression)?;
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        Ok(answer["data"]["result"].as_array().unwrap().clone())
    }

    async fn frame(&self, query: &str) -> Value {
        let path = format!("/api/metrics/grafana/vm/shop-01?{query}");
        self.admin.get(&path).await.ok()
    }
}

/// Says where the first server is reached.
async fn address(admin: &Client, address: &str) {
    let path = "/api/servers/shop-01/connection";
    let body = json!({"address": address});
    admin.send(Method::PUT, path, &[], Some(body)).await.ok();
}

fn configuration(app: &TestApp, drover: Option<&str>) -> String {
    let targets = app.file("prometheus/targets.json");
    let mut text = format!(
        "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n- job_name: servers\n  \
         file_sd_configs: [{{files: ['{}'], refresh_interval: 1s}}]\n",
        targets.display()
    );
    if let Some(drover) = drover {
        text = format!(
            "{text}- job_name: drover\n  authorization: {{credentials: {TOKEN}}}\n  static_configs: [{{targets: ['{drover}']}}]\n"
        );
    }
    text
}

#[tokio::test]
async fn servers_are_measured_from_inside_as_soon_as_they_have_the_exporter() {
    let mut stage = Stage::set(None).await;
    let (id, prometheus) = (GuestId::new("lab", 501), stage.app.drover.prometheus.clone());
    let mut figures = None;
    until("Prometheus knows all figures of the server", async || {
        let all = prometheus.current().await;
        figures = all.and_then(|all| all.get(&id).copied());
        figures.is_some_and(|one| {
            let all = [
                one.cpu_percent,
                one.memory_percent,
                one.disk_percent,
                one.load,
                one.network_in,
                one.network_out,
            ];
            all.iter().all(Option::is_some)
        })
    })
    .await;
    let figures = figures.unwrap();
    assert_eq!(figures.up, Some(true));
    let memory = figures.memory_percent.unwrap();
    for percent in [
        figures.cpu_percent.unwrap(),
        memory,
        figures.disk_percent.unwrap(),
    ] {
        assert!((0.0..=100.0).contains(&percent), "{figures:?}");
    }
    assert!(memory > 1.0, "this machine uses some: {figures:?}");
    assert!(
        figures.load.unwrap() >= 0.0 && figures.network_in.unwrap() >= 0.0,
        "{figures:?}"
    );

    until("its first figures are old enough for a chart", async || {
        stage.frame("metric=cpu").await["source"] == "prometheus"
    })
    .await;
    for metric in ["cpu", "memory", "disk", "network_in", "network_out", "load"] {
        let frame = stage.frame(&format!("metric={metric}&time_range=1h")).await;
        assert_eq!(
            (&frame["source"], &frame["problem"]),
            (&json!("prometheus"), &json!(null)),
            "{frame}"
        );
        let (times, numbers) = columns(&frame);
        assert_eq!(times.len(), 241);
        assert!(numbers.iter().any(Option::is_some), "{metric}");
    }
    let overview = stage.admin.get("/api/metrics/grafana/overview").await.ok();
    let rows = overview["overview"].as_array().unwrap();
    let row = rows.iter().find(|row| row["vm_name"] == "shop-01").unwrap();
    assert!(
        (row["memory_percent"].as_f64().unwrap() - memory).abs() < 0.1,
        "{row} {memory}"
    );
    let sources = stage.admin.post("/rpc/monitoring_sources", json!({})).await.ok();
    assert_eq!(sources["prometheus"], "answering");

    // The other one has no exporter.
    let both = |metric: &str| json!({"servers": ["lab:501", "lab:502"], "metric": metric, "range": "1h"});
    let cpu = stage.admin.post("/rpc/server_history", both("cpu")).await.ok();
    assert_eq!(cpu["source"], "proxmox", "what is compared is measured alike");
    assert_eq!(cpu["problem"]["prometheus_lacks"]["servers"], json!(["shop-02"]));
    let load = stage.admin.post("/rpc/server_history", both("load")).await.ok();
    assert_eq!(load["source"], "prometheus", "nobody else tells it");
    let is_known = |at: usize| {
        let values = load["series"][at]["values"].as_array().unwrap();
        values.iter().any(Value::is_number)
    };
    assert!(is_known(0) && !is_known(1), "{load}");

    // An address that is another, and a role that is taken off.
    address(&stage.admin, "localhost").await;
    let file = stage.app.file("prometheus/targets.json");
    until("the target has moved", async || {
        std::fs::read_to_string(&file).unwrap().contains("\"localhost:")
    })
    .await;
    stage.app.has_no_exporter(501).await;
    address(&stage.admin, "127.0.0.1").await;
    until("the target is gone", async || {
        std::fs::read_to_string(&file).unwrap() == "[]\n"
    })
    .await;
    until("Prometheus watches nothing any more", async || {
        stage.query("up").is_ok_and(|found| found.is_empty())
    })
    .await;

    stage.prometheus = None;
    let frame = stage.frame("metric=cpu&time_range=6h").await;
    assert_eq!(frame["source"], "proxmox");
    assert!(
        frame["problem"].as_str().unwrap().contains("PROMETHEUS_URL"),
        "{frame}"
    );
    // The server is as old as the test, so Proxmox has its times and no figures yet.
    assert!(!columns(&frame).0.is_empty(), "{frame}");
}

/// Drover as a process, which measures itself, over the same lab.
fn drover(stage: &TestApp, folder: &TempDir, port: u16) -> Running {
    site(&folder.path().join("site"));
    let lab = stage.lab();
    let settings = format!(
        "[proxmox]\nname = \"lab\"\nendpoint = {:?}\napi_token = {:?}\nfingerprint = [{:?}]\n",
        lab.api, lab.token, lab.fingerprint
    );
    std::fs::write(folder.path().join("drover.toml"), settings).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_drover"))
        .env_clear()
        .current_dir(folder.path())
        .env("DROVER_SITE", folder.path().join("site"))
        .env("DROVER_LISTEN", format!("127.0.0.1:{port}"))
        .env("DROVER_METRICS_TOKEN", TOKEN)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let listens = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .any(|line| line.starts_with("Drover listens on"));
    assert!(listens, "Drover starts");
    Running(child)
}

/// Panels that show nothing where nothing went wrong, no task ended, or a machine has no disk of its own.
const MAY_BE_EMPTY: &[&str] = &[
    "Calls that Proxmox refused or did not answer",
    "Disk traffic",
    "Disks busy",
    "Tasks that ended",
];

/// A query as Grafana would send it for the first server.
fn filled(expression: &str) -> String {
    expression
        .replace("$__rate_interval", "10s")
        .replace("$cluster", "lab")
        .replace("$vmid", "501")
        .replace("$name", "shop-01")
        .replace("$instance", ".*")
}

/// Every query of a dashboard: whose it is, itself, and the label that is read from its answer.
fn queries(dashboard: &Value) -> Vec<(String, String, Option<String>)> {
    let mut queries = Vec::new();
    for variable in dashboard["templating"]["list"].as_array().unwrap() {
        let query = variable["query"].as_str().unwrap();
        if let Some(inside) = query.strip_prefix("label_values(") {
            let (series, label) = inside.strip_suffix(')').unwrap().rsplit_once(", ").unwrap();
            let name = format!("the variable {}", variable["name"]);
            queries.push((name, filled(series), Some(label.to_owned())));
        }
    }
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        for target in panel["targets"].as_array().unwrap() {
            queries.push((title.to_owned(), filled(target["expr"].as_str().unwrap()), None));
        }
    }
    queries
}

#[tokio::test]
async fn every_query_of_every_dashboard_is_understood_and_finds_what_it_must() {
    let port = free_port();
    let stage = Stage::set(Some(&format!("127.0.0.1:{port}"))).await;
    let folder = tempfile::tempdir().unwrap();
    let _drover = drover(&stage.app, &folder, port);
    let dashboards: Vec<Value> = FILES
        .iter()
        .filter(|(name, _)| name.starts_with("dashboards/"))
        .map(|(name, text)| {
            let dashboard: Value = serde_json::from_str(text).unwrap();
            let uid = dashboard["uid"].as_str().unwrap();
            assert_eq!(*name, format!("dashboards/{uid}.json"));
            dashboard
        })
        .collect();
    let all: Vec<_> = dashboards.iter().flat_map(queries).collect();
    assert!(all.len() > 50, "{}", all.len());
    until("every query has found what it is there for", async || {
        // Somebody uses it: a page, and a function that refuses whoever is not signed in.
        get(port, "/login").expect("a page");
        get(port, "/rpc/current_user");
        let missing = all.iter().filter(|(title, expression, label)| {
            let found = stage.query(expression).unwrap_or_default();
            let is_there = match label {
                Some(label) => found.iter().any(|one| one["metric"][label].is_string()),
                None => !found.is_empty(),
            };
            !is_there && !MAY_BE_EMPTY.contains(&title.as_str())
        });
        let missing: Vec<_> = missing.collect();
        // Shown where it fails.
        println!("missing: {missing:#?}");
        missing.is_empty()
    })
    .await;
    // Those that may be empty are understood all the same: a query that is not answers with an error.
    for (title, expression, _) in &all {
        assert!(stage.query(expression).is_ok(), "{title}: {expression}");
    }
    let up = stage
        .query("up{job=\"servers\",cluster=\"lab\",vmid=\"501\",name=\"shop-01\"}")
        .unwrap();
    assert_eq!(up[0]["value"][1], "1", "{up:?}");
}
