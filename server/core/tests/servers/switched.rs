//! Guests are switched on and off, once, whatever they are and whatever comes in between.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::action::GuestAction;
use drover_types::ids::GuestId;
use drover_types::task::TaskState;
use drover_types::text::{Problem, Progress};
use serde_json::{Value, json};

use crate::stage::{Process, Stage};

async fn status(stage: &Stage, guest: &GuestId) -> Value {
    stage.holdings().await.guests[&guest.vmid.to_string()]["status"].clone()
}

async fn act(stage: &Stage, process: &Process, guest: &GuestId, action: GuestAction) -> TaskState {
    let task = process.servers.act(&stage.ctx, guest, action).await.unwrap();
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
        let task = process
            .servers
            .act(&stage.ctx, &guest, GuestAction::Stop)
            .await
            .unwrap();
        let detail = process.end(task.id).await;
        assert_eq!(detail.task.state, TaskState::Completed);
        assert!(
            detail.log.iter().any(|line| line.message == Progress::AlreadySo),
            "{:#?}",
            detail.log
        );
        let refused = process.servers.act(&stage.ctx, &guest, GuestAction::Reboot).await;
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
        ] {
            stage.reset().await;
            let running = if wanted == GuestAction::Reboot {
                "running"
            } else {
                "stopped"
            };
            let guest = json!({"vmid": 500, "name": "mine", "status": running});
            stage.lab.add_guest(guest).await.unwrap();
            stage.hold(action, "POST", path, 0).await;
            let process = stage.process().await;
            let guest = process.seen(500).await;
            let task = process.servers.act(&stage.ctx, &guest, wanted).await.unwrap();
            stage.held(path).await;
            let twice = process.servers.act(&stage.ctx, &guest, wanted).await;
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
    let answer = process.servers.act(&stage.ctx, &guest, GuestAction::Start).await;
    assert!(
        matches!(&answer, Err(Error::Proxmox { source, .. }) if source.is_unavailable()),
        "{answer:?}"
    );
    process.stop().await;
}
