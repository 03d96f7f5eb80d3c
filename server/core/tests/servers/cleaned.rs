//! Servers that went wrong are found and cleaned up; disks of nobody are found and deleted.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::ids::GuestId;
use drover_types::removal::{CleanupStatus, Inconsistency};
use drover_types::task::TaskState;
use drover_types::text::Problem;
use serde_json::json;

use crate::stage::{Process, Stage, shop};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 6,
        ..LabOptions::default()
    })
    .await
}

async fn make(process: &Process) -> GuestId {
    let made = process.end(process.create(shop()).await).await;
    let guest = made.task.guest.clone().unwrap_or_else(|| panic!("{made:#?}"));
    process.seen(guest.vmid).await
}

async fn clean(stage: &Stage, process: &Process, name: &str) {
    let task = process.servers.clean_up(&stage.ctx, name, false).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert_eq!(process.servers.broken(&stage.ctx).await.unwrap(), []);
    assert_eq!(process.count("reservations").await, 0);
    let known = process.servers.cleanup_status(&stage.ctx, name).await.unwrap();
    assert_eq!((known.is_reserved, known.what), (false, None));
}

#[tokio::test]
async fn what_is_well_is_left_alone() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    let before = stage.holdings().await;
    assert_eq!(process.servers.broken(&stage.ctx).await.unwrap(), []);
    let known = process.servers.cleanup_status(&stage.ctx, "shop").await.unwrap();
    let well = CleanupStatus {
        is_reserved: true,
        is_there: true,
        what: None,
    };
    assert_eq!(known, well);
    let refused = process.servers.clean_up(&stage.ctx, "shop", false).await;
    assert!(
        matches!(refused, Err(Error::Conflict(Problem::NothingToCleanUp))),
        "{refused:?}"
    );
    let unknown = process.servers.clean_up(&stage.ctx, "nobody", true).await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
    let known = process
        .servers
        .cleanup_status(&stage.ctx, "nobody")
        .await
        .unwrap();
    assert_eq!(known, CleanupStatus::default());
    assert_eq!(stage.holdings().await, before);

    let task = process.servers.clean_up(&stage.ctx, "shop", true).await.unwrap();
    assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    assert!(
        !stage
            .holdings()
            .await
            .guests
            .contains_key(&guest.vmid.to_string())
    );
    process.stop().await;
}

#[tokio::test]
async fn a_reservation_without_its_guest_is_given_back() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    stage.lab.remove_guest(guest.vmid).await.unwrap();
    let broken = process.servers.broken(&stage.ctx).await.unwrap();
    assert_eq!(broken.len(), 1);
    assert_eq!(
        (broken[0].what, broken[0].name.as_str()),
        (Inconsistency::Gone, "shop")
    );
    assert!(broken[0].is_reserved && !broken[0].is_there);
    clean(&stage, &process, "shop").await;
    process.stop().await;
}

#[tokio::test]
async fn a_server_that_could_not_be_started_is_removed() {
    let stage = stage().await;
    let process = stage.process().await;
    let before = stage.holdings().await;
    let fault = json!({
        "match": {"method": "POST", "path": "/status/start$"}, "action": "task_fail",
        "message": "start failed: no such bridge", "at": "start",
    });
    stage.lab.fault(fault).await.unwrap();
    let made = process.end(process.create(shop()).await).await;
    assert_eq!(made.task.state, TaskState::Partial, "{made:#?}");
    let broken = process.servers.broken(&stage.ctx).await.unwrap();
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].what, Inconsistency::NeverStarted);
    clean(&stage, &process, "shop").await;
    assert_eq!(stage.holdings().await, before);
    process.stop().await;
}

#[tokio::test]
async fn an_adoption_ends_with_its_guest() {
    let stage = stage().await;
    let process = stage.process().await;
    let holdings = stage.holdings().await;
    let guests = holdings.guests.iter();
    let mut other = guests.filter(|(_, guest)| guest["template"] != true && guest["type"] == "qemu");
    let vmid = other.next().unwrap().0.parse().unwrap();
    let guest = process.seen(vmid).await;
    let adopt = [guest.clone(), guest];
    let synced = process.servers.sync(&stage.ctx, &adopt, None).await.unwrap();
    assert_eq!(synced.added, adopt[..1]);
    assert_eq!(process.servers.forget_gone().await.unwrap(), 0);
    let fault = json!({"match": {"path": "/cluster/resources"}, "action": "status", "status": 500});
    stage.lab.fault(fault).await.unwrap();
    stage.lab.remove_guest(vmid).await.unwrap();
    assert_eq!(process.servers.forget_gone().await.unwrap(), 0, "nobody knows");
    stage.lab.clear_faults().await.unwrap();
    assert_eq!(process.servers.forget_gone().await.unwrap(), 1);
    // Whoever gets the id is nobody's.
    let theirs = json!({"vmid": vmid, "name": "theirs"});
    stage.lab.add_guest(theirs).await.unwrap();
    let synced = process.servers.sync(&stage.ctx, &[], None).await.unwrap();
    assert!(synced.others.contains(&adopt[0]), "{synced:?}");
    assert_eq!(process.servers.origins(&stage.ctx).await.unwrap().len(), 0);
    process.stop().await;
}

/// Makes a machine whose configuration goes, while its disks stay.
async fn leave_disks(stage: &Stage, vmid: u32) {
    let client = &stage.clusters().get("lab").unwrap().client.clone();
    let clone = pve_client::CloneQemu {
        newid: vmid,
        full: Some(true),
        ..pve_client::CloneQemu::default()
    };
    let upid = client.clone_qemu("pve1", 9000, &clone).await.unwrap();
    while client.task_status(&upid).await.unwrap().outcome().is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stage.lab.forget_guest(vmid).await.unwrap();
}

/// Ids agree by chance; what is of the other cluster's guest, and what nobody has, must not be taken for each other.
#[tokio::test]
async fn disks_of_two_clusters_are_told_apart() {
    let (mut here, there) = tokio::join!(stage(), stage());
    here.join("other", &there);
    let process = here.process().await;
    let found = async || {
        let found = process.servers.orphan_disks(&here.ctx).await.unwrap();
        let names = found
            .into_iter()
            .map(|disk| format!("{} {}", disk.cluster, disk.volume));
        names.collect::<Vec<_>>()
    };
    let disk =
        |gib: u32| json!({"vmid": 700, "name": "theirs", "config": {"scsi0": format!("local-lvm:{gib}")}});
    there.lab.add_guest(disk(1)).await.unwrap();
    assert_eq!(found().await, [""; 0], "its own guest has it");
    // The other cluster's guest of the same id has nothing to do with what this one's has left behind.
    leave_disks(&here, 700).await;
    let left = ["lab local-lvm:vm-700-cloudinit", "lab local-lvm:vm-700-disk-0"];
    assert_eq!(found().await, left);
    let volumes = ["local-lvm:vm-700-disk-0".to_owned()];
    let theirs = process
        .servers
        .purge_disks(&here.ctx, Some("other"), &volumes)
        .await;
    assert!(
        matches!(&theirs, Err(Error::Invalid(fields)) if fields.contains_key("volumes[0]")),
        "{theirs:?}"
    );
    // Only once that guest is gone without its disk are there two of the same name.
    there.lab.forget_guest(700).await.unwrap();
    let mut all = left.map(str::to_owned).to_vec();
    all.push("other local-lvm:vm-700-disk-0".to_owned());
    assert_eq!(found().await, all);
    process.stop().await;
}

#[tokio::test]
async fn disks_of_nobody_are_found_and_deleted() {
    let stage = stage().await;
    let process = stage.process().await;
    assert_eq!(process.servers.orphan_disks(&stage.ctx).await.unwrap(), []);
    let before = stage.holdings().await;
    leave_disks(&stage, 700).await;
    let found = process.servers.orphan_disks(&stage.ctx).await.unwrap();
    let volumes: Vec<String> = found.iter().map(|disk| disk.volume.clone()).collect();
    assert_eq!(
        volumes,
        ["local-lvm:vm-700-cloudinit", "local-lvm:vm-700-disk-0"],
        "{found:#?}"
    );
    assert!(
        found
            .iter()
            .all(|disk| disk.vmid == 700 && disk.size_bytes.is_some())
    );

    let wrong = ["local-lvm:base-9000-disk-0".to_owned()];
    let refused = process.servers.purge_disks(&stage.ctx, None, &wrong).await;
    assert!(
        matches!(&refused, Err(Error::Invalid(fields)) if fields.contains_key("volumes[0]")),
        "{refused:?}"
    );
    let few = json!({"/": ["Datastore.AllocateSpace", "Datastore.Audit", "VM.Audit", "VM.Config.Disk", "Sys.Audit"]});
    stage.lab.grants("drover@pve", few).await.unwrap();
    let tasks = process
        .servers
        .purge_disks(&stage.ctx, None, &volumes)
        .await
        .unwrap();
    assert_eq!(tasks.len(), 1);
    // Without the privilege nothing goes, and the task says what is missing.
    let detail = process.end(tasks[0].id).await;
    assert!(
        matches!(detail.task.problem, Some(Problem::ClusterDenied { .. })),
        "{detail:#?}"
    );
    stage
        .lab
        .grants(
            "drover@pve",
            json!({"/": [
                "Datastore.Allocate", "Datastore.Audit", "VM.Audit", "Sys.Audit",
            ]}),
        )
        .await
        .unwrap();
    // Another guest has one of them, which keeps its name.
    let theirs = json!({"config": {"unused0": "local-lvm:vm-700-disk-0"}});
    stage.lab.patch_guest(9000, theirs).await.unwrap();
    let queued = process.servers.purge_disks(&stage.ctx, None, &volumes).await;
    let detail = process.end(queued.unwrap().remove(0).id).await;
    let volume = "local-lvm:vm-700-disk-0".to_owned();
    assert_eq!(
        detail.task.problem,
        Some(Problem::DiskInUse { volume }),
        "{detail:#?}"
    );
    assert!(
        stage
            .holdings()
            .await
            .volumes
            .iter()
            .any(|one| one.contains("vm-700-disk-0"))
    );
    stage
        .lab
        .patch_guest(9000, json!({"config": {"unused0": null}}))
        .await
        .unwrap();
    let volumes = vec!["local-lvm:vm-700-disk-0".to_owned()];
    // Somebody makes a guest with that id before the task looks.
    for taken in [true, false] {
        stage.hold("hold_before", "GET", "/nextid$", 0).await;
        let queued = process.servers.purge_disks(&stage.ctx, None, &volumes).await;
        let task = queued.unwrap().remove(0);
        let hold = stage.held("/nextid$").await;
        if taken {
            stage
                .lab
                .add_guest(json!({"vmid": 700, "name": "theirs"}))
                .await
                .unwrap();
        }
        stage.lab.release(hold).await.unwrap();
        let detail = process.end(task.id).await;
        if taken {
            assert!(
                matches!(detail.task.problem, Some(Problem::DiskInUse { .. })),
                "{detail:#?}"
            );
            stage.lab.forget_guest(700).await.unwrap();
        } else {
            assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
        }
    }
    assert_eq!(stage.holdings().await, before);
    process.stop().await;
}
