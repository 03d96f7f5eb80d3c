//! Backups are made once, whatever happens meanwhile, and go away again where they are called off.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::backup::PruneVerdict::{Goes, Protected, Stays};
use drover_types::backup::{Archive, BackUp, Retention};
use drover_types::guest::LastBackup;
use drover_types::ids::GuestId;
use drover_types::task::{StepName, TaskDetail, TaskState};
use drover_types::text::{Problem, Progress};
use serde_json::json;

use crate::stage::{Process, Stage, shop};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await
}

/// Makes the shop; it runs.
pub async fn make(process: &Process) -> GuestId {
    let made = process.end(process.create(shop()).await).await;
    assert_eq!(made.task.state, TaskState::Completed, "{made:#?}");
    let guest = made.task.guest.unwrap();
    process.seen(guest.vmid).await
}

pub fn to(storage: &str) -> BackUp {
    BackUp {
        storage: storage.into(),
        ..BackUp::default()
    }
}

pub async fn archives(stage: &Stage, process: &Process, guest: &GuestId) -> Vec<Archive> {
    process
        .backups
        .of_server(&stage.ctx, guest)
        .await
        .unwrap()
        .archives
}

/// The names of the archives that the lab holds of a guest.
async fn held(stage: &Stage, guest: &GuestId) -> Vec<String> {
    let holdings = stage.holdings().await;
    let of = format!(" of {}", guest.vmid);
    let own = holdings.volumes.into_iter();
    own.filter(|name| name.contains(":backup/") && name.ends_with(&of))
        .collect()
}

fn refused(detail: &TaskDetail) -> &Problem {
    detail.task.problem.as_ref().unwrap()
}

#[tokio::test]
async fn a_backup_is_made_and_read_back() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    assert_eq!(archives(&stage, &process, &guest).await, []);
    let how = BackUp {
        notes: "{{guestname}}\nbefore the update".into(),
        protected: true,
        ..to("nfs")
    };
    let task = process.backups.back_up(&stage.ctx, &guest, &how).await.unwrap();
    let again = process.backups.back_up(&stage.ctx, &guest, &how).await;
    assert!(
        matches!(&again, Err(Error::Conflict(Problem::TaskInTheWay { task: other })) if *other == task.id),
        "{again:?}"
    );
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert_eq!(detail.steps[0].name, StepName::Backup);
    let made = archives(&stage, &process, &guest).await;
    let [archive] = made.as_slice() else {
        panic!("{made:?}");
    };
    assert_eq!(
        archive.notes.as_deref(),
        Some("shop"),
        "lists have the first line"
    );
    let whole = process
        .backups
        .get(&stage.ctx, "lab", None, &archive.volume)
        .await
        .unwrap();
    assert_eq!(whole.notes.as_deref(), Some("shop\nbefore the update"));
    assert!(
        archive.protected && archive.node.is_none() && archive.bytes > 0,
        "{archive:?}"
    );
    let told = Progress::BackedUp {
        volume: archive.volume.clone(),
        bytes: archive.bytes,
    };
    assert!(detail.log.iter().any(|line| line.message == told), "{detail:#?}");
    let at = LastBackup::At(archive.made_at);
    process
        .shows(&guest, |row| row.last_backup == at && row.lock.is_none())
        .await;
    let overview = process.backups.overview(&stage.ctx).await.unwrap();
    let row = overview.servers.iter().find(|row| row.guest == guest).unwrap();
    assert_eq!(
        (row.count, row.bytes, row.newest),
        (1, archive.bytes, Some(archive.made_at))
    );
    let status = process.backups.status(&stage.ctx, &guest).await.unwrap().unwrap();
    assert_eq!((status.task.id, status.asked), (task.id, Some(how)));
    process.stop().await;
}

#[tokio::test]
async fn what_can_not_be_is_refused_before_anything_is_touched() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    let fields = |result: drover_core::Result<drover_types::task::TaskRow>| match result {
        Err(Error::Invalid(fields)) => fields,
        other => panic!("{other:?}"),
    };
    for (storage, problem) in [
        (
            "ceph",
            Problem::StorageWithoutBackups {
                storage: "ceph".into(),
            },
        ),
        ("", Problem::Required),
    ] {
        let wrong = process.backups.back_up(&stage.ctx, &guest, &to(storage)).await;
        assert_eq!(fields(wrong)["storage"], problem);
    }
    let node = process.inventory.guest(&guest).unwrap().node;
    let wrong = process.backups.back_up(&stage.ctx, &guest, &to("nothing")).await;
    let missing = Problem::StorageNotOnNode {
        storage: "nothing".into(),
        node,
    };
    assert_eq!(fields(wrong)["storage"], missing);
    for volume in [
        "nfs:backup/../../etc/passwd",
        "/etc/passwd",
        "nfs:backup/vzdump-qemu-1.vma",
        "nfs:iso/x.iso",
    ] {
        let wrong = process
            .backups
            .delete(&stage.ctx, "lab", None, &[volume.into()])
            .await;
        let given = volume.to_owned();
        assert_eq!(fields(wrong)["volume"], Problem::InvalidBackupVolume { given });
    }
    assert_eq!(held(&stage, &guest).await, [""; 0]);
    process.stop().await;
}

/// Kills Drover at a held call, starts it again, and expects one archive.
async fn killed_at(stage: &Stage, action: &str) {
    let process = stage.process().await;
    let guest = make(&process).await;
    stage.hold(action, "POST", "/vzdump$", 0).await;
    let task = process
        .backups
        .back_up(&stage.ctx, &guest, &to("nfs"))
        .await
        .unwrap();
    stage.held("/vzdump$").await;
    process.kill().await;
    let process = stage.process().await;
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{action}: {detail:#?}");
    assert_eq!(held(stage, &guest).await.len(), 1, "{action}: {detail:#?}");
    process.stop().await;
}

#[tokio::test]
async fn one_archive_is_made_though_drover_is_killed_around_the_call() {
    let mut stage = stage().await;
    for action in ["hold_before", "hold_after"] {
        stage.reset().await;
        killed_at(&stage, action).await;
    }
}

#[tokio::test]
async fn a_backup_under_way_is_followed_after_a_restart_and_can_be_called_off() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        time_scale: 0.05,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let guest = make(&process).await;
    let task = process
        .backups
        .back_up(&stage.ctx, &guest, &to("nfs"))
        .await
        .unwrap();
    let runs = |detail: &TaskDetail| matches!(detail.task.message, Progress::Copying { .. });
    let before = process.until(task.id, runs).await;
    process.kill().await;
    let process = stage.process().await;
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert!(before.task.progress < 100 && held(&stage, &guest).await.len() == 1);
    let upid = detail.steps[0].upid.clone();
    assert_eq!(upid, before.steps[0].upid, "it is the same task of Proxmox's");

    let task = process
        .backups
        .back_up(&stage.ctx, &guest, &to("nfs"))
        .await
        .unwrap();
    process.until(task.id, runs).await;
    process.tasks.cancel(&stage.ctx, task.id).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Cancelled, "{detail:#?}");
    assert_eq!(held(&stage, &guest).await.len(), 1, "half an archive is none");
    let lock = stage.lab.state().await.unwrap()["guests"][guest.vmid.to_string()]["lock"].clone();
    assert!(lock.is_null(), "{lock}");
    process.stop().await;
}

#[tokio::test]
async fn a_failed_backup_says_why() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    let full = "vma_queue_write: write error - No space left on device";
    for (message, problem) in [
        (
            full,
            Problem::StorageFull {
                storage: "nfs".into(),
            },
        ),
        (
            "job failed with err -5",
            Problem::ProxmoxTaskFailed {
                kind: "vzdump".into(),
            },
        ),
    ] {
        let fault = json!({
            "match": {"method": "POST", "path": "/vzdump$"}, "action": "task_fail", "at": "middle", "message": message,
        });
        stage.lab.fault(fault).await.unwrap();
        let task = process
            .backups
            .back_up(&stage.ctx, &guest, &to("nfs"))
            .await
            .unwrap();
        let detail = process.end(task.id).await;
        assert_eq!(detail.task.state, TaskState::Failed, "{detail:#?}");
        assert_eq!(*refused(&detail), problem, "{detail:#?}");
        assert!(
            detail.cause.as_ref().is_some_and(|cause| cause.contains(message)),
            "{detail:#?}"
        );
    }
    assert_eq!(held(&stage, &guest).await, [""; 0]);
    process.stop().await;
}

#[tokio::test]
async fn several_are_backed_up_and_what_can_not_be_is_left_out() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    let names: Vec<String> = process
        .inventory
        .snapshot()
        .guests
        .iter()
        .filter(|row| !row.template && row.lock.is_none())
        .map(|row| row.id.to_string())
        .chain(["nobody".to_owned()])
        .collect();
    let acted = process
        .backups
        .back_up_many(&stage.ctx, &names, &to("nfs"))
        .await
        .unwrap();
    assert_eq!(acted.accepted.len(), names.len() - 1, "{acted:?}");
    assert_eq!(acted.rejected.len(), 1);
    let detail = process.end(acted.task.unwrap()).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert_eq!(archives(&stage, &process, &guest).await.len(), 1);
    assert_eq!(process.count("task_slots").await, 0);
    process.stop().await;
}

#[tokio::test]
async fn pruning_is_shown_before_and_takes_what_was_shown() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    for protected in [true, false, false] {
        // Archives are named by the second.
        stage.lab.advance(5.0).await.unwrap();
        let how = BackUp {
            protected,
            ..to("nfs")
        };
        let task = process.backups.back_up(&stage.ctx, &guest, &how).await.unwrap();
        assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    }
    let kept = Retention {
        keep_last: Some(1),
        ..Retention::default()
    };
    let kind = drover_types::guest::GuestKind::Qemu;
    let preview = process
        .backups
        .prune_preview(&stage.ctx, &guest, kind, ("nfs", None), &kept)
        .await
        .unwrap();
    let verdicts: Vec<_> = preview.backups.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Stays, Goes, Protected], "{preview:?}");
    let volumes = |wanted| -> Vec<String> {
        let all = preview.backups.iter().filter(|one| one.verdict == wanted);
        all.map(|one| one.volume.clone()).collect()
    };
    let refusal = process
        .backups
        .delete(&stage.ctx, "lab", None, &volumes(Protected))
        .await;
    assert!(
        matches!(refusal, Err(Error::Conflict(Problem::BackupProtected { .. }))),
        "{refusal:?}"
    );
    let task = process
        .backups
        .delete(&stage.ctx, "lab", None, &volumes(Goes))
        .await
        .unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let left: Vec<String> = archives(&stage, &process, &guest)
        .await
        .into_iter()
        .map(|one| one.volume)
        .collect();
    assert_eq!(left, [volumes(Stays), volumes(Protected)].concat());
    assert_eq!(held(&stage, &guest).await.len(), 2);
    let volume = &volumes(Protected)[0];
    let edited = process
        .backups
        .edit(&stage.ctx, "lab", None, volume, Some("kept"), Some(false))
        .await
        .unwrap();
    assert_eq!((edited.notes.as_deref(), edited.protected), (Some("kept"), false));
    process.stop().await;
}

#[tokio::test]
async fn a_server_becomes_overdue_once() {
    let stage = stage().await;
    let process = stage.process().await;
    let overdue = || process.count("overdue");
    // One of the demo cluster's guests has not been backed up for weeks.
    process.backups.refresh(&stage.ctx).await.unwrap();
    let old = GuestId::new("lab", 108);
    process.seen(108).await;
    process.backups.refresh(&stage.ctx).await.unwrap();
    process.shows(&old, |row| row.last_backup.at().is_some()).await;
    process.backups.tell_overdue().await.unwrap();
    process.backups.tell_overdue().await.unwrap();
    assert_eq!(overdue().await, 1);
    process.backups.set_overdue_days(&stage.ctx, 366).await.unwrap();
    process.backups.tell_overdue().await.unwrap();
    process.backups.set_overdue_days(&stage.ctx, 7).await.unwrap();
    process.backups.tell_overdue().await.unwrap();
    assert_eq!(overdue().await, 2, "it was not overdue meanwhile");
    let wrong = process.backups.set_overdue_days(&stage.ctx, 0).await;
    assert!(matches!(wrong, Err(Error::Invalid(_))), "{wrong:?}");
    process.stop().await;
}
