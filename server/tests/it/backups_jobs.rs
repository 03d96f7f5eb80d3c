//! Backup jobs, several servers at once, pruning, and when a server is overdue.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;
use pve_client::JobChange;
use serde_json::{Value, json};

use crate::backups::{app, backed_up};
use crate::firewall::put;
use crate::support::Client;
use crate::tasks::until_ended;

const JOBS: &str = "/api/backups/jobs";

async fn jobs(client: &Client) -> Vec<Value> {
    client.get(JOBS).await.ok()["jobs"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_job_is_made_changed_run_and_deleted() {
    let app = app().await;
    let admin = app.client("admin").await;
    let before = jobs(&admin).await.len();
    let new = json!({
        "schedule": "mon..fri 02:00", "storage": "nfs", "choice": {"of": "some", "vmids": [5010, 5011]},
        "retention": {"keep-last": 3}, "notes": "nightly",
    });
    admin.post(JOBS, new).await.ok();
    let all = jobs(&admin).await;
    assert_eq!(all.len(), before + 1);
    let made = all
        .into_iter()
        .find(|job| job["job"]["notes"] == "nightly")
        .unwrap();
    assert_json_snapshot!("job", made, {".id" => "[id]", ".next_runs" => "[times]"});
    let path = format!("{JOBS}/lab/{}", made["id"].as_str().unwrap());

    let change = json!({"enabled": false, "retention": null, "choice": {"of": "some", "vmids": [5010, 501]}});
    put(&admin, &path, change).await.ok();
    let changed = jobs(&admin)
        .await
        .into_iter()
        .find(|job| job["id"] == made["id"])
        .unwrap();
    assert_eq!(
        (
            &changed["job"]["enabled"],
            &changed["job"]["retention"],
            &changed["job"]["notes"]
        ),
        (&json!(false), &json!(null), &json!("nightly")),
        "{changed}"
    );
    let run = admin.post(&format!("{path}/run"), json!({})).await.ok();
    let accepted: Vec<&Value> = run["accepted"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["server"])
        .collect();
    assert_eq!(accepted, [&json!("lab:501"), &json!("lab:5010")], "{run}");
    let end = until_ended(&admin, run["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    let sent = app.lab().requests("POST", "/vzdump$").await.unwrap();
    let as_storage_says = |request: &Value| {
        let body = request["body"].as_str().unwrap();
        body.contains("remove=1") && !body.contains("prune-backups")
    };
    assert!(sent.len() == 2 && sent.iter().all(as_storage_says), "{sent:?}");

    for (body, field) in [
        (json!({"schedule": "now and then"}), "schedule"),
        (json!({"storage": "ceph"}), "storage"),
        (json!({"node": "pve9"}), "node"),
        (json!({"choice": {"of": "some", "vmids": []}}), "vmids"),
    ] {
        assert_eq!(put(&admin, &path, body.clone()).await.fields(), [field], "{body}");
    }
    assert_eq!(admin.post(JOBS, json!({})).await.fields(), ["choice"]);
    admin.delete(&path).await.ok();
    for answer in [
        admin.delete(&path).await,
        put(&admin, &path, json!({})).await,
        admin.post(&format!("{path}/run"), json!({})).await,
    ] {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND")
        );
    }
    assert_eq!(jobs(&admin).await.len(), before);
}

#[tokio::test]
async fn a_job_that_is_run_now_says_all_that_it_says_at_night() {
    let app = app().await;
    let admin = app.client("admin").await;
    let new = json!({"schedule": "02:00", "storage": "nfs", "choice": {"of": "some", "vmids": [5010]}});
    admin.post(JOBS, new).await.ok();
    let all = jobs(&admin).await;
    let made = all
        .iter()
        .find(|job| job["job"]["choice"]["vmids"] == json!([5010]));
    let id = made.unwrap()["id"].as_str().unwrap().to_owned();
    let said = [
        ("bwlimit", "51200"),
        ("exclude-path", "/var/cache"),
        ("fleecing", "enabled=1,storage=local-lvm"),
        ("ionice", "8"),
        ("mailnotification", "failure"),
        ("mailto", "ops@example.org"),
        ("notification-mode", "legacy-sendmail"),
        ("performance", "max-workers=4"),
        ("remove", "0"),
        ("zstd", "2"),
    ];
    let change = said
        .iter()
        .fold(JobChange::new(), |change, (name, value)| change.set(*name, value));
    let cluster = app.drover.clusters.named(Some("lab")).unwrap();
    cluster.client.change_backup_job(&id, &change).await.unwrap();
    let path = format!("{JOBS}/lab/{id}/run");
    let run = admin.post(&path, json!({})).await.ok();
    let end = until_ended(&admin, run["task_id"].as_str().unwrap()).await;
    assert_eq!(end["status"], "completed", "{end}");
    let sent = app.lab().requests("POST", "/vzdump$").await.unwrap();
    let body = sent[0]["body"].as_str().unwrap();
    for (name, value) in said {
        let value = value
            .replace('=', "%3D")
            .replace(',', "%2C")
            .replace('/', "%2F")
            .replace('@', "%40");
        assert!(
            body.split('&').any(|field| field == format!("{name}={value}")),
            "{name}: {body}"
        );
    }
}

#[tokio::test]
async fn the_next_runs_of_a_schedule_are_told_with_the_zone_that_it_is_read_in() {
    let app = app().await;
    let admin = app.client("admin").await;
    let next = admin.get("/api/backups/next-runs?schedule=02:00").await.ok();
    let runs: Vec<i64> = next["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|at| at.as_i64().unwrap())
        .collect();
    assert!(runs.len() == 5 && runs.is_sorted(), "{next}");
    assert!(runs.windows(2).all(|two| two[1] - two[0] == 86_400), "{next}");
    assert_eq!(next["zones"], json!(["UTC"]), "{next}");
    for query in ["", "?schedule=", "?schedule=now+and+then"] {
        let answer = admin.get(&format!("/api/backups/next-runs{query}")).await;
        assert_eq!(
            (answer.status, answer.fields()),
            (StatusCode::BAD_REQUEST, vec!["schedule".to_owned()])
        );
    }
}

#[tokio::test]
async fn several_are_backed_up_and_the_others_have_their_reason() {
    let app = app().await;
    let admin = app.client("admin").await;
    let ask = async |body: Value| admin.post("/api/backups/bulk", body).await;
    app.lab()
        .patch_guest(5011, json!({"lock": "migrate"}))
        .await
        .unwrap();
    let locked = async || {
        let row = app.drover.inventory.guest(&"lab:5011".parse().unwrap());
        row.is_some_and(|row| row.lock.is_some())
    };
    app.until("the lock is seen", locked).await;
    let names = json!(["sample-01", "sample-02", "nobody"]);
    let done = ask(json!({"server_names": names, "storage": "nfs"})).await.ok();
    assert_eq!(done["accepted"].as_array().unwrap().len(), 1, "{done}");
    let left_out: Vec<(&Value, &Value)> = done["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["name"], &one["code"]))
        .collect();
    let (unknown, locked) = (json!("RESOURCE_NOT_FOUND"), json!("CONFLICT"));
    assert_eq!(
        left_out,
        [(&json!("nobody"), &unknown), (&json!("sample-02"), &locked)]
    );
    until_ended(&admin, done["task_id"].as_str().unwrap()).await;

    let nowhere = ask(json!({"server_names": ["sample-01", "sample-03"], "storage": "nowhere"})).await;
    assert_eq!(
        (nowhere.status, nowhere.code().as_str()),
        (StatusCode::BAD_REQUEST, "VALIDATION_ERROR")
    );
    let unknown = ask(json!({"server_names": ["nobody"], "storage": "nfs"})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(json!({"storage": "nfs"})).await.fields(), ["server_names"]);
    assert_eq!(
        ask(json!({"server_names": ["sample-01"], "mode": "pause"}))
            .await
            .fields(),
        ["mode"]
    );
}

#[tokio::test]
async fn pruning_is_told_before_and_done_where_it_is_asked_for() {
    let app = app().await;
    let admin = app.client("admin").await;
    let how = json!({"storage": "nfs"});
    let first = backed_up(&app, &admin, "sample-01", how.clone()).await;
    let second = backed_up(&app, &admin, "sample-01", how).await;
    let told = admin
        .get("/api/backups/prune?server=sample-01&storage=nfs&keep-last=1")
        .await
        .ok();
    let verdicts: Vec<(&Value, &Value)> = told["backups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["volume"], &one["verdict"]))
        .collect();
    let (stays, goes) = (json!("stays"), json!("goes"));
    assert_eq!(verdicts, [(&second["name"], &stays), (&first["name"], &goes)]);
    assert_eq!(
        admin
            .get("/api/backups/prune?server=sample-01&storage=nfs")
            .await
            .fields(),
        ["retention"]
    );
    assert_eq!(admin.get("/api/backups/prune").await.fields(), ["server"]);

    let third = backed_up(
        &app,
        &admin,
        "sample-01",
        json!({"storage": "nfs", "retention": {"keep-last": 2}}),
    )
    .await;
    let left = admin.get("/api/server/backups/sample-01").await.ok();
    let left: Vec<&Value> = left["data"]["backups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(left, [&third["name"], &second["name"]]);
}

#[tokio::test]
async fn storages_are_asked_anew_and_it_is_said_when_a_server_is_overdue() {
    let app = app().await;
    let admin = app.client("admin").await;
    admin.get("/api/backups").await.ok();
    app.lab().clear_calls().await.unwrap();
    admin.post("/api/backups/refresh", json!({})).await.ok();
    let asked = app.lab().requests("GET", "/storage/.*/content").await.unwrap();
    assert!(!asked.is_empty(), "Proxmox was asked");
    put(&admin, "/api/backups/overdue", json!({"days": 30}))
        .await
        .ok();
    assert_eq!(admin.get("/api/backups").await.ok()["overdue_days"], 30);
    for days in [0, 367] {
        assert_eq!(
            put(&admin, "/api/backups/overdue", json!({"days": days}))
                .await
                .fields(),
            ["days"]
        );
    }
    let wrong = admin
        .send(
            Method::PUT,
            "/api/backups/overdue",
            &[],
            Some(json!({"days": "many"})),
        )
        .await;
    assert_eq!(wrong.fields(), ["days"]);
}
