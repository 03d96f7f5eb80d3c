//! Alerts about what Proxmox tells: a machine that went down, a cluster without quorum, a backup that is overdue.

use std::time::Duration;

use drover_lab::LabOptions;
use drover_types::ids::GuestId;
use drover_types::monitoring::{AlertRow, Metric, Subject};
use serde_json::json;

use crate::stage::{Process, Stage};

async fn stage() -> (Stage, Process) {
    let stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    process.monitoring.ensure_rules().await.unwrap();
    // What has to last is tried under a clock of its own: here it is at once.
    for rule in process.monitoring.rules(&stage.ctx).await.unwrap() {
        let mut input = rule.rule.clone();
        input.minutes = 0;
        let changed = process.monitoring.update_rule(&stage.ctx, rule.id, None, &input);
        changed.await.unwrap();
    }
    (stage, process)
}

/// Looks at the rules until the alerts of a metric are as they should be.
async fn comes(
    stage: &Stage,
    process: &Process,
    metric: Metric,
    is_so: impl Fn(&[AlertRow]) -> bool,
) -> Vec<AlertRow> {
    for _ in 0..600 {
        process.monitoring.evaluate().await.unwrap();
        let mut open = process.monitoring.open(&stage.ctx).await.unwrap();
        open.retain(|row| row.metric == metric);
        if is_so(&open) {
            return open;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came: {:?}", process.monitoring.open(&stage.ctx).await);
}

fn is_of(row: &AlertRow, guest: &GuestId) -> bool {
    matches!(&row.subject, Subject::Guest { id, .. } if id == guest)
}

#[tokio::test]
async fn a_machine_that_goes_down_by_itself_is_told_and_one_that_somebody_stops_is_not() {
    let (stage, process) = stage().await;
    for vmid in [710, 711] {
        let config = json!({"smbios1": format!("uuid=00000000-0000-4000-8000-000000000{vmid}")});
        let guest = json!({"vmid": vmid, "name": format!("up-{vmid}"), "node": "pve1", "status": "running", "config": config});
        stage.lab.add_guest(guest).await.unwrap();
    }
    let [stopped, crashed] = [process.seen(710).await, process.seen(711).await];
    for id in [&stopped, &crashed] {
        process.shows(id, |row| row.started_at != 0).await;
    }
    process.monitoring.evaluate().await.unwrap();

    stage.person().stop_qemu("pve1", 710).await.unwrap();
    process.shows(&stopped, |row| row.started_at == 0).await;
    process.monitoring.evaluate().await.unwrap();
    stage
        .lab
        .patch_guest(711, json!({"status": "stopped"}))
        .await
        .unwrap();
    process.shows(&crashed, |row| row.started_at == 0).await;
    let open = comes(&stage, &process, Metric::GuestDown, |open| !open.is_empty()).await;
    assert!(open.len() == 1 && is_of(&open[0], &crashed), "{open:?}");

    stage
        .lab
        .patch_guest(711, json!({"status": "running"}))
        .await
        .unwrap();
    comes(&stage, &process, Metric::GuestDown, <[AlertRow]>::is_empty).await;
    process.stop().await;
}

#[tokio::test]
async fn a_cluster_without_quorum_is_told_until_it_has_it_again() {
    let (stage, process) = stage().await;
    stage.lab.quorum(false).await.unwrap();
    let open = comes(&stage, &process, Metric::Quorum, |open| !open.is_empty()).await;
    assert!(
        matches!(&open[0].subject, Subject::Cluster { cluster } if cluster == "lab"),
        "{open:?}"
    );
    stage.lab.quorum(true).await.unwrap();
    comes(&stage, &process, Metric::Quorum, <[AlertRow]>::is_empty).await;
    process.stop().await;
}

#[tokio::test]
async fn the_days_after_which_a_backup_is_overdue_are_those_of_the_rule_for_all() {
    let (stage, process) = stage().await;
    // One of the demo cluster's guests has not been backed up for weeks. What holds its lock would mute it.
    stage.lab.patch_guest(108, json!({"lock": null})).await.unwrap();
    let old = process.seen(108).await;
    process.backups.refresh(&stage.ctx).await.unwrap();
    process.shows(&old, |row| row.last_backup.at().is_some()).await;
    comes(&stage, &process, Metric::BackupOverdue, |open| {
        open.iter().any(|row| is_of(row, &old))
    })
    .await;

    process.backups.set_overdue_days(&stage.ctx, 366).await.unwrap();
    comes(&stage, &process, Metric::BackupOverdue, |open| {
        !open.iter().any(|row| is_of(row, &old))
    })
    .await;
    let rules = process.monitoring.rules(&stage.ctx).await.unwrap();
    let rule = rules
        .iter()
        .find(|rule| rule.rule.metric == Metric::BackupOverdue)
        .unwrap();
    assert_eq!(rule.rule.warning, Some(366), "one value, wherever it is set");
    let mut input = rule.rule.clone();
    input.warning = Some(9);
    process
        .monitoring
        .update_rule(&stage.ctx, rule.id, None, &input)
        .await
        .unwrap();
    let overview = process.backups.overview(&stage.ctx).await.unwrap();
    assert_eq!(overview.overdue_days, 9);
    let of_old = overview
        .servers
        .iter()
        .find(|server| server.guest == old)
        .unwrap();
    assert_eq!(of_old.without_since, of_old.newest);
    process.stop().await;
}
