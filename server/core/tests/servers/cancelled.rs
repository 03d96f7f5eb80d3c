//! A cancel before the start undoes everything, at whatever step; afterwards the server stays.

use drover_lab::LabOptions;
use drover_types::task::TaskState;
use drover_types::text::Problem;
use serde_json::json;

use crate::stage::{NEW, Stage, shop};

#[tokio::test]
async fn before_the_start_nothing_stays() {
    let mut stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    for (method, path, skip) in [
        ("POST", "/clone$".to_owned(), 0),
        ("PUT", format!("{NEW}/config$"), 0),
        ("PUT", format!("{NEW}/resize$"), 0),
        ("POST", format!("{NEW}/config$"), 0),
        ("PUT", format!("{NEW}/config$"), 1),
    ] {
        for action in ["hold_before", "hold_after"] {
            println!("{method} {path} {skip} {action}");
            stage.reset().await;
            let before = stage.holdings().await;
            stage.hold(action, method, &path, skip).await;
            let process = stage.process().await;
            let id = process.create(shop()).await;
            let hold = stage.held(&path).await;
            assert!(process.until(id, |_| true).await.undoes);
            process.tasks.cancel(&stage.ctx, id).await.unwrap();
            stage.lab.release(hold).await.unwrap();
            let detail = process.end(id).await;
            assert_eq!(detail.task.state, TaskState::Cancelled, "{detail:#?}");
            assert_eq!(
                detail.task.problem,
                Some(Problem::CancelledBy { user: "ann".into() })
            );
            assert_eq!(stage.holdings().await, before);
            assert_eq!(process.count("reservations").await, 0);
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn a_running_clone_is_stopped() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        time_scale: 0.5,
        ..LabOptions::default()
    })
    .await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    process.until(id, |detail| detail.steps[1].upid.is_some()).await;
    process.tasks.cancel(&stage.ctx, id).await.unwrap();
    let detail = process.end(id).await;
    assert_eq!(detail.task.state, TaskState::Cancelled, "{detail:#?}");
    assert_eq!(stage.holdings().await, before);
    let stopped = stage.lab.requests("DELETE", "/tasks/UPID").await.unwrap();
    assert_eq!(stopped.len(), 1);
    process.stop().await;
}

#[tokio::test]
async fn once_it_was_started_the_server_stays() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    stage.hold("hold_before", "POST", "/status/start$", 0).await;
    let process = stage.process().await;
    let id = process.create(shop()).await;
    let hold = stage.held("/status/start$").await;
    let seen = process.until(id, |_| true).await;
    let vmid = seen.task.guest.unwrap().vmid;
    assert!(!seen.undoes);
    stage
        .lab
        .patch_guest(vmid, json!({"agent": "never"}))
        .await
        .unwrap();
    stage.lab.release(hold).await.unwrap();
    process
        .until(id, |detail| detail.steps[6].started_at.is_some())
        .await;
    process.tasks.cancel(&stage.ctx, id).await.unwrap();
    let detail = process.end(id).await;
    assert_eq!(detail.task.state, TaskState::Partial, "{detail:#?}");
    assert_eq!(
        detail.task.problem,
        Some(Problem::CancelledBy { user: "ann".into() })
    );
    assert_eq!(
        stage.holdings().await.guests[&vmid.to_string()]["status"],
        "running"
    );
    process.stop().await;
}
