//! Disks are added, grown, detached, deleted and moved; the process is killed meanwhile.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::configuration::{DiskBus, DiskEdit};
use drover_types::ids::GuestId;
use drover_types::storage::DiskKind;
use drover_types::task::{TaskDetail, TaskState};
use drover_types::text::{Problem, Progress};
use serde_json::{Value, json};

use crate::configured::{box_of, stage};
use crate::stage::{Process, Stage};

async fn edit(stage: &Stage, process: &Process, guest: &GuestId, edit: DiskEdit) -> TaskDetail {
    let task = process
        .servers
        .change_disks(&stage.ctx, guest, &edit)
        .await
        .unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{edit:?} {detail:#?}");
    detail
}

async fn refused(stage: &Stage, process: &Process, guest: &GuestId, edit: DiskEdit) -> Vec<String> {
    match process.servers.change_disks(&stage.ctx, guest, &edit).await {
        Err(Error::Invalid(fields)) => fields.into_keys().collect(),
        other => panic!("{edit:?} {other:?}"),
    }
}

fn add(bus: DiskBus, number: Option<u32>, storage: Option<&str>, size_gb: u64) -> DiskEdit {
    DiskEdit::Add {
        bus,
        number,
        storage: storage.map(str::to_owned),
        kind: DiskKind::Hdd,
        size_gb,
        path: None,
    }
}

fn grow(device: &str, size_gb: u64) -> DiskEdit {
    let device = device.to_owned();
    DiskEdit::Grow { device, size_gb }
}

fn detach(device: &str, force: bool) -> DiskEdit {
    let device = device.to_owned();
    DiskEdit::Detach { device, force }
}

fn delete(device: &str, force: bool) -> DiskEdit {
    let device = device.to_owned();
    DiskEdit::Delete { device, force }
}

fn to(device: &str, storage: &str, delete_source: bool) -> DiskEdit {
    let (device, storage) = (device.to_owned(), storage.to_owned());
    DiskEdit::Move {
        device,
        storage,
        delete_source,
    }
}

async fn config(stage: &Stage) -> Value {
    stage.holdings().await.guests["500"]["config"].clone()
}

async fn volumes(stage: &Stage) -> Vec<String> {
    let all = stage.holdings().await.volumes.into_iter();
    all.filter(|name| name.ends_with(" of 500")).collect()
}

#[tokio::test]
async fn a_disk_is_added_grown_moved_detached_and_deleted() {
    for status in ["running", "stopped"] {
        let (stage, process, guest) = stage(status).await;
        let boot = "local-lvm:vm-500-disk-0 of 500".to_owned();
        let cloud = "local-lvm:vm-500-cloudinit of 500".to_owned();
        // The first place that is free, and the storage of the boot disk where nothing is set.
        edit(&stage, &process, &guest, add(DiskBus::Scsi, None, None, 3)).await;
        assert_eq!(config(&stage).await["scsi1"], "local-lvm:vm-500-disk-1,size=3G");
        edit(
            &stage,
            &process,
            &guest,
            add(DiskBus::Sata, Some(2), Some("ceph"), 1),
        )
        .await;
        assert!(
            config(&stage).await["sata2"]
                .as_str()
                .unwrap()
                .starts_with("ceph:")
        );
        edit(&stage, &process, &guest, grow("scsi1", 5)).await;
        edit(&stage, &process, &guest, grow("scsi1", 5)).await;
        assert_eq!(config(&stage).await["scsi1"], "local-lvm:vm-500-disk-1,size=5G");

        let moved = edit(&stage, &process, &guest, to("scsi1", "ceph", true)).await;
        assert!(
            moved
                .log
                .iter()
                .any(|line| matches!(&line.message, Progress::MovingDisk { .. }))
        );
        let read = process.servers.configuration(&stage.ctx, &guest).await.unwrap();
        let disk = read.disks.iter().find(|disk| disk.interface == "scsi1").unwrap();
        assert_eq!((disk.storage.as_str(), disk.size_bytes), ("ceph", Some(5 << 30)));
        assert!(read.unused.is_empty());
        // The old volume is kept where that is asked for.
        edit(&stage, &process, &guest, to("scsi1", "local-lvm", false)).await;
        let read = process.servers.configuration(&stage.ctx, &guest).await.unwrap();
        assert_eq!(read.unused.len(), 1);
        assert_eq!(
            (read.unused[0].interface.as_str(), read.unused[0].storage.as_str()),
            ("unused0", "ceph")
        );
        edit(&stage, &process, &guest, delete("unused0", false)).await;

        edit(&stage, &process, &guest, detach("scsi1", false)).await;
        let read = process.servers.configuration(&stage.ctx, &guest).await.unwrap();
        assert_eq!(read.unused.len(), 1);
        assert!(!read.disks.iter().any(|disk| disk.interface == "scsi1"));
        edit(&stage, &process, &guest, delete("unused0", false)).await;
        edit(&stage, &process, &guest, delete("sata2", false)).await;
        assert_eq!(volumes(&stage).await, [cloud, boot.clone()]);

        // By force even these.
        edit(&stage, &process, &guest, delete("ide2", true)).await;
        assert_eq!(volumes(&stage).await, [boot]);
        edit(&stage, &process, &guest, detach("scsi0", true)).await;
        assert!(config(&stage).await["unused0"].is_string());
        process.stop().await;
    }
}

#[tokio::test]
async fn what_can_not_be_is_said_beforehand() {
    let (stage, process, guest) = stage("stopped").await;
    let before = stage.holdings().await;
    let fields = async |edit: DiskEdit| refused(&stage, &process, &guest, edit).await;
    assert_eq!(fields(delete("scsi0", false)).await, ["force"]);
    assert_eq!(fields(detach("scsi0", false)).await, ["force"]);
    assert_eq!(fields(delete("ide2", false)).await, ["force"]);
    assert_eq!(fields(detach("ide2", false)).await, ["force"]);
    assert_eq!(fields(add(DiskBus::Scsi, Some(0), None, 1)).await, ["number"]);
    assert_eq!(fields(add(DiskBus::Ide, Some(4), None, 1)).await, ["number"]);
    assert_eq!(fields(add(DiskBus::Scsi, None, None, 0)).await, ["size_gb"]);
    assert_eq!(fields(add(DiskBus::Scsi, None, None, 131_072)).await, ["size_gb"]);
    assert_eq!(
        fields(add(DiskBus::Scsi, None, Some("nowhere"), 1)).await,
        ["storage"]
    );
    assert_eq!(
        fields(add(DiskBus::Scsi, None, Some("local"), 1)).await,
        ["storage"]
    );
    assert_eq!(fields(grow("scsi0", 7)).await, ["size_gb"]);
    assert_eq!(fields(grow("ide2", 7)).await, ["device"]);
    assert_eq!(fields(to("scsi0", "local-lvm", true)).await, ["storage"]);
    assert_eq!(fields(to("scsi0", "local", true)).await, ["storage"]);
    let servers = &process.servers;
    let unknown = servers.change_disks(&stage.ctx, &guest, &grow("scsi7", 9)).await;
    assert!(
        matches!(unknown, Err(Error::NotFound(Problem::DeviceNotFound { .. }))),
        "{unknown:?}"
    );
    stage
        .lab
        .patch_guest(500, json!({"lock": "migrate"}))
        .await
        .unwrap();
    let locked = servers.change_disks(&stage.ctx, &guest, &grow("scsi0", 9)).await;
    assert!(
        matches!(locked, Err(Error::Conflict(Problem::GuestLocked { .. }))),
        "{locked:?}"
    );
    stage.lab.patch_guest(500, json!({"lock": null})).await.unwrap();
    assert_eq!(stage.holdings().await, before);
    process.stop().await;
}

#[tokio::test]
async fn a_killed_change_is_made_once() {
    let mut stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    for action in ["hold_before", "hold_after"] {
        for (wanted, method, path, left) in [
            (to("scsi0", "ceph", true), "POST", "/move_disk$", 2),
            (to("scsi0", "ceph", false), "POST", "/move_disk$", 3),
            (add(DiskBus::Scsi, None, None, 2), "POST", "/qemu/500/config$", 3),
            (grow("scsi0", 20), "PUT", "/resize$", 2),
            (detach("scsi0", true), "PUT", "/qemu/500/config$", 2),
            (delete("scsi0", true), "POST", "/qemu/500/config$", 1),
        ] {
            println!("{action} {wanted:?}");
            stage.reset().await;
            stage.lab.add_guest(box_of("running")).await.unwrap();
            stage.hold(action, method, path, 0).await;
            let process = stage.process().await;
            let guest = process.seen(500).await;
            let task = process
                .servers
                .change_disks(&stage.ctx, &guest, &wanted)
                .await
                .unwrap();
            stage.held(path).await;
            let twice = process.servers.change_disks(&stage.ctx, &guest, &wanted).await;
            assert!(
                matches!(twice, Err(Error::Conflict(Problem::TaskInTheWay { .. }))),
                "{twice:?}"
            );
            process.kill().await;
            let process = stage.process().await;
            let detail = process.end(task.id).await;
            assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
            assert_eq!(volumes(&stage).await.len(), left, "{:?}", volumes(&stage).await);
            let config = config(&stage).await;
            let disk = config.get("scsi0").and_then(Value::as_str).unwrap_or("none");
            let good = match &wanted {
                DiskEdit::Move { .. } => disk.starts_with("ceph:"),
                DiskEdit::Grow { .. } => disk.ends_with("size=20G"),
                DiskEdit::Add { .. } => config["scsi1"] == "local-lvm:vm-500-disk-1,size=2G",
                _ => disk == "none",
            };
            assert!(good, "{config}");
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn a_move_goes_on_over_a_kill_and_can_be_called_off() {
    // A tenth of a second a Proxmox second: the copy of eight GiB takes more than one.
    let stage = Stage::new(LabOptions {
        guests: 8,
        time_scale: 0.1,
        ..LabOptions::default()
    })
    .await;
    stage.lab.add_guest(box_of("running")).await.unwrap();
    let process = stage.process().await;
    let guest = process.seen(500).await;
    let wanted = to("scsi0", "ceph", true);
    let task = process
        .servers
        .change_disks(&stage.ctx, &guest, &wanted)
        .await
        .unwrap();
    process.until(task.id, |detail| detail.task.progress > 0).await;
    process.kill().await;
    let process = stage.process().await;
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let kind = "qmmove".to_owned();
    let again = Progress::Reattached { kind };
    assert!(
        detail.log.iter().any(|line| line.message == again),
        "{:#?}",
        detail.log
    );
    let tasks = stage.lab.state().await.unwrap()["tasks"].clone();
    let moves = tasks.as_array().unwrap().iter();
    assert_eq!(moves.filter(|one| one["type"] == "qmmove").count(), 1);
    assert!(
        config(&stage).await["scsi0"]
            .as_str()
            .unwrap()
            .starts_with("ceph:")
    );

    let back = to("scsi0", "local-lvm", true);
    let before = stage.holdings().await;
    let task = process
        .servers
        .change_disks(&stage.ctx, &guest, &back)
        .await
        .unwrap();
    process.until(task.id, |detail| detail.task.progress > 0).await;
    process.tasks.cancel(&stage.ctx, task.id).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Cancelled, "{detail:#?}");
    assert_eq!(stage.holdings().await.volumes, before.volumes);
    process.stop().await;
}
