//! Guests are switched on and off, once, whatever they are and whatever comes in between.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::ids::GuestId;
use drover_types::task::{TaskRow, TaskState};
use drover_types::text::{Problem, Progress};
use serde_json::{Value, json};

use crate::stage::{Process, Stage};

async fn status(stage: &Stage, guest: &GuestId) -> Value {
    stage.holdings().await.guests[&guest.vmid.to_string()]["status"].clone()
}

async fn ask(
    stage: &Stage,
    process: &Process,
    guest: &GuestId,
    action: GuestAction,
) -> Result<TaskRow, Error> {
    let options = ActionOptions::default();
    process.servers.act(&stage.ctx, guest, action, options).await
}

async fn act(stage: &Stage, process: &Process, guest: &GuestId, action: GuestAction) -> TaskState {
    let task = ask(stage, process, guest, action).await.unwrap();
    process.end(task.id).await.task.state
}

#[tokio::test]
async fn a_machine_and_a_container_go_round() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    stage
        .lab
        .add_guest(json!({"vmid": 500, "name": "mine", "config": {"agent": "1"}}))
        .await
        .unwrap();
    let process = stage.process().await;
    let machine = process.seen(500).await;
    let container = stage
        .holdings()
        .await
        .guests
        .values()
        .find(|guest| guest["type"] == "lxc")
        .unwrap()
        .clone();
    let container = process
        .seen(u32::try_from(container["vmid"].as_u64().unwrap()).unwrap())
        .await;
    if status(&stage, &container).await == "running" {
        assert_eq!(
            act(&stage, &process, &container, GuestAction::Stop).await,
            TaskState::Completed
        );
    }
    for guest in [machine, container] {
        for (action, after) in [
            (GuestAction::Start, "running"),
            (GuestAction::Reboot, "running"),
            (GuestAction::Shutdown, "stopped"),
            (GuestAction::Start, "running"),
            (GuestAction::Stop, "stopped"),
        ] {
            assert_eq!(
                act(&stage, &process, &guest, action).await,
                TaskState::Completed,
                "{action:?} {guest}"
            );
            assert_eq!(status(&stage, &guest).await, after, "{action:?} {guest}");
        }
        // What is so already is done already.
        let task = ask(&stage, &process, &guest, GuestAction::Stop).await.unwrap();
        let detail = process.end(task.id).await;
        assert_eq!(detail.task.state, TaskState::Completed);
        assert!(
            detail.log.iter().any(|line| line.message == Progress::AlreadySo),
            "{:#?}",
            detail.log
        );
        let refused = ask(&stage, &process, &guest, GuestAction::Reboot).await;
        assert!(
            matches!(refused, Err(Error::Conflict(Problem::GuestMustBe { .. }))),
            "{refused:?}"
        );
    }
    process.stop().await;
}

#[tokio::test]
async fn a_killed_switch_is_made_once() {
    let mut stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    for action in ["hold_before", "hold_after"] {
        for (wanted, path) in [
            (GuestAction::Start, "/status/start$"),
            (GuestAction::Reboot, "/status/reboot$"),
            (GuestAction::Reset, "/status/reset$"),
            (GuestAction::Suspend, "/status/suspend$"),
        ] {
            stage.reset().await;
            let running = if wanted == GuestAction::Start {
                "stopped"
            } else {
                "running"
            };
            let guest = json!({"vmid": 500, "name": "mine", "status": running});
            stage.lab.add_guest(guest).await.unwrap();
            stage.hold(action, "POST", path, 0).await;
            let process = stage.process().await;
            let guest = process.seen(500).await;
            let task = ask(&stage, &process, &guest, wanted).await.unwrap();
            stage.held(path).await;
            let twice = ask(&stage, &process, &guest, wanted).await;
            assert!(
                matches!(twice, Err(Error::Conflict(Problem::TaskInTheWay { .. }))),
                "{twice:?}"
            );
            process.kill().await;
            let process = stage.process().await;
            let detail = process.end(task.id).await;
            assert_eq!(
                detail.task.state,
                TaskState::Completed,
                "{action} {wanted:?} {detail:#?}"
            );
            let tasks = stage.lab.state().await.unwrap()["tasks"].clone();
            let of_it = |task: &&Value| task["id"] == "500";
            assert_eq!(
                tasks.as_array().unwrap().iter().filter(of_it).count(),
                1,
                "{action} {wanted:?}"
            );
            assert_eq!(status(&stage, &guest).await, "running");
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn a_machine_is_halted_saved_and_woken() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    let guest = json!({"vmid": 500, "name": "mine", "status": "running"});
    stage.lab.add_guest(guest).await.unwrap();
    let process = stage.process().await;
    let guest = process.seen(500).await;
    let how = async || {
        let state = stage.lab.state().await.unwrap();
        let of_it = &state["guests"]["500"];
        (of_it["qmpstatus"].clone(), of_it["lock"].clone())
    };
    for (action, status, lock) in [
        (GuestAction::Suspend, "paused", Value::Null),
        (GuestAction::Resume, "running", Value::Null),
        (GuestAction::Reset, "running", Value::Null),
        (GuestAction::Hibernate, "stopped", json!("suspended")),
        (GuestAction::Resume, "running", Value::Null),
        (GuestAction::Hibernate, "stopped", json!("suspended")),
        (GuestAction::Start, "running", Value::Null),
    ] {
        assert_eq!(
            act(&stage, &process, &guest, action).await,
            TaskState::Completed,
            "{action:?}"
        );
        assert_eq!(how().await, (json!(status), lock), "{action:?}");
        let already = ask(&stage, &process, &guest, action).await;
        if action == GuestAction::Reset {
            // Nobody can tell that it was: it is done again.
            process.end(already.unwrap().id).await;
        } else {
            let detail = process.end(already.unwrap().id).await;
            assert!(
                detail.log.iter().any(|line| line.message == Progress::AlreadySo),
                "{action:?} {:#?}",
                detail.log
            );
        }
    }
    process.stop().await;
}

/// Another guest has the id of one that was to be switched while its task waited for its turn.
#[tokio::test]
async fn a_guest_that_has_the_id_by_then_is_left_alone() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    let of = |name: &str, status: &str, uuid: u32| {
        let config = json!({
            "vmgenid": format!("00000000-0000-4000-8000-{uuid:012}"),
            "smbios1": format!("uuid=00000000-0000-4000-9000-{uuid:012}"),
        });
        json!({"vmid": 500, "name": name, "status": status, "config": config})
    };
    let blocker = json!({"vmid": 600, "name": "first", "status": "stopped"});
    stage.lab.add_guest(blocker).await.unwrap();
    let one_at_a_time = drover_core::tasks::TaskSettings {
        max_running: 1,
        ..crate::stage::settings()
    };
    let process = stage.process_with(one_at_a_time).await;
    let first = process.seen(600).await;
    for (n, action) in [
        GuestAction::Start,
        GuestAction::Stop,
        GuestAction::Shutdown,
        GuestAction::Reboot,
        GuestAction::Reset,
        GuestAction::Suspend,
        GuestAction::Resume,
    ]
    .into_iter()
    .enumerate()
    {
        let as_before = if action == GuestAction::Start {
            "stopped"
        } else {
            "running"
        };
        let number = u32::try_from(n).unwrap();
        stage.lab.add_guest(of("mine", as_before, number)).await.unwrap();
        if action == GuestAction::Resume {
            stage
                .lab
                .patch_guest(500, json!({"status": "paused"}))
                .await
                .unwrap();
        }
        let guest = process.seen(500).await;
        process.inventory.refresh(&guest).await.unwrap();
        for many in [false, true] {
            // The only slot is taken until the guest has been swapped.
            stage.hold("hold_before", "POST", "/qemu/600/status/", 0).await;
            let before = ask(&stage, &process, &first, GuestAction::Start).await.unwrap();
            let hold = stage.held("/qemu/600/status/").await;
            // The picture may have been taken while the guest of the round before was gone.
            let guest = process.seen(500).await;
            let task = if many {
                let names = ["mine".to_owned()];
                let options = ActionOptions::default();
                let acted = process
                    .servers
                    .act_on_many(&stage.ctx, &names, action, options)
                    .await;
                acted.unwrap().accepted[0].task
            } else {
                ask(&stage, &process, &guest, action).await.unwrap().id
            };
            stage.lab.remove_guest(500).await.unwrap();
            stage
                .lab
                .add_guest(of("mine", as_before, 100 + number))
                .await
                .unwrap();
            stage.lab.clear_calls().await.unwrap();
            stage.lab.release(hold).await.unwrap();
            let detail = process.end(task).await;
            assert_eq!(
                (detail.task.state, detail.task.problem),
                (TaskState::Failed, Some(Problem::GuestReplaced)),
                "{action:?} {many}"
            );
            let sent = stage.lab.requests("POST", "/qemu/500/").await.unwrap();
            assert!(sent.is_empty(), "{action:?} {many} {sent:#?}");
            process.end(before.id).await;
            act(&stage, &process, &first, GuestAction::Stop).await;
            stage.lab.remove_guest(500).await.unwrap();
            if !many {
                stage.lab.add_guest(of("mine", as_before, number)).await.unwrap();
                if action == GuestAction::Resume {
                    stage
                        .lab
                        .patch_guest(500, json!({"status": "paused"}))
                        .await
                        .unwrap();
                }
            }
        }
    }
    process.stop().await;
}

#[tokio::test]
async fn a_guest_that_does_not_listen_is_stopped_where_that_was_asked_for() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    let guest = json!({"vmid": 500, "name": "deaf", "status": "running"});
    stage.lab.add_guest(guest).await.unwrap();
    stage.lab.patch_guest(500, json!({"acpi": false})).await.unwrap();
    let process = stage.process().await;
    let guest = process.seen(500).await;
    let shut_down = async |timeout_seconds, force_stop| {
        let options = ActionOptions {
            timeout_seconds,
            force_stop,
        };
        let action = GuestAction::Shutdown;
        process.servers.act(&stage.ctx, &guest, action, options).await
    };
    for seconds in [0, 100_000] {
        let refused = shut_down(Some(seconds), false).await;
        assert!(matches!(&refused, Err(Error::Invalid(fields)) if fields.contains_key("timeout")));
    }
    let task = shut_down(Some(2), false).await.unwrap();
    assert_eq!(process.end(task.id).await.task.state, TaskState::Failed);
    assert_eq!(status(&stage, &guest).await, "running");
    let task = shut_down(Some(2), true).await.unwrap();
    assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    assert_eq!(status(&stage, &guest).await, "stopped");
    process.stop().await;
}

#[tokio::test]
async fn a_locked_guest_is_waited_for_or_its_holder_named() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    let guest = json!({"vmid": 500, "name": "mine", "status": "stopped"});
    stage.lab.add_guest(guest).await.unwrap();
    let process = stage
        .process_with(drover_core::tasks::TaskSettings {
            lock_patience: std::time::Duration::from_millis(1500),
            ..crate::stage::settings()
        })
        .await;
    let guest = process.seen(500).await;
    let locked = async |lock: Value| stage.lab.patch_guest(500, json!({"lock": lock})).await.unwrap();
    // One that is locked already is refused at once, by name.
    locked(json!("backup")).await;
    let refused = ask(&stage, &process, &guest, GuestAction::Start).await;
    assert!(
        matches!(&refused, Err(Error::Conflict(Problem::GuestLocked { lock })) if lock == "backup"),
        "{refused:?}"
    );
    // One that is locked only then is waited for: in vain, and with success.
    for waits in [false, true] {
        locked(Value::Null).await;
        stage.hold("hold_before", "POST", "/status/start$", 0).await;
        let task = ask(&stage, &process, &guest, GuestAction::Start).await.unwrap();
        let hold = stage.held("/status/start$").await;
        locked(json!("backup")).await;
        stage.lab.release(hold).await.unwrap();
        let waiting = Progress::WaitingForLock {
            lock: "backup".into(),
        };
        let said =
            |detail: &drover_types::task::TaskDetail| detail.log.iter().any(|line| line.message == waiting);
        process.until(task.id, said).await;
        if waits {
            locked(Value::Null).await;
        }
        let detail = process.end(task.id).await;
        if waits {
            assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
        } else {
            let lock = "backup".to_owned();
            assert_eq!(detail.task.problem, Some(Problem::GuestLocked { lock }));
        }
    }
    process.stop().await;
}

#[tokio::test]
async fn names_are_resolved_and_ambiguous_ones_refused() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    for (vmid, name) in [(500, "mine"), (501, "twin"), (502, "twin")] {
        stage
            .lab
            .add_guest(json!({"vmid": vmid, "name": name}))
            .await
            .unwrap();
    }
    let process = stage.process().await;
    process.seen(502).await;
    let servers = &process.servers;
    assert_eq!(
        servers.resolve(&stage.ctx, "mine").await.unwrap(),
        GuestId::new("lab", 500)
    );
    assert_eq!(
        servers.resolve(&stage.ctx, "lab:501").await.unwrap(),
        GuestId::new("lab", 501)
    );
    for unknown in ["nobody", "lab:1", "other:500"] {
        let answer = servers.resolve(&stage.ctx, unknown).await;
        assert!(
            matches!(answer, Err(Error::NotFound(Problem::ServerNotFound { .. }))),
            "{answer:?}"
        );
    }
    let answer = servers.resolve(&stage.ctx, "twin").await;
    assert!(
        matches!(&answer, Err(Error::Conflict(Problem::ServerNameAmbiguous { guests, .. })) if guests.len() == 2),
        "{answer:?}"
    );
    process.stop().await;
}

#[tokio::test]
async fn a_cluster_that_is_gone_is_said_to_be() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    stage
        .lab
        .add_guest(json!({"vmid": 500, "name": "mine"}))
        .await
        .unwrap();
    let process = stage.process().await;
    let guest = process.seen(500).await;
    for node in ["pve1", "pve2", "pve3"] {
        stage.lab.node_down(node).await.unwrap();
    }
    // A node that is going down may still answer on a connection that was open.
    let mut answer = process.servers.create(&stage.ctx, crate::stage::shop()).await;
    for _ in 0..200 {
        if !matches!(answer, Err(Error::Invalid(_))) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        answer = process.servers.create(&stage.ctx, crate::stage::shop()).await;
    }
    assert!(
        matches!(&answer, Err(Error::Proxmox { source, .. }) if source.is_unavailable()),
        "{answer:?}"
    );
    let answer = ask(&stage, &process, &guest, GuestAction::Start).await;
    assert!(
        matches!(&answer, Err(Error::Proxmox { source, .. }) if source.is_unavailable()),
        "{answer:?}"
    );
    process.stop().await;
}
