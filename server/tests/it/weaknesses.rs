//! The weaknesses that the panel before Drover had, one test for each: that it is not one here. What a test elsewhere
//! shows at length is asserted here once, so that this file can be read as the list.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use drover_core::passwords;
use pve_client::{ClientConfig, Credentials, Trust};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::servers::guest;
use crate::support::{Client, Options, PASSWORD, TestApp};
use crate::tasks::until_ended;

async fn status(client: &Client, method: Method, path: &str, body: Value) -> StatusCode {
    client.send(method, path, &[], Some(body)).await.status
}

/// The files below a folder of the workspace that end so.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no {ending}");
    found
}

/// What the running program is made of, each file with its text.
fn sources() -> Vec<(PathBuf, String)> {
    ["server/src", "server/core/src", "server/pve/src", "app/src"]
        .iter()
        .flat_map(|folder| files(folder, ".rs"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// 1: whoever asked could make themselves an administrator, and read where the database is.
#[tokio::test]
async fn nobody_raises_themselves() {
    let app = TestApp::alone().await;
    let (anonymous, viewer) = (app.anonymous(), app.client("viewer").await);
    for (path, body) in [
        ("/api/iam/viewer/role", json!({"role": "admin"})),
        ("/api/admin/iam/viewer/role", json!({"role": "admin"})),
        (
            "/api/iam/viewer/permissions",
            json!({"permissions": ["manage_users"]}),
        ),
        (
            "/api/admin/iam/viewer/permissions",
            json!({"permissions": ["manage_users"]}),
        ),
    ] {
        let asked = async |client| status(client, Method::POST, path, body.clone()).await;
        assert_eq!(asked(&anonymous).await, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(asked(&viewer).await, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(
        anonymous.get("/api/iam/data").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(viewer.get("/api/iam/data").await.status, StatusCode::FORBIDDEN);
    let told = app
        .client("admin")
        .await
        .get("/api/iam/data")
        .await
        .ok()
        .to_string();
    assert!(!told.contains("sqlite") && !told.contains("drover.db"), "{told}");
    assert_eq!(viewer.get("/api/current-user").await.ok()["role"], "viewer");
}

/// 2: clean-up, the deletion of firewall groups, storages and a task's state were open to everybody. There are no
/// firewall groups here yet: their address tells a stranger as little as any other.
#[tokio::test]
async fn strangers_are_asked_who_they_are_everywhere() {
    let app = TestApp::alone().await;
    let (anonymous, nobody) = (app.anonymous(), app.client("nobody").await);
    let clean_up = [
        (Method::GET, "/api/cleanup/status/web"),
        (Method::GET, "/api/cleanup/failed-servers"),
        (Method::POST, "/api/cleanup/clean/web"),
        (Method::POST, "/api/cleanup/bulk-clean"),
    ];
    for (method, path) in clean_up.clone() {
        let refused = status(&nobody, method, path, json!({"server_names": ["web"]})).await;
        assert_eq!(refused, StatusCode::FORBIDDEN, "{path}");
    }
    let others = [
        (Method::DELETE, "/api/firewall/groups/web"),
        (Method::GET, "/api/proxmox_storage"),
        (Method::GET, "/api/datastores"),
        (Method::GET, "/api/tasks/status?task_id=1"),
        (Method::GET, "/api/tasks/1/status"),
    ];
    for (method, path) in clean_up.into_iter().chain(others) {
        let refused = status(&anonymous, method, path, json!({"server_names": ["web"]})).await;
        assert_eq!(refused, StatusCode::UNAUTHORIZED, "{path}");
    }
}

/// 3: whoever might look might change a configuration and take disks away.
#[tokio::test]
async fn who_may_look_changes_nothing() {
    let app = TestApp::with_lab(vec![guest(501, "web", "stopped")]).await;
    let viewer = app.client("viewer").await;
    viewer.get("/api/server/config/web").await.ok();
    for (method, path, body) in [
        (
            Method::PUT,
            "/api/server/config/web",
            json!({"description": "mine"}),
        ),
        (Method::POST, "/api/server/disk/web", json!({"size_gb": 1})),
        (Method::DELETE, "/api/server/disk/web/scsi0", Value::Null),
    ] {
        assert_eq!(
            status(&viewer, method, path, body).await,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert!(app.lab().requests("PUT", "/config$").await.unwrap().is_empty());
    assert!(app.lab().requests("POST", "/config$").await.unwrap().is_empty());
}

/// 4: every user was told the passwords of Grafana and Prometheus. Nobody is: an administrator reads that there is one,
/// and Drover's own figures need a token of their own.
#[tokio::test]
async fn no_answer_tells_the_passwords_of_other_systems() {
    const SECRET: &str = "of-prometheus-alone";
    let app = TestApp::start(Options {
        prometheus: Some("http://127.0.0.1:1".to_owned()),
        prometheus_login: Some(("drover", SECRET)),
        grafana: Some("https://grafana.example.org"),
        ..Options::default()
    })
    .await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    for path in [
        "/api/monitoring/config",
        "/api/grafana-dashboard",
        "/api/grafana-dashboard/embed",
    ] {
        for client in [&admin, &viewer] {
            let text = client.get(path).await.ok().to_string();
            assert!(!text.contains(SECRET), "{path}: {text}");
        }
    }
    let told =
        async |client: &Client| client.get("/api/monitoring/config").await.ok()["data"]["prometheus"].clone();
    assert_eq!(told(&admin).await["password"], "********");
    assert!(told(&viewer).await.get("password").is_none());
    assert!(!viewer.get("/metrics").await.status.is_success());
}

/// 5: the session was a cookie that the browser kept and that a known key signed.
#[tokio::test]
async fn a_session_is_the_servers_and_can_not_be_made_up() {
    let app = TestApp::alone().await;
    let (mine, other) = (app.client("admin").await, app.client("admin").await);
    assert_ne!(mine.cookie, other.cookie);
    let token = mine.cookie.clone().unwrap().replace("session=", "");
    assert!(
        !app.keeps(&token),
        "what opens the session is not what is written down"
    );
    let elsewhere = TestApp::alone().await;
    for cookie in [
        mine.cookie.unwrap(),
        "session=eyJ1c2VybmFtZSI6ImFkbWluIn0.Zz9e1Q.c2lnbmVk".into(),
    ] {
        let mut guest = elsewhere.anonymous();
        guest.cookie = Some(cookie);
        assert_eq!(guest.get("/api/profile").await.status, StatusCode::UNAUTHORIZED);
    }
    let secure = TestApp::start(Options {
        public_url: Some("https://drover.example.org"),
        ..Options::default()
    })
    .await;
    let answer = secure.anonymous().try_sign_in("admin", PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("Secure") && cookie.contains("SameSite"),
        "{cookie}"
    );
}

/// 6: no protection from other sites' pages, nor from guessing; errors that told which users there are; short
/// passwords; sessions that outlived a password.
#[tokio::test]
async fn signing_in_and_out_stands_up_to_strangers() {
    let app = TestApp::alone().await;
    let (viewer, other) = (app.client("viewer").await, app.client("viewer").await);
    let cross_site = [("sec-fetch-site", "cross-site")];
    for (method, path) in [
        (Method::GET, "/logout"),
        (Method::POST, "/api/notifications/clear-all"),
    ] {
        let refused = viewer.send(method, path, &cross_site, None).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    let change =
        |new: &str| json!({"current_password": PASSWORD, "new_password": new, "confirm_password": new});
    let short = viewer.post("/change-password", change("seven77")).await;
    assert_eq!(short.fields(), ["new_password"]);
    viewer
        .post("/change-password", change("another battery staple"))
        .await
        .ok();
    assert_eq!(other.get("/api/profile").await.status, StatusCode::UNAUTHORIZED);

    let stranger = app.anonymous().at("198.51.100.7");
    let said = async |username: &str| stranger.try_sign_in(username, "wrong").await.json()["error"].clone();
    assert_eq!(said("admin").await, said("who").await);
    for _ in 0..5 {
        stranger.try_sign_in("nobody", "wrong").await;
    }
    let waits = stranger.try_sign_in("nobody", PASSWORD).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    app.clock.advance(TimeDelta::hours(1));
    stranger.try_sign_in("nobody", PASSWORD).await.ok();
}

/// 7: nobody looked at the certificates of Proxmox, and tickets were printed to the log.
#[tokio::test]
async fn proxmox_is_asked_only_where_it_is_proven_to_be_it() {
    let app = TestApp::with_lab(Vec::new()).await;
    let lab = app.lab();
    let credentials = Credentials::token(&lab.token).unwrap();
    let config = |trust: Option<Trust>| {
        let mut config = ClientConfig::new(lab.api.clone(), credentials.clone());
        config.trust = trust.unwrap_or(config.trust);
        config
    };
    let right = Trust::Fingerprints(vec![lab.fingerprint.parse().unwrap()]);
    let wrong = Trust::Fingerprints(vec!["ab".repeat(32).parse().unwrap()]);
    let secret = lab.token.split_once('=').unwrap().1;
    let ask = async |config| {
        pve_client::Client::new(config)
            .unwrap()
            .cluster_resources(None)
            .await
    };
    assert!(ask(config(Some(right))).await.is_ok());
    lab.clear_calls().await.unwrap();
    // Without a word of trust the system's authorities count, and they don't know the lab.
    for trust in [None, Some(wrong)] {
        let error = ask(config(trust)).await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.contains("certificate") && !said.contains(secret), "{said}");
    }
    let clear = ClientConfig::new(vec!["http://192.0.2.1:8006".into()], credentials.clone());
    assert!(!format!("{clear:?}").contains(secret));
    assert!(
        pve_client::Client::new(clear).is_err(),
        "credentials in the clear"
    );
}

/// 8: passwords that everybody knew: of the administrator, of databases that roles installed, of virtual machines;
/// and those of others in the clear. What is written down is looked through.
#[tokio::test]
async fn no_password_is_known_beforehand_or_kept_in_the_clear() {
    let first = passwords::generate();
    assert!(first.expose_secret().len() >= 16);
    assert_ne!(first.expose_secret(), passwords::generate().expose_secret());

    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let catalogue = admin.post("/rpc/roles_overview", json!({})).await.ok();
    let roles = catalogue["roles"].as_array().unwrap();
    let variables = roles
        .iter()
        .flat_map(|role| role["variables"].as_array().unwrap());
    for variable in variables {
        assert!(
            variable["secret"] == false || variable["default"].is_null(),
            "{variable}"
        );
    }
    let secret = "only-the-asker-knows-it";
    let mut body = json!({"cpu": 1, "memory": 512, "template_vm_id": 9001});
    let mut made = Vec::new();
    for (name, password) in [("shop-01", None), ("shop-02", Some(secret))] {
        body["name"] = json!(name);
        if let Some(password) = password {
            body["vm_username"] = json!("ops");
            body["vm_password"] = json!(password);
        }
        let queued = admin.post("/api/servers", body.clone()).await.ok();
        let end = until_ended(&admin, queued["task_id"].as_str().unwrap()).await;
        assert!(!end.to_string().contains(secret), "{end}");
        made.push(end["result"]["vmid"].to_string());
    }
    let state = app.lab().state().await.unwrap();
    let password = |vmid: &str| state["guests"][vmid]["config"]["cipassword"].clone();
    assert_eq!(
        password(&made[0]),
        Value::Null,
        "none was asked for, and none is there"
    );
    assert!(password(&made[1]).as_str().unwrap().starts_with("$6$"));
    for kept in [secret, PASSWORD] {
        assert!(!app.keeps(kept), "{kept} stands in the data folder");
    }
}

/// 9: files with secrets in the repository. Whoever has the sources without their history has nothing to look at.
#[test]
fn no_file_of_the_repository_looks_like_a_secret() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !root.join(".git").exists() {
        return;
    }
    let listed = Command::new("git")
        .args(["ls-files"])
        .current_dir(&root)
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.lines().any(|path| path == "Cargo.toml"));
    let is_secret = |path: &&str| {
        let name = path.rsplit('/').next().unwrap();
        name.starts_with(".env")
            || name.starts_with("id_")
            || [".pem", ".key", ".p12", ".pfx", ".db", ".tfvars", ".pyc"]
                .iter()
                .any(|end| name.ends_with(end))
    };
    assert_eq!(listed.lines().filter(is_secret).collect::<Vec<_>>(), [""; 0]);
}

/// 10: names and addresses went unchecked into commands and queries.
#[tokio::test]
async fn what_is_more_than_a_name_goes_nowhere() {
    let app = TestApp::with_lab(Vec::new()).await;
    let admin = app.client("admin").await;
    let body = |name: &str, address: &str| {
        json!({
            "name": name, "cpu": 1, "memory": 512, "template_vm_id": 9001,
            "network_devices": [{"bridge": "vmbr0", "ip_address": address, "subnet": "24"}],
        })
    };
    app.lab().clear_calls().await.unwrap();
    for name in [
        "web; id",
        "$(id)",
        "web\"} or {x=\"",
        "../web",
        "-oProxyCommand=id",
        "web\nroot",
    ] {
        let refused = admin.post("/api/servers", body(name, "10.77.0.9")).await;
        assert_eq!(refused.fields(), ["name"], "{name}");
    }
    for address in ["10.77.0.9; id", "10.77.0.9,gw=10.0.0.1", "-f 10.77.0.9"] {
        let refused = admin.post("/api/servers", body("web", address)).await;
        assert_eq!(refused.fields(), ["network_devices[0].ip_address"], "{address}");
    }
    for server in ["..%2F..%2Fnodes", "web%3Bid", "lab:501%2Fconfig"] {
        let unknown = admin.get(&format!("/api/server/config/{server}")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{server}");
    }
    assert!(
        app.lab().requests("POST", "").await.unwrap().is_empty(),
        "nothing was changed"
    );
}

/// 11: errors were handed out as they were, and the newest notification was anybody's.
#[tokio::test]
async fn errors_tell_a_reason_and_notifications_their_reader() {
    let app = TestApp::with_lab(vec![guest(501, "web", "running")]).await;
    let (admin, viewer) = (app.client("admin").await, app.client("viewer").await);
    let queued = admin.post("/api/servers/web/stop", json!({})).await.ok();
    until_ended(&admin, queued["task_id"].as_str().unwrap()).await;
    let latest = async |client: &Client| {
        let told = client.get("/api/notifications/latest?server=web").await.ok();
        told["notification"].clone()
    };
    assert!(latest(&admin).await.is_object(), "who has asked is told");
    assert_eq!(latest(&viewer).await, Value::Null);

    app.lab()
        .fault(json!({"match": {}, "action": "drop", "count": null}))
        .await
        .unwrap();
    for path in [
        "/api/server_status/web",
        "/api/server/config/web",
        "/api/cleanup/orphan-disks",
    ] {
        let answer = admin.get(path).await;
        assert!(!answer.status.is_success() && !answer.code().is_empty(), "{path}");
        let mut told = answer.json();
        // What the connection or Proxmox said stands apart from the reason, and names nobody who asked.
        let theirs = told["details"]["proxmox"].take().to_string();
        assert!(!theirs.contains("drover@pve"), "{path}: {theirs}");
        let said = told.to_string();
        for inside in ["panicked", ".rs", "reqwest", "hyper", "sqlx", "127.0.0.1"] {
            assert!(!said.contains(inside), "{path}: {said}");
        }
    }
}

/// 12: a secret was found by running what stood in somebody's `.bashrc`.
#[test]
fn secrets_come_from_the_configuration_alone() {
    for (path, text) in sources() {
        assert!(!text.contains("bashrc"), "{}", path.display());
        // The others say where the site is, where a test's database is, and in which folders programs are.
        let may_read = [
            "config/mod.rs",
            "site/source.rs",
            "store/testing.rs",
            "ansible/tool.rs",
            "ansible/play.rs",
            "check_config/ansible.rs",
        ];
        let reads = text.contains("env::var");
        assert!(
            !reads || may_read.iter().any(|end| path.ends_with(end)),
            "{}",
            path.display()
        );
    }
}

/// 13: the web's process called `sudo systemctl`. This one starts Ansible and the tools of OpenSSH, each by its name and
/// its arguments: no shell, and nothing that may more than Drover itself.
#[test]
fn no_program_is_started_but_ansible_and_ssh() {
    let may_start = ["ansible/play.rs", "ansible/ssh.rs", "check_config/ansible.rs"];
    for (path, text) in sources() {
        let starts = [
            "process::Command",
            "tokio::process",
            "Command::new",
            "posix_spawn",
        ]
        .iter()
        .any(|start| text.contains(start));
        assert!(
            !starts || may_start.iter().any(|end| path.ends_with(end)),
            "{}",
            path.display()
        );
        for word in [
            "Command::new(\"sh",
            "Command::new(\"bash",
            "bin/sh",
            "systemctl",
            "sudo ",
        ] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}
