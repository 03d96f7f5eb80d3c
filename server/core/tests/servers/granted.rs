//! What the README says to grant is enough for a server's whole life, on either version of Proxmox.

use drover_lab::LabOptions;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::backup::{BackUp, RestoreAsNew, RestoreOver, Retention};
use drover_types::configuration::{Apply, ConfigurationChange, DiskBus, DiskEdit, NicEdit, NicSettings};
use drover_types::ids::{GuestId, TaskId};
use drover_types::logs::LogType;
use drover_types::metrics::Timeframe;
use drover_types::storage::DiskKind;
use drover_types::task::TaskState;
use serde_json::json;

use crate::stage::{Process, SHARED, Stage, shop};

/// The privileges of the role that the README makes for one version, with those that it says may be added.
fn readme(major: u8) -> Vec<String> {
    let text = include_str!("../../../../README.md");
    let quoted = |text: &str| -> Vec<String> {
        let listed = text.split_once("--privs \"").unwrap().1;
        let listed = listed.split('"').next().unwrap().replace('\\', " ");
        listed.split_whitespace().map(str::to_owned).collect()
    };
    let (_, own) = text.split_once(&format!("# Proxmox VE {major}")).unwrap();
    let added = text.split("--append 1").skip(1).flat_map(quoted);
    let of_this = |privilege: &String| major >= 9 || !privilege.starts_with("VM.GuestAgent.");
    quoted(own).into_iter().chain(added.filter(of_this)).collect()
}

async fn completes(process: &Process, task: TaskId) {
    let detail = process.end(task).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
}

/// A change of whatever can be changed.
fn everything() -> ConfigurationChange {
    ConfigurationChange {
        name: Some("shop-2".into()),
        cores: Some(2),
        sockets: Some(2),
        cpu_type: Some("host".into()),
        memory_mb: Some(2048),
        balloon_mb: Some(1024),
        description: Some("another".into()),
        tags: Some(vec!["moved".into()]),
        on_boot: Some(true),
        boot_order: Some(vec!["scsi0".into()]),
        nics: vec![NicEdit::Add {
            settings: NicSettings {
                bridge: "vmbr1".into(),
                model: "virtio".into(),
                vlan: Some(30),
                firewall: true,
                ..NicSettings::default()
            },
        }],
        apply: Some(Apply::Now),
        ..ConfigurationChange::default()
    }
}

/// One disk through its whole life.
fn disks() -> Vec<DiskEdit> {
    let (device, storage) = ("scsi5".to_owned(), "nfs".to_owned());
    vec![
        DiskEdit::Add {
            bus: DiskBus::Scsi,
            number: Some(5),
            storage: None,
            kind: DiskKind::Hdd,
            size_gb: 2,
            path: None,
        },
        DiskEdit::Grow {
            device: device.clone(),
            size_gb: 3,
        },
        DiskEdit::Move {
            device: device.clone(),
            storage,
            delete_source: true,
        },
        DiskEdit::Detach { device, force: false },
        DiskEdit::Delete {
            device: "unused0".into(),
            force: false,
        },
    ]
}

/// A backup through its whole life.
async fn backups(stage: &Stage, process: &Process, guest: &GuestId) {
    let (backups, ctx) = (&process.backups, &stage.ctx);
    backups.refresh(ctx).await.unwrap();
    let how = BackUp {
        storage: "nfs".into(),
        retention: Some(Retention {
            keep_last: Some(1),
            ..Retention::default()
        }),
        ..BackUp::default()
    };
    let backed_up = backups.back_up(ctx, guest, &how).await;
    completes(process, backed_up.unwrap().id).await;
    let volume = backups.of_server(ctx, guest).await.unwrap().archives[0]
        .volume
        .clone();
    let over = RestoreOver {
        volume: volume.clone(),
        ..RestoreOver::default()
    };
    let restored = backups.restore(ctx, guest, &over).await;
    completes(process, restored.unwrap().id).await;
    let new = RestoreAsNew {
        cluster: "lab".into(),
        volume: volume.clone(),
        name: "copy".into(),
        ..RestoreAsNew::default()
    };
    let copied = backups.restore_as_new(ctx, &new).await;
    completes(process, copied.unwrap().id).await;
    backups
        .edit(ctx, "lab", None, &volume, Some("old"), Some(true))
        .await
        .unwrap();
    backups
        .edit(ctx, "lab", None, &volume, None, Some(false))
        .await
        .unwrap();
    let deleted = backups.delete(ctx, "lab", None, &[volume]).await;
    completes(process, deleted.unwrap().id).await;
}

#[tokio::test]
async fn a_server_lives_with_the_least_privileges() {
    for major in [8, 9] {
        let stage = Stage::new(LabOptions {
            guests: 6,
            pve_version: major,
            ..LabOptions::default()
        })
        .await;
        let privileges = json!({"/": readme(major)});
        stage.lab.grants("drover@pve", privileges).await.unwrap();
        let process = stage.process().await;
        let mut request = shop();
        request.template = Some(SHARED);
        request.node = Some("pve3".into());
        let made = process.create(request).await;
        completes(&process, made).await;
        let guest = process.until(made, |_| true).await.task.guest.unwrap();
        let guest = process.seen(guest.vmid).await;

        let (servers, ctx) = (&process.servers, &stage.ctx);
        servers.configuration(ctx, &guest).await.unwrap();
        servers.metrics(ctx, &guest, Timeframe::Hour).await.unwrap();
        for kind in [LogType::System, LogType::Tasks] {
            servers.logs(ctx, &guest, kind, Some(20)).await.unwrap();
        }
        let changed = servers.change_configuration(ctx, &guest, &everything()).await;
        completes(&process, changed.unwrap().task.unwrap().id).await;
        for edit in disks() {
            let task = servers.change_disks(ctx, &guest, &edit).await;
            completes(&process, task.unwrap().id).await;
        }
        for action in [
            GuestAction::Reboot,
            GuestAction::Suspend,
            GuestAction::Resume,
            GuestAction::Shutdown,
            GuestAction::Start,
        ] {
            let task = servers.act(ctx, &guest, action, ActionOptions::default()).await;
            completes(&process, task.unwrap().id).await;
        }
        backups(&stage, &process, &guest).await;
        // Its configuration is lost, and its disks are found and deleted.
        stage.lab.forget_guest(guest.vmid).await.unwrap();
        let found = servers.orphan_disks(ctx).await.unwrap();
        let volumes: Vec<String> = found.into_iter().map(|disk| disk.volume).collect();
        assert!(!volumes.is_empty());
        for task in servers.purge_disks(ctx, None, &volumes).await.unwrap() {
            completes(&process, task.id).await;
        }
        let next = process.create(shop()).await;
        completes(&process, next).await;
        let guest = process.until(next, |_| true).await.task.guest.unwrap();
        let guest = process.seen(guest.vmid).await;
        servers.plan_delete(ctx, &guest).await.unwrap();
        let delete = servers
            .act(ctx, &guest, GuestAction::Delete, ActionOptions::default())
            .await;
        completes(&process, delete.unwrap().id).await;

        for method in ["GET", "POST", "PUT", "DELETE"] {
            let asked = stage.lab.requests(method, "").await.unwrap();
            let refused = asked.iter().filter(|one| one["status"] == 403);
            let refused: Vec<String> = refused.map(|one| format!("{method} {}", one["path"])).collect();
            assert_eq!(refused, [""; 0], "Proxmox VE {major}");
        }
        process.stop().await;
    }
}
