//! Servers are deleted with all that belongs to them, and nothing else is: killed at each call, refused, raced.

use drover_core::{Error, Result};
use drover_lab::LabOptions;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::guest::GuestStatus;
use drover_types::ids::GuestId;
use drover_types::removal::Reference;
use drover_types::task::{StepName, StepState, TaskDetail, TaskRow, TaskState};
use drover_types::text::{Problem, Progress};
use serde_json::{Value, json};

use crate::stage::{Process, Stage, shop};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await
}

async fn delete(stage: &Stage, process: &Process, guest: &GuestId) -> Result<TaskRow> {
    let (action, options) = (GuestAction::Delete, ActionOptions::default());
    process.servers.act(&stage.ctx, guest, action, options).await
}

/// Makes the shop; it runs.
async fn make(process: &Process) -> GuestId {
    let made = process.end(process.create(shop()).await).await;
    assert_eq!(made.task.state, TaskState::Completed, "{made:#?}");
    made.task.guest.unwrap()
}

fn says(detail: &TaskDetail, wanted: &Progress) -> bool {
    detail.log.iter().any(|line| line.message == *wanted)
}

#[tokio::test]
async fn a_running_server_goes_with_its_disks_and_all_that_was_kept_for_it() {
    let stage = stage().await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    process.seen(guest.vmid).await;

    let plan = process.servers.plan_delete(&stage.ctx, &guest).await.unwrap();
    assert!(plan.stops_first && plan.refusal.is_none(), "{plan:?}");
    assert_eq!(plan.name, "shop");
    let sizes: Vec<_> = plan
        .disks
        .iter()
        .map(|disk| disk.size_bytes.unwrap() >> 30)
        .collect();
    assert_eq!(sizes, [24, 7], "{plan:?}");
    assert_eq!(stage.holdings().await.guests.len(), before.guests.len() + 1);

    let task = delete(&stage, &process, &guest).await.unwrap();
    process
        .until(task.id, |_| {
            let row = process.inventory.guest(&guest);
            row.is_none_or(|row| row.status == GuestStatus::Deleting)
        })
        .await;
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let steps: Vec<_> = detail.steps.iter().map(|step| step.name).collect();
    assert_eq!(
        steps,
        [
            StepName::Check,
            StepName::Stop,
            StepName::Destroy,
            StepName::Release
        ]
    );
    let what = Progress::WillRemove {
        disks: 2,
        bytes: 31 << 30,
    };
    assert!(says(&detail, &what), "{:#?}", detail.log);
    assert_eq!(stage.holdings().await, before);
    assert_eq!(process.count("reservations").await, 0);
    assert_eq!(process.count("reservation_addresses").await, 0);
    process
        .until(task.id, |_| process.inventory.guest(&guest).is_none())
        .await;
    let gone = delete(&stage, &process, &guest).await;
    assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");

    // Name and addresses are free again.
    make(&process).await;
    process.stop().await;
}

#[tokio::test]
async fn what_names_a_server_is_reported_and_forgets_it() {
    let stage = stage().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    process.seen(guest.vmid).await;
    let vmid = guest.vmid;
    stage
        .lab
        .patch_guest(vmid, json!({"ha_state": "started"}))
        .await
        .unwrap();
    let plan = process.servers.plan_delete(&stage.ctx, &guest).await.unwrap();
    assert_eq!(plan.references, [Reference::HighAvailability], "{plan:?}");
    let task = delete(&stage, &process, &guest).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let reference = Reference::HighAvailability;
    assert!(
        says(&detail, &Progress::Mentioned { reference }),
        "{:#?}",
        detail.log
    );
    process.stop().await;
}

/// Kills Drover at a held request of a deletion, starts it again, and expects that all of it is gone.
async fn killed_at(stage: &Stage, action: &str, method: &str, path: &str, skip: u32) {
    let before = stage.holdings().await;
    let process = stage.process().await;
    let guest = make(&process).await;
    process.seen(guest.vmid).await;
    let path = path.replace("{vmid}", &guest.vmid.to_string());
    let task = {
        stage.hold(action, method, &path, skip).await;
        delete(stage, &process, &guest).await.unwrap()
    };
    stage.held(&path).await;
    process.kill().await;
    let process = stage.process().await;
    let detail = process.end(task.id).await;
    assert_eq!(
        detail.task.state,
        TaskState::Completed,
        "{action} {path} {detail:#?}"
    );
    assert_eq!(stage.holdings().await, before, "{action} {path}");
    assert_eq!(process.count("reservations").await, 0);
    let destroyed = stage.lab.state().await.unwrap()["tasks"].clone();
    let vmid = guest.vmid.to_string();
    let of_it = |task: &&Value| task["type"] == "qmdestroy" && task["id"] == vmid.as_str();
    assert_eq!(destroyed.as_array().unwrap().iter().filter(of_it).count(), 1);
    process.stop().await;
}

#[tokio::test]
async fn a_deletion_that_is_killed_goes_on() {
    let mut stage = stage().await;
    for (action, method, path, skip) in [
        // Before and after each call, and while the next step looks around.
        ("hold_before", "POST", "/{vmid}/status/stop$", 0),
        ("hold_after", "POST", "/{vmid}/status/stop$", 0),
        ("hold_before", "DELETE", "/qemu/{vmid}$", 0),
        ("hold_after", "DELETE", "/qemu/{vmid}$", 0),
        ("hold_before", "GET", "/{vmid}/config$", 1),
        ("hold_before", "GET", "/{vmid}/config$", 2),
        ("hold_before", "GET", "/{vmid}/config$", 3),
    ] {
        println!("killed at {action} {method} {path} {skip}");
        stage.reset().await;
        killed_at(&stage, action, method, path, skip).await;
    }
}

/// The new guest at the old id: made by somebody else, and to be left alone.
fn theirs(vmid: u32) -> Value {
    json!({
        "vmid": vmid, "name": "shop",
        "config": {"vmgenid": "11111111-2222-3333-4444-555555555555", "smbios1": "uuid=66666666-7777-8888-9999-000000000000"},
    })
}

#[tokio::test]
async fn whoever_takes_the_id_meanwhile_is_left_alone() {
    let mut stage = stage().await;
    // Before the deletion has done anything, and once it has deleted what it was to.
    for (action, completes) in [("hold_before", false), ("hold_after", true)] {
        stage.reset().await;
        let process = stage.process().await;
        let guest = make(&process).await;
        process.seen(guest.vmid).await;
        let path = if completes {
            format!("/qemu/{}$", guest.vmid)
        } else {
            format!("/{}/status/stop$", guest.vmid)
        };
        let method = if completes { "DELETE" } else { "POST" };
        stage.hold(action, method, &path, 0).await;
        let task = delete(&stage, &process, &guest).await.unwrap();
        stage.held(&path).await;
        process.kill().await;
        if !completes {
            stage.lab.remove_guest(guest.vmid).await.unwrap();
        }
        for _ in 0..200 {
            if !stage
                .holdings()
                .await
                .guests
                .contains_key(&guest.vmid.to_string())
            {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        stage.lab.add_guest(theirs(guest.vmid)).await.unwrap();
        let before = stage.holdings().await;
        let process = stage.process().await;
        let detail = process.end(task.id).await;
        assert_eq!(stage.holdings().await, before, "{action} {detail:#?}");
        if completes {
            assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
            let left = Progress::LeftAlone { guest: guest.clone() };
            assert!(says(&detail, &left), "{:#?}", detail.log);
            assert_eq!(process.count("reservations").await, 0);
        } else {
            assert_eq!(detail.task.problem, Some(Problem::GuestReplaced), "{detail:#?}");
        }
        process.stop().await;
    }
}

#[tokio::test]
async fn a_protected_server_and_a_template_in_use_stay() {
    let stage = stage().await;
    let protected = json!({"vmid": 500, "name": "dear", "status": "running", "config": {"protection": 1}});
    stage.lab.add_guest(protected).await.unwrap();
    let process = stage.process().await;
    let guest = process.seen(500).await;
    let before = stage.holdings().await;
    let refused = delete(&stage, &process, &guest).await;
    assert!(
        matches!(refused, Err(Error::Conflict(Problem::GuestProtected))),
        "{refused:?}"
    );
    let plan = process.servers.plan_delete(&stage.ctx, &guest).await.unwrap();
    assert_eq!(plan.refusal, Some(Problem::GuestProtected));
    assert_eq!(stage.holdings().await, before);

    // Protected while the deletion was under way: it was stopped by then, and stays.
    stage
        .lab
        .patch_guest(500, json!({"config": {"protection": null}}))
        .await
        .unwrap();
    stage.hold("hold_before", "DELETE", "/qemu/500$", 0).await;
    let task = delete(&stage, &process, &guest).await.unwrap();
    let hold = stage.held("/qemu/500$").await;
    stage
        .lab
        .patch_guest(500, json!({"config": {"protection": 1}}))
        .await
        .unwrap();
    stage.lab.release(hold).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Failed, "{detail:#?}");
    assert_eq!(detail.task.problem, Some(Problem::GuestProtected));
    assert!(stage.holdings().await.guests.contains_key("500"));

    let _watched = process.inventory.watch();
    // A template whose disk a linked clone uses.
    let client = &stage.clusters().get("lab").unwrap().client.clone();
    let linked = pve_client::CloneQemu {
        newid: 501,
        full: Some(false),
        ..pve_client::CloneQemu::default()
    };
    client.clone_qemu("pve1", 9000, &linked).await.unwrap();
    process.seen(501).await;
    let before = stage.holdings().await;
    let task = delete(&stage, &process, &GuestId::new("lab", 9000))
        .await
        .unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.problem, Some(Problem::TemplateInUse), "{detail:#?}");
    assert_eq!(stage.holdings().await, before);
    process.stop().await;
}

#[tokio::test]
async fn a_container_is_deleted_too() {
    let stage = stage().await;
    let process = stage.process().await;
    let state = stage.holdings().await;
    let container = state
        .guests
        .values()
        .find(|guest| guest["type"] == "lxc")
        .unwrap();
    let vmid = u32::try_from(container["vmid"].as_u64().unwrap()).unwrap();
    let guest = process.seen(vmid).await;
    let task = delete(&stage, &process, &guest).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let after = stage.holdings().await;
    assert!(!after.guests.contains_key(&vmid.to_string()));
    let own = format!(" of {vmid}");
    // Its backups stay.
    let is_left = |volume: &String| volume.ends_with(&own) && !volume.contains(":backup/");
    assert!(!after.volumes.iter().any(is_left), "{:?}", after.volumes);
    process.stop().await;
}

#[tokio::test]
async fn a_deletion_can_be_called_off_until_it_deletes() {
    let stage = stage().await;
    for (method, path, deletes) in [
        ("POST", "/500/status/stop$", false),
        ("DELETE", "/qemu/500$", true),
    ] {
        let guest = json!({"vmid": 500, "name": "mine", "status": "running"});
        stage.lab.add_guest(guest).await.unwrap();
        let process = stage.process().await;
        let guest = process.seen(500).await;
        stage.hold("hold_before", method, path, 0).await;
        let task = delete(&stage, &process, &guest).await.unwrap();
        let hold = stage.held(path).await;
        let refusal = process.until(task.id, |_| true).await.cancel_refusal;
        let cancelled = process.tasks.cancel(&stage.ctx, task.id).await;
        if deletes {
            assert_eq!(refusal, Some(Problem::TaskFinishing));
            let said = matches!(&cancelled, Err(Error::Conflict(Problem::TaskFinishing)));
            assert!(said, "{cancelled:?}");
            assert!(!process.until(task.id, |_| true).await.task.cancelling);
        } else {
            assert_eq!(refusal, None);
            cancelled.unwrap();
        }
        stage.lab.release(hold).await.unwrap();
        let detail = process.end(task.id).await;
        let wanted = if deletes {
            TaskState::Completed
        } else {
            TaskState::Cancelled
        };
        assert_eq!(detail.task.state, wanted, "{detail:#?}");
        let there = stage.holdings().await.guests.contains_key("500");
        assert_eq!(there, !deletes);
        if there {
            assert_eq!(detail.steps[2].state, StepState::Pending);
            stage.lab.remove_guest(500).await.unwrap();
        }
        process.stop().await;
    }
}
