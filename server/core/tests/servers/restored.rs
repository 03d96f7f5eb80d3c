//! Servers are restored, over themselves and as new ones: whole or not at all, and never twice.

use drover_core::{Error, Result};
use drover_lab::LabOptions;
use drover_types::backup::{Archive, BackUp, RestoreAsNew, RestoreOver, RestoreWarning};
use drover_types::guest::GuestStatus;
use drover_types::ids::GuestId;
use drover_types::task::{StepName, TaskDetail, TaskRow, TaskState};
use drover_types::text::{Problem, Progress};
use serde_json::{Value, json};

use crate::backed_up::{archives, make, to};
use crate::stage::{Holdings, Process, Stage};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await
}

async fn back_up(stage: &Stage, process: &Process, guest: &GuestId) -> Archive {
    let task = process
        .backups
        .back_up(&stage.ctx, guest, &to("nfs"))
        .await
        .unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    archives(stage, process, guest).await.remove(0)
}

/// The guest with four cores and a backup, then with eight.
async fn changed(stage: &Stage, process: &Process) -> (GuestId, Archive) {
    let guest = make(process).await;
    let archive = back_up(stage, process, &guest).await;
    let change = json!({"config": {"cores": 8}});
    stage.lab.patch_guest(guest.vmid, change).await.unwrap();
    // Archives are named by the second.
    stage.lab.advance(5.0).await.unwrap();
    (guest, archive)
}

fn over(archive: &Archive, safety: Option<&str>) -> RestoreOver {
    RestoreOver {
        volume: archive.volume.clone(),
        safety: safety.map(str::to_owned),
        ..RestoreOver::default()
    }
}

fn as_new(archive: &Archive) -> RestoreAsNew {
    RestoreAsNew {
        cluster: "lab".into(),
        volume: archive.volume.clone(),
        name: "shop-copy".into(),
        start: true,
        ..RestoreAsNew::default()
    }
}

fn config(holdings: &Holdings, vmid: u32) -> &Value {
    &holdings.guests[&vmid.to_string()]["config"]
}

fn steps(detail: &TaskDetail) -> Vec<StepName> {
    detail.steps.iter().map(|step| step.name).collect()
}

fn wrong(result: Result<TaskRow>, field: &str) -> Problem {
    match result {
        Err(Error::Invalid(mut fields)) => fields.remove(field).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_is_put_back_with_its_power_and_a_backup_of_what_was() {
    let stage = stage().await;
    let process = stage.process().await;
    let (guest, archive) = changed(&stage, &process).await;
    let ask = over(&archive, Some("nfs"));
    let plan = process
        .backups
        .plan_restore(&stage.ctx, &guest, &ask)
        .await
        .unwrap();
    assert_eq!(plan.warnings, [RestoreWarning::WillStop], "{plan:?}");
    assert_eq!((plan.name_then.as_deref(), plan.runs), (Some("shop"), true));
    assert_eq!(plan.disks_now, plan.disks_then);
    let bare = over(&archive, None);
    let plan = process
        .backups
        .plan_restore(&stage.ctx, &guest, &bare)
        .await
        .unwrap();
    assert_eq!(
        plan.warnings,
        [RestoreWarning::WillStop, RestoreWarning::NoSafety]
    );

    let task = process.backups.restore(&stage.ctx, &guest, &ask).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert_eq!(
        steps(&detail),
        [
            StepName::Check,
            StepName::Shutdown,
            StepName::Backup,
            StepName::Restore,
            StepName::Start
        ]
    );
    assert_eq!(config(&stage.holdings().await, guest.vmid)["cores"], 4);
    process
        .shows(&guest, |row| row.status == GuestStatus::Running)
        .await;
    let all = archives(&stage, &process, &guest).await;
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0].notes.as_deref(), Some("shop: before a restore"));
    process.stop().await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_is_touched() {
    let stage = stage().await;
    let process = stage.process().await;
    let (guest, archive) = changed(&stage, &process).await;
    let others = process.inventory.snapshot();
    let other = others
        .guests
        .iter()
        .find(|row| !row.template && row.id != guest && row.lock.is_none());
    let other = other.unwrap().id.clone();
    let mut before = stage.holdings().await;
    let ask = over(&archive, None);
    let of_another = process.backups.restore(&stage.ctx, &other, &ask).await;
    let volume = archive.volume.clone();
    assert_eq!(wrong(of_another, "volume"), Problem::BackupOfAnother { volume });
    for given in ["nfs:backup/../x", "/etc/passwd", "nfs:vm-100-disk-0"] {
        let ask = RestoreOver {
            volume: given.into(),
            ..ask.clone()
        };
        let refused = process.backups.restore(&stage.ctx, &guest, &ask).await;
        let given = given.to_owned();
        assert_eq!(wrong(refused, "volume"), Problem::InvalidBackupVolume { given });
    }
    let gone = format!(
        "nfs:backup/vzdump-qemu-{}-2020_01_01-00_00_00.vma.zst",
        guest.vmid
    );
    let missing = RestoreOver {
        volume: gone.clone(),
        ..ask.clone()
    };
    let refused = process.backups.restore(&stage.ctx, &guest, &missing).await;
    assert!(
        matches!(&refused, Err(Error::NotFound(Problem::BackupNotFound { volume })) if *volume == gone),
        "{refused:?}"
    );
    let unsafe_storage = over(&archive, Some("ceph"));
    let refused = process.backups.restore(&stage.ctx, &guest, &unsafe_storage).await;
    let storage = "ceph".to_owned();
    assert_eq!(
        wrong(refused, "safety"),
        Problem::StorageWithoutBackups { storage }
    );
    let taken = RestoreAsNew {
        name: "shop".into(),
        vmid: Some(guest.vmid),
        ..as_new(&archive)
    };
    let refused = process.backups.restore_as_new(&stage.ctx, &taken).await;
    match refused {
        Err(Error::Invalid(fields)) => {
            assert_eq!(fields["name"], Problem::NameTaken { name: "shop".into() });
            assert_eq!(fields["vmid"], Problem::VmidTaken { vmid: guest.vmid });
        }
        other => panic!("{other:?}"),
    }
    stage
        .lab
        .patch_guest(guest.vmid, json!({"config": {"protection": 1}}))
        .await
        .unwrap();
    let refused = process.backups.restore(&stage.ctx, &guest, &ask).await;
    assert!(
        matches!(refused, Err(Error::Conflict(Problem::GuestProtected))),
        "{refused:?}"
    );
    let mut after = stage.holdings().await;
    for holdings in [&mut before, &mut after] {
        holdings.guests.remove(&guest.vmid.to_string());
    }
    assert_eq!(before, after);
    process.stop().await;
}

/// The changing calls of a restore over a server, in order.
const OVER: [&str; 4] = [
    "/status/shutdown$",
    "/vzdump$",
    "/nodes/[^/]+/qemu$",
    "/status/start$",
];

#[tokio::test]
async fn a_restore_over_a_server_comes_to_its_end_though_drover_is_killed_around_every_call() {
    let mut stage = stage().await;
    for path in OVER {
        for action in ["hold_before", "hold_after"] {
            println!("killed at {action} of {path}");
            stage.reset().await;
            let process = stage.process().await;
            let (guest, archive) = changed(&stage, &process).await;
            stage.hold(action, "POST", path, 0).await;
            let ask = over(&archive, Some("nfs"));
            let task = process.backups.restore(&stage.ctx, &guest, &ask).await.unwrap();
            stage.held(path).await;
            process.kill().await;
            let process = stage.process().await;
            let detail = process.end(task.id).await;
            assert_eq!(
                detail.task.state,
                TaskState::Completed,
                "{action} {path}: {detail:#?}"
            );
            assert_eq!(config(&stage.holdings().await, guest.vmid)["cores"], 4, "{path}");
            process
                .shows(&guest, |row| row.status == GuestStatus::Running)
                .await;
            let backups = archives(&stage, &process, &guest).await;
            assert_eq!(backups.len(), 2, "{action} {path}: {backups:?}");
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn a_restore_that_is_called_off_before_it_begins_leaves_the_server_running_as_it_was() {
    let stage = stage().await;
    let process = stage.process().await;
    let (guest, archive) = changed(&stage, &process).await;
    stage.hold("hold_before", "POST", "/vzdump$", 0).await;
    let ask = over(&archive, Some("nfs"));
    let task = process.backups.restore(&stage.ctx, &guest, &ask).await.unwrap();
    let id = stage.held("/vzdump$").await;
    process.tasks.cancel(&stage.ctx, task.id).await.unwrap();
    stage.lab.release(id).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Cancelled, "{detail:#?}");
    assert_eq!(config(&stage.holdings().await, guest.vmid)["cores"], 8);
    process
        .shows(&guest, |row| {
            row.status == GuestStatus::Running && row.lock.is_none()
        })
        .await;
    process.stop().await;
}

#[tokio::test]
async fn a_restore_that_fails_half_way_says_what_is_left_and_switches_nothing_on() {
    let stage = stage().await;
    let process = stage.process().await;
    let (guest, archive) = changed(&stage, &process).await;
    let fault = json!({
        "match": {"method": "POST", "path": "/nodes/[^/]+/qemu$"}, "action": "task_fail", "at": "middle",
        "message": "vma extract failed",
    });
    stage.lab.fault(fault).await.unwrap();
    let ask = over(&archive, Some("nfs"));
    let task = process.backups.restore(&stage.ctx, &guest, &ask).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Failed, "{detail:#?}");
    assert!(
        matches!(detail.task.problem, Some(Problem::ProxmoxTaskFailed { .. })),
        "{detail:#?}"
    );
    let starts = stage.lab.requests("POST", "/status/start$").await.unwrap();
    assert_eq!(starts.len(), 1, "only when it was made: {starts:?}");
    assert_eq!(
        archives(&stage, &process, &guest).await.len(),
        2,
        "the backup of what was stays"
    );
    // And from that backup it comes back.
    let gone = archives(&stage, &process, &guest).await.remove(0);
    assert_eq!(gone.notes.as_deref(), Some("shop: before a restore"));
    process.stop().await;
}

fn macs(config: &Value) -> Vec<String> {
    let nets = config
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, _)| key.starts_with("net"));
    nets.map(|(_, net)| net.as_str().unwrap().split(',').next().unwrap().to_owned())
        .collect()
}

async fn made_anew(stage: &Stage, guest: &GuestId, detail: &TaskDetail) {
    let new = detail.task.guest.clone().unwrap();
    let holdings = stage.holdings().await;
    let (old, made) = (config(&holdings, guest.vmid), config(&holdings, new.vmid));
    assert_eq!(
        (made["name"].as_str(), &made["cores"]),
        (Some("shop-copy"), &json!(4)),
        "{made}"
    );
    assert_ne!(macs(made), macs(old));
    assert_ne!(made["smbios1"], old["smbios1"]);
    let copies = holdings
        .guests
        .values()
        .filter(|one| one["config"]["name"] == "shop-copy");
    assert_eq!(copies.count(), 1);
}

#[tokio::test]
async fn a_server_is_made_from_a_backup_once_though_drover_is_killed_around_every_call() {
    let mut stage = stage().await;
    for path in ["/nodes/[^/]+/qemu$", "/status/start$"] {
        for action in ["hold_before", "hold_after"] {
            println!("killed at {action} of {path}");
            stage.reset().await;
            let process = stage.process().await;
            let (guest, archive) = changed(&stage, &process).await;
            stage.hold(action, "POST", path, 0).await;
            let task = process
                .backups
                .restore_as_new(&stage.ctx, &as_new(&archive))
                .await
                .unwrap();
            stage.held(path).await;
            process.kill().await;
            let process = stage.process().await;
            let detail = process.end(task.id).await;
            assert_eq!(
                detail.task.state,
                TaskState::Completed,
                "{action} {path}: {detail:#?}"
            );
            made_anew(&stage, &guest, &detail).await;
            let new = detail.task.guest.clone().unwrap();
            process
                .shows(&new, |row| row.status == GuestStatus::Running && row.made_here)
                .await;
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn a_new_server_that_comes_to_nothing_leaves_nothing() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        time_scale: 0.05,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let (_, archive) = changed(&stage, &process).await;
    let before = stage.holdings().await;
    let task = process
        .backups
        .restore_as_new(&stage.ctx, &as_new(&archive))
        .await
        .unwrap();
    process
        .until(task.id, |detail| {
            matches!(detail.task.message, Progress::Copying { .. })
        })
        .await;
    process.tasks.cancel(&stage.ctx, task.id).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Cancelled, "{detail:#?}");
    assert_eq!(stage.holdings().await, before);

    let fault = json!({
        "match": {"method": "POST", "path": "/nodes/[^/]+/qemu$"}, "action": "task_fail", "at": "middle",
        "message": "vma extract failed",
    });
    stage.lab.fault(fault).await.unwrap();
    let task = process
        .backups
        .restore_as_new(&stage.ctx, &as_new(&archive))
        .await
        .unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Failed, "{detail:#?}");
    assert_eq!(stage.holdings().await, before);
    assert_eq!(process.count("reservations").await, 1, "that of the shop");
    process.stop().await;
}

#[tokio::test]
async fn containers_are_backed_up_and_restored_too() {
    let stage = stage().await;
    let process = stage.process().await;
    for _ in 0..500 {
        if !process.inventory.snapshot().guests.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let picture = process.inventory.snapshot();
    let container = picture
        .guests
        .iter()
        .find(|row| row.kind == drover_types::guest::GuestKind::Lxc && row.lock.is_none())
        .expect("a container");
    let guest = container.id.clone();
    let how = BackUp {
        mode: drover_types::backup::BackupMode::Stop,
        ..to("nfs")
    };
    let task = process.backups.back_up(&stage.ctx, &guest, &how).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let archive = archives(&stage, &process, &guest).await.remove(0);
    stage.lab.advance(5.0).await.unwrap();
    let task = process
        .backups
        .restore(&stage.ctx, &guest, &over(&archive, None))
        .await
        .unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let new = RestoreAsNew {
        name: "box-copy".into(),
        ..as_new(&archive)
    };
    let task = process.backups.restore_as_new(&stage.ctx, &new).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let made = detail.task.guest.unwrap();
    let hostname = &config(&stage.holdings().await, made.vmid)["hostname"].clone();
    assert_eq!(hostname, "box-copy");
    process.stop().await;
}
