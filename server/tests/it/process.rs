//! The program as a process: how it ends where it can't start, and that nobody is locked out by that.

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use drover_lab::{Lab, LabOptions};

use crate::support::site;

/// The program with a folder of its own and nothing else of this process's environment.
fn drover(folder: &Path, env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drover"));
    command
        .env_clear()
        .current_dir(folder)
        .env("DROVER_SITE", folder.join("site"))
        .env("PROXMOX_ENDPOINT", "http://127.0.0.1:1")
        .env("PROXMOX_API_TOKEN", "drover@pve!main=secret")
        .envs(env.iter().copied());
    command
}

#[test]
fn a_configuration_that_can_not_be_used_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("DATABASE_URL", "mysql://h/d"),
        ("DROVER_SECRET_KEY", "short"),
        ("DROVER_ADMIN_PASSWORD", "1234567890"),
        ("DROVER_CORS_ORIGINS", "https://a b.example.org"),
        ("DROVER_SESSION_MAX_HOURS", "4000000000"),
        ("DROVER_METRICS_TOKEN", "guessed"),
        ("PROMETHEUS_URL", "localhost:9090"),
        ("GRAFANA_BASE_URL", "https://admin:admin@grafana"),
        ("DROVER_PROMETHEUS_TARGETS", "/srv/targets.yml"),
    ] {
        let ended = drover(folder.path(), &[(name, value)]).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{name}: {said}");
        assert!(
            said.contains(name) || said.contains("session.max_hours"),
            "{name}: {said}"
        );
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_first_start_that_fails_leaves_the_first_password_to_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    site(&folder.path().join("site"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let failed = drover(folder.path(), &[("DROVER_LISTEN", &address)])
        .output()
        .unwrap();
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot listen"), "{said}");

    // Somebody else's file of that name, which others may read.
    let file = folder.path().join("data/initial-admin-password");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let log = File::create(folder.path().join("log")).unwrap();
    let mut running = drover(folder.path(), &[("DROVER_LISTEN", "127.0.0.1:0")])
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let listens = BufReader::new(running.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .any(|line| line.starts_with("Drover listens on"));
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(
        listens,
        "{}",
        fs::read_to_string(folder.path().join("log")).unwrap()
    );
    assert!(fs::read_to_string(&file).unwrap().trim().len() >= 10);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

/// The head and body of what `address` answers.
fn get(address: &str, path: &str, token: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: drover\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn what_is_measured_is_told_to_whoever_knows_the_token() {
    let folder = tempfile::tempdir().unwrap();
    site(&folder.path().join("site"));
    let token = "0123456789abcdef";
    let settings = [("DROVER_LISTEN", "127.0.0.1:0"), ("DROVER_METRICS_TOKEN", token)];
    let mut running = drover(folder.path(), &settings)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let address = BufReader::new(running.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("Drover listens on http://").map(str::to_owned))
        .unwrap();
    for wrong in ["", "0123456789abcdeF", "0123456789abcdef0"] {
        let refused = get(&address, "/metrics", wrong);
        assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
        assert!(!refused.contains("pve_requests"), "{refused}");
    }
    // The cluster that this test configures refuses connections: what is counted are the tries.
    let deadline = Instant::now() + Duration::from_secs(30);
    let told = loop {
        let told = get(&address, "/metrics", token);
        if told.contains("pve_requests_total") || Instant::now() > deadline {
            break told;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(
        told.contains("pve_requests_total{endpoint=\"/cluster/resources\",method=\"GET\""),
        "{told}"
    );
    assert!(told.contains("pve_request_seconds_bucket"), "{told}");
}

#[tokio::test]
async fn check_config_tries_every_address_and_what_is_named() {
    let lab = Lab::start(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let check = |env: &[(&str, &str)]| {
        let endpoints = lab.api.join(",");
        let cluster = [
            ("PROXMOX_ENDPOINT", endpoints.as_str()),
            ("PROXMOX_API_TOKEN", &lab.token),
            ("PROXMOX_FINGERPRINT", &lab.fingerprint),
        ];
        let env: Vec<_> = cluster.iter().chain(env).copied().collect();
        let ended = drover(folder.path(), &env).arg("check-config").output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stdout).unwrap())
    };
    let (code, told) = check(&[("PROXMOX_NODE", "pve1")]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(
        told.matches(" answers: Proxmox VE").count(),
        lab.api.len(),
        "{told}"
    );
    assert!(told.contains("names its node pve1"), "{told}");

    lab.node_down("pve2").await.unwrap();
    let (code, told) = check(&[("PROXMOX_SSD_DATASTORE", "nowhere")]);
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(
        told.matches(" answers: Proxmox VE").count(),
        lab.api.len() - 1,
        "{told}"
    );
    assert!(told.contains("warn  cluster main: 127.0.0.1:"), "{told}");
    assert!(
        told.contains(
            "FAIL  cluster main: PROXMOX_SSD_DATASTORE is \"nowhere\", which is none of its storages"
        ),
        "{told}"
    );
}
