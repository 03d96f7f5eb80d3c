//! What fails before the server is started leaves nothing over; what fails after leaves the server.

use std::time::Duration;

use drover_core::tasks::TaskSettings;
use drover_lab::LabOptions;
use drover_types::task::{StepState, TaskState};
use drover_types::text::{Problem, Progress};
use serde_json::{Value, json};

use crate::stage::{NEW, Stage, assert_shop, settings, shop};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await
}

#[tokio::test]
async fn a_failure_before_the_start_leaves_nothing_over() {
    let mut stage = stage().await;
    let config = format!("{NEW}/config$");
    let resize = format!("{NEW}/resize$");
    let refused = |method: &str, path: &str, skip: u32| json!({"match": {"method": method, "path": path}, "action": "status", "status": 500, "skip": skip});
    let failing = |method: &str, path: &str, at: &str| json!({"match": {"method": method, "path": path}, "action": "task_fail", "message": "disk went away", "at": at});
    let faults: Vec<(&str, Value)> = vec![
        ("the clone is refused", refused("POST", "/clone$", 0)),
        ("the clone fails at once", failing("POST", "/clone$", "start")),
        ("the clone fails half way", failing("POST", "/clone$", "middle")),
        ("the clone fails at its end", failing("POST", "/clone$", "end")),
        ("the hardware is refused", refused("PUT", &config, 0)),
        ("a disk can't be grown", failing("PUT", &resize, "start")),
        ("a disk can't be added", failing("POST", &config, "start")),
        (
            "a disk was added and its task fails",
            failing("POST", &config, "end"),
        ),
        ("the network is refused", refused("PUT", &config, 1)),
    ];
    for (what, fault) in faults {
        println!("{what}");
        stage.reset().await;
        let before = stage.holdings().await;
        stage.lab.fault(fault).await.unwrap();
        let process = stage.process().await;
        let id = process.create(shop()).await;
        let detail = process.end(id).await;
        assert_eq!(detail.task.state, TaskState::Failed, "{what}: {detail:#?}");
        assert!(
            detail.task.problem.is_some() && detail.cause.is_some(),
            "{what}: {detail:#?}"
        );
        assert!(
            detail
                .steps
                .iter()
                .all(|step| !matches!(step.state, StepState::Done | StepState::Running))
        );
        assert_eq!(stage.holdings().await, before, "{what}");
        assert_eq!(detail.task.guest, None, "{what}");
        for table in ["secrets", "reservations", "reservation_addresses"] {
            assert_eq!(process.count(table).await, 0, "{what}: {table}");
        }
        process.stop().await;
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_failure() {
    let mut stage = stage().await;
    let config = format!("{NEW}/config$");
    for (method, path) in [
        ("POST", "/clone$"),
        ("PUT", config.as_str()),
        ("POST", config.as_str()),
    ] {
        for action in ["drop", "drop_after", "broken_json"] {
            println!("{method} {path} {action}");
            stage.reset().await;
            let before = stage.holdings().await;
            let rule = json!({"match": {"method": method, "path": path}, "action": action});
            stage.lab.fault(rule).await.unwrap();
            let process = stage.process().await;
            let detail = process.end(process.create(shop()).await).await;
            assert_shop(&before, &stage.holdings().await, &detail);
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn a_lock_is_waited_for() {
    let stage = stage().await;
    let before = stage.holdings().await;
    stage
        .hold("hold_before", "PUT", &format!("{NEW}/config$"), 0)
        .await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    let hold = stage.held("/config$").await;
    let vmid = process.until(id, |_| true).await.task.guest.unwrap().vmid;
    stage
        .lab
        .patch_guest(vmid, json!({"lock": "backup"}))
        .await
        .unwrap();
    stage.lab.release(hold).await.unwrap();
    let waiting = Progress::WaitingForLock {
        lock: "backup".into(),
    };
    process
        .until(id, |detail| detail.log.iter().any(|line| line.message == waiting))
        .await;
    stage.lab.patch_guest(vmid, json!({"lock": null})).await.unwrap();
    let detail = process.end(id).await;
    assert_shop(&before, &stage.holdings().await, &detail);
    process.stop().await;
}

#[tokio::test]
async fn a_server_that_can_not_be_started_stays_and_says_why() {
    let stage = stage().await;
    stage.hold("hold_before", "POST", "/status/start$", 0).await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    let hold = stage.held("/status/start$").await;
    let vmid = process.until(id, |_| true).await.task.guest.unwrap().vmid;
    stage
        .lab
        .patch_guest(vmid, json!({"start_error": "no such CPU"}))
        .await
        .unwrap();
    stage.lab.release(hold).await.unwrap();
    let detail = process.end(id).await;
    assert_eq!(detail.task.state, TaskState::Partial, "{detail:#?}");
    assert_eq!(
        detail.task.problem,
        Some(Problem::ProxmoxTaskFailed {
            kind: "qmstart".into()
        })
    );
    assert_eq!(detail.cause.as_deref(), Some("no such CPU"));
    assert!(stage.holdings().await.guests.contains_key(&vmid.to_string()));
    assert_eq!(process.count("reservations").await, 1);
    process.stop().await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_stays_and_says_so() {
    let stage = stage().await;
    stage.hold("hold_before", "POST", "/status/start$", 0).await;
    let limit = TaskSettings {
        answer_limit: Duration::from_millis(300),
        ..settings()
    };
    let process = stage.process_with(limit).await;
    let id = process.create(shop()).await;
    let hold = stage.held("/status/start$").await;
    let vmid = process.until(id, |_| true).await.task.guest.unwrap().vmid;
    stage
        .lab
        .patch_guest(vmid, json!({"agent": "never"}))
        .await
        .unwrap();
    stage.lab.release(hold).await.unwrap();
    let detail = process.end(id).await;
    assert_eq!(detail.task.state, TaskState::Partial, "{detail:#?}");
    assert_eq!(detail.task.problem, Some(Problem::NotReachable { minutes: 1 }));
    assert_eq!(
        stage.holdings().await.guests[&vmid.to_string()]["status"],
        "running"
    );
    process.stop().await;
}

#[tokio::test]
async fn an_undo_waits_for_a_proxmox_that_has_gone() {
    let stage = stage().await;
    let before = stage.holdings().await;
    stage.hold("hold_before", "DELETE", &format!("{NEW}$"), 0).await;
    let refusal = json!({"match": {"method": "PUT", "path": format!("{NEW}/resize$")}, "action": "status", "status": 500});
    stage.lab.fault(refusal).await.unwrap();
    let patience = TaskSettings {
        outage_patience: Duration::from_millis(100),
        ..settings()
    };
    let process = stage.process_with(patience).await;
    let id = process.create(shop()).await;
    stage.held(&format!("{NEW}$")).await;
    for node in ["pve1", "pve2", "pve3"] {
        stage.lab.node_down(node).await.unwrap();
    }
    process
        .until(id, |detail| {
            detail.log.iter().any(|line| line.message == Progress::UndoFailed)
        })
        .await;
    for node in ["pve1", "pve2", "pve3"] {
        stage.lab.node_up(node).await.unwrap();
    }
    let detail = process.end(id).await;
    assert_eq!(detail.task.state, TaskState::Failed);
    assert_eq!(stage.holdings().await, before);
    process.stop().await;
}

#[tokio::test]
async fn a_clone_of_a_protected_template_can_be_undone() {
    let stage = stage().await;
    let protected = json!({"config": {"protection": 1}});
    stage
        .lab
        .patch_guest(crate::stage::LOCAL, protected)
        .await
        .unwrap();
    let before = stage.holdings().await;
    let refusal = json!({"match": {"method": "PUT", "path": format!("{NEW}/config$")}, "action": "status", "status": 500});
    stage.lab.fault(refusal).await.unwrap();
    let process = stage.process().await;
    let detail = process.end(process.create(shop()).await).await;
    assert_eq!(detail.task.state, TaskState::Failed, "{detail:#?}");
    assert_eq!(stage.holdings().await, before);
    let detail = process.end(process.create(shop()).await).await;
    let vmid = assert_shop(&before, &stage.holdings().await, &detail);
    let config = stage.holdings().await.guests[&vmid]["config"].clone();
    assert_eq!(config["protection"], Value::Null, "{config}");
    process.stop().await;
}
