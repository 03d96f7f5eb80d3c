//! Backups that Proxmox makes of itself: those that fail are told once, and count.

use drover_lab::LabOptions;
use drover_types::ids::GuestId;
use drover_types::task::TaskState;
use pve_client::{TaskOutcome, Vzdump};
use serde_json::json;

use crate::backed_up::{make, to};
use crate::replicas::with_replicas;
use crate::stage::{Process, Stage};

const FAILED: &str = "failed backups";
const ALERTS: &str = "task alerts";

async fn next_fails(stage: &Stage) {
    let fault = json!({
        "match": {"method": "POST", "path": "/vzdump$"}, "action": "task_fail", "at": "middle", "message": "no space",
    });
    stage.lab.fault(fault).await.unwrap();
}

/// Backs a guest up as somebody who works in Proxmox's own interface, and waits for the end.
async fn by_a_person(stage: &Stage, process: &Process, guest: &GuestId) -> bool {
    let (person, node) = (stage.person(), process.inventory.guest(guest).unwrap().node);
    let how = Vzdump {
        storage: "nfs".into(),
        ..Vzdump::default()
    };
    let upid = person.vzdump(&node, guest.vmid, &how).await.unwrap();
    loop {
        if let Some(outcome) = person.task_status(&upid).await.unwrap().outcome() {
            return matches!(outcome, TaskOutcome::Ok);
        }
    }
}

/// A guest that can be backed up, and is not this one.
fn another(process: &Process, but: &GuestId) -> GuestId {
    let picture = process.inventory.snapshot();
    let mut rows = picture.guests.iter();
    let found = rows.find(|row| !row.template && row.lock.is_none() && row.id != *but);
    found.unwrap().id.clone()
}

#[tokio::test]
async fn a_failed_backup_that_drover_has_not_begun_is_told_once_and_raises_an_alert() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    process.monitoring.ensure_rules().await.unwrap();
    let guest = make(&process).await;
    next_fails(&stage).await;
    assert!(!by_a_person(&stage, &process, &guest).await);
    for _ in 0..2 {
        process.backups.tell_failed().await.unwrap();
        assert_eq!(process.count(FAILED).await, 0, "it is from before Drover looked");
    }

    next_fails(&stage).await;
    let other = another(&process, &guest);
    let queued = process
        .backups
        .back_up(&stage.ctx, &other, &to("nfs"))
        .await
        .unwrap();
    assert_eq!(process.end(queued.id).await.task.state, TaskState::Failed);
    assert_eq!(process.count(FAILED).await, 1);
    process.backups.tell_failed().await.unwrap();
    assert_eq!(process.count(FAILED).await, 1, "Drover's own task has told that");
    process.monitoring.evaluate().await.unwrap();
    assert_eq!(process.count(ALERTS).await, 1);

    next_fails(&stage).await;
    assert!(!by_a_person(&stage, &process, &guest).await);
    process.backups.tell_failed().await.unwrap();
    assert_eq!(process.count(FAILED).await, 2);
    process.stop().await;
    let process = stage.process().await;
    process.seen(guest.vmid).await;
    process.backups.tell_failed().await.unwrap();
    assert_eq!(process.count(FAILED).await, 2, "a restart tells nothing twice");
    assert!(process.holds("notifications", "no space").await);
    process.monitoring.evaluate().await.unwrap();
    assert_eq!(process.count(ALERTS).await, 2);

    stage.lab.advance(5.0).await.unwrap();
    assert!(by_a_person(&stage, &process, &guest).await);
    process.backups.refresh(&stage.ctx).await.unwrap();
    process.shows(&guest, |row| row.last_backup.at().is_some()).await;
    process.monitoring.evaluate().await.unwrap();
    assert_eq!(
        process.count(ALERTS).await,
        1,
        "a backup since then is a good end"
    );
    process.stop().await;
}

#[tokio::test]
async fn one_of_two_replicas_tells_of_a_failed_backup() {
    with_replicas(async |stage, one, other| {
        for process in [one, other] {
            process.seen(108).await;
            process.backups.tell_failed().await.unwrap();
        }
        next_fails(stage).await;
        let guest = another(one, &GuestId::new("lab", 108));
        assert!(!by_a_person(stage, one, &guest).await);
        let (first, second) = tokio::join!(one.backups.tell_failed(), other.backups.tell_failed());
        first.unwrap();
        second.unwrap();
        assert_eq!(one.count(FAILED).await, 1);
    })
    .await;
}
