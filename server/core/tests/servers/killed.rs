//! The process is killed at three points of every step: before a call is acted upon, after it was and before its
//! UPID was saved, and after the step was done.

use drover_lab::LabOptions;
use drover_types::task::TaskState;
use drover_types::text::{Problem, Progress};
use serde_json::json;

use crate::stage::{NEW, Stage, assert_shop, shop};

/// Step, method and path of its changing call, and where one like it comes first, how many.
fn calls() -> Vec<(&'static str, &'static str, String, u32)> {
    vec![
        ("clone", "POST", "/clone$".into(), 0),
        ("hardware", "PUT", format!("{NEW}/config$"), 0),
        ("disks: grow", "PUT", format!("{NEW}/resize$"), 0),
        ("disks: add", "POST", format!("{NEW}/config$"), 0),
        ("network", "PUT", format!("{NEW}/config$"), 1),
        ("start", "POST", format!("{NEW}/status/start$"), 0),
    ]
}

/// Kills Drover at a held request, starts it again, and expects one server and no half.
async fn killed_at(stage: &Stage, action: &str, method: &str, path: &str, skip: u32) {
    let before = stage.holdings().await;
    stage.hold(action, method, path, skip).await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    stage.held(path).await;
    process.kill().await;
    let process = stage.process().await;
    let detail = process.end(id).await;
    assert_shop(&before, &stage.holdings().await, &detail);
    assert!(detail.log.iter().any(|line| line.message == Progress::Resumed));
    assert_eq!(
        (
            process.count("secrets").await,
            process.count("reservations").await
        ),
        (0, 1)
    );
    process.stop().await;
}

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await
}

#[tokio::test]
async fn with_the_intent_saved() {
    let mut stage = stage().await;
    for (step, method, path, skip) in calls() {
        println!("killed in {step}");
        stage.reset().await;
        killed_at(&stage, "hold_before", method, &path, skip).await;
    }
}

#[tokio::test]
async fn with_the_call_acted_upon_and_its_upid_not_saved() {
    let mut stage = stage().await;
    for (step, method, path, skip) in calls() {
        println!("killed in {step}");
        stage.reset().await;
        killed_at(&stage, "hold_after", method, &path, skip).await;
    }
}

#[tokio::test]
async fn with_the_step_done() {
    let mut stage = stage().await;
    let config = format!("{NEW}/config$");
    // The first thing that each next step reads.
    let reads = [
        ("reserve", "POST", "/clone$".to_owned(), 0),
        ("clone", "GET", config.clone(), 1),
        ("hardware", "GET", config.clone(), 3),
        ("disks", "GET", config.clone(), 7),
        ("network", "GET", format!("{NEW}/status/current$"), 0),
        ("start", "GET", config, 10),
    ];
    for (step, method, path, skip) in reads {
        println!("killed after {step}");
        stage.reset().await;
        killed_at(&stage, "hold_before", method, &path, skip).await;
    }
}

#[tokio::test]
async fn while_proxmox_goes_on_cloning() {
    // Half a second a Proxmox second: the clone takes ten.
    let stage = Stage::new(LabOptions {
        guests: 8,
        time_scale: 0.1,
        ..LabOptions::default()
    })
    .await;
    let before = stage.holdings().await;
    stage.hold("hold_after", "POST", "/clone$", 0).await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    stage.held("/clone$").await;
    process.kill().await;
    let process = stage.process().await;
    let reattached = Progress::Reattached {
        kind: "qmclone".into(),
    };
    process
        .until(id, |detail| {
            detail.log.iter().any(|line| line.message == reattached)
        })
        .await;
    process.kill().await;
    let process = stage.process().await;
    let detail = process.end(id).await;
    assert_shop(&before, &stage.holdings().await, &detail);
    process.stop().await;
}

#[tokio::test]
async fn while_it_follows_the_clone() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        time_scale: 0.05,
        ..LabOptions::default()
    })
    .await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    process
        .until(id, |detail| {
            detail.steps[1].progress.is_some_and(|percent| percent > 0)
        })
        .await;
    process.kill().await;
    let process = stage.process().await;
    let detail = process.end(id).await;
    assert_shop(&before, &stage.holdings().await, &detail);
    let reattached = Progress::Reattached {
        kind: "qmclone".into(),
    };
    assert!(
        detail.log.iter().any(|line| line.message == reattached),
        "{:#?}",
        detail.log
    );
    let requests = stage.lab.requests("POST", "/clone$").await.unwrap();
    assert_eq!(requests.len(), 1, "it was not cloned again");
    process.stop().await;
}

#[tokio::test]
async fn and_somebody_else_takes_the_id_meanwhile() {
    let stage = stage().await;
    stage.hold("hold_before", "POST", "/clone$", 0).await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    stage.held("/clone$").await;
    let taken = process.until(id, |_| true).await.task.guest.unwrap().vmid;
    process.kill().await;
    let theirs = json!({"vmid": taken, "name": "theirs", "config": {"description": "not yours"}});
    stage.lab.add_guest(theirs).await.unwrap();
    let before = stage.holdings().await;
    let process = stage.process().await;
    let detail = process.end(id).await;
    let vmid = assert_shop(&before, &stage.holdings().await, &detail);
    assert_ne!(vmid, taken.to_string());
    assert!(
        detail
            .log
            .iter()
            .any(|line| line.message == Progress::VmidTaken { vmid: taken })
    );
    process.stop().await;
}

#[tokio::test]
async fn and_somebody_else_replaces_the_server_meanwhile() {
    let mut stage = stage().await;
    // Another clone is made after the first step; from then on the server has gone.
    for (step, method, path, skip) in calls().into_iter().skip(1) {
        println!("killed in {step}");
        stage.reset().await;
        stage.hold("hold_before", method, &path, skip).await;
        let process = stage.process().await;
        let id = process.create(shop()).await;
        stage.held(&path).await;
        let vmid = process.until(id, |_| true).await.task.guest.unwrap().vmid;
        process.kill().await;
        stage.lab.remove_guest(vmid).await.unwrap();
        let theirs = json!({"vmid": vmid, "name": "theirs", "config": {"description": "not yours"}});
        stage.lab.add_guest(theirs).await.unwrap();
        let before = stage.holdings().await;
        let process = stage.process().await;
        let detail = process.end(id).await;
        assert_eq!(stage.holdings().await, before);
        assert_eq!(
            (detail.task.state, detail.task.problem, detail.task.guest),
            (TaskState::Failed, Some(Problem::GuestGone), None)
        );
        assert_eq!(process.count("reservations").await, 0);
        process.stop().await;
    }
}

#[tokio::test]
async fn while_it_undoes() {
    let mut stage = stage().await;
    for action in ["hold_before", "hold_after"] {
        stage.reset().await;
        let before = stage.holdings().await;
        let refusal = json!({
            "match": {"method": "PUT", "path": format!("{NEW}/resize$")}, "action": "status", "status": 500,
        });
        stage.lab.fault(refusal).await.unwrap();
        stage.hold(action, "DELETE", &format!("{NEW}$"), 0).await;
        let process = stage.process().await;
        let id = process.create(shop()).await;
        stage.held(&format!("{NEW}$")).await;
        process.kill().await;
        let process = stage.process().await;
        let detail = process.end(id).await;
        assert_eq!(detail.task.state, TaskState::Failed, "{detail:#?}");
        assert_eq!(stage.holdings().await, before);
        assert_eq!(process.count("reservations").await, 0);
        process.stop().await;
    }
}

#[tokio::test]
async fn or_only_stopped_and_started_again() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        time_scale: 0.1,
        ..LabOptions::default()
    })
    .await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    process.until(id, |detail| detail.steps[1].upid.is_some()).await;
    let since = std::time::Instant::now();
    process.stop().await;
    assert!(
        since.elapsed() < std::time::Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    let process = stage.process().await;
    let detail = process.end(id).await;
    assert_shop(&before, &stage.holdings().await, &detail);
    process.stop().await;
}
