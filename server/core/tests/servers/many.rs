//! One action on many servers: a part for each, and a reason for each that is left out.

use drover_core::Error;
use drover_core::tasks::TaskSettings;
use drover_lab::LabOptions;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::many::ManyActed;
use drover_types::task::{TaskFilter, TaskState};
use drover_types::text::{Problem, Progress};
use serde_json::json;

use crate::stage::{Process, Stage, settings};

async fn act(
    stage: &Stage,
    process: &Process,
    names: &[&str],
    action: GuestAction,
) -> Result<ManyActed, Error> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let options = ActionOptions::default();
    process
        .servers
        .act_on_many(&stage.ctx, &names, action, options)
        .await
}

#[tokio::test]
async fn each_server_has_its_part_and_each_that_is_left_out_its_reason() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    for (vmid, name) in [
        (500, "one"),
        (501, "two"),
        (502, "twin"),
        (503, "twin"),
        (504, "locked"),
    ] {
        stage
            .lab
            .add_guest(json!({"vmid": vmid, "name": name}))
            .await
            .unwrap();
    }
    stage
        .lab
        .patch_guest(504, json!({"lock": "backup"}))
        .await
        .unwrap();
    let process = stage.process().await;
    process.seen(504).await;
    let wanted = ["one", "lab:501", "two", "twin", "nobody", "locked", "lab:502"];
    let acted = act(&stage, &process, &wanted, GuestAction::Start).await.unwrap();
    let names: Vec<_> = acted.accepted.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["one", "two", "twin"], "{acted:#?}");
    let reasons: Vec<_> = acted
        .rejected
        .iter()
        .map(|one| (one.name.as_str(), one.problem.clone()))
        .collect();
    assert!(
        matches!(
            reasons.as_slice(),
            [
                ("twin", Problem::ServerNameAmbiguous { .. }),
                ("nobody", Problem::ServerNotFound { .. }),
                ("locked", Problem::GuestLocked { .. }),
            ]
        ),
        "{reasons:#?}"
    );
    let detail = process.end(acted.task.unwrap()).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert_eq!(detail.task.children.unwrap().completed, 3);
    let left_out = |name: &str| {
        detail
            .log
            .iter()
            .any(|line| matches!(&line.message, Progress::LeftOut { server, .. } if server == name))
    };
    assert!(
        left_out("twin") && left_out("nobody") && left_out("locked"),
        "{:#?}",
        detail.log
    );
    let guests = stage.holdings().await.guests;
    for (vmid, status) in [
        ("500", "running"),
        ("501", "running"),
        ("502", "running"),
        ("503", "stopped"),
    ] {
        assert_eq!(guests[vmid]["status"], status, "{vmid}");
    }

    // What is so already is done already, and several go at once.
    let acted = act(&stage, &process, &["one", "two"], GuestAction::Start)
        .await
        .unwrap();
    let detail = process.end(acted.task.unwrap()).await;
    assert_eq!(detail.task.state, TaskState::Completed);
    let acted = act(&stage, &process, &["one", "two", "lab:502"], GuestAction::Delete)
        .await
        .unwrap();
    assert_eq!(acted.rejected, []);
    let detail = process.end(acted.task.unwrap()).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let guests = stage.holdings().await.guests;
    assert!(
        ["500", "501", "502"]
            .iter()
            .all(|vmid| !guests.contains_key(*vmid))
    );
    assert!(guests.contains_key("503"));
    process.stop().await;
}

#[tokio::test]
async fn one_whose_node_is_silent_is_told_alone() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    for (vmid, name, node) in [
        (500, "one", "pve1"),
        (501, "far", "pve3"),
        (502, "two", "pve2"),
        (503, "three", "pve1"),
    ] {
        let guest = json!({"vmid": vmid, "name": name, "node": node});
        stage.lab.add_guest(guest).await.unwrap();
    }
    let patience = std::time::Duration::from_millis(500);
    let process = stage
        .process_with(TaskSettings {
            outage_patience: patience,
            ..settings()
        })
        .await;
    process.seen(503).await;
    // The node answers to none of those that are to ask it.
    let silent = json!({"match": {"node": "pve3"}, "action": "status", "status": 595,
        "message": "No route to host", "count": null});
    stage.lab.fault(silent).await.unwrap();
    let names = ["one", "far", "two", "three"];
    let acted = act(&stage, &process, &names, GuestAction::Start).await.unwrap();
    assert_eq!((acted.accepted.len(), acted.rejected.len()), (4, 0), "{acted:#?}");
    let parent = process.end(acted.task.unwrap()).await;
    assert_eq!(parent.task.state, TaskState::Partial, "{parent:#?}");
    let children = parent.task.children.unwrap();
    assert_eq!((children.completed, children.failed), (3, 1), "{children:?}");
    for one in acted.accepted {
        let detail = process.end(one.task).await.task;
        let expected = match one.name.as_str() {
            "far" => (
                TaskState::Failed,
                Some(Problem::ClusterUnreachable {
                    cluster: "lab".into(),
                }),
            ),
            _ => (TaskState::Completed, None),
        };
        assert_eq!((detail.state, detail.problem), expected, "{}", one.name);
    }
    let guests = stage.holdings().await.guests;
    for (vmid, status) in [
        ("500", "running"),
        ("501", "stopped"),
        ("502", "running"),
        ("503", "running"),
    ] {
        assert_eq!(guests[vmid]["status"], status, "{vmid}");
    }

    // What would have to be asked first is left out, and the others go.
    let acted = act(&stage, &process, &names, GuestAction::Delete).await.unwrap();
    let left_out: Vec<_> = acted.rejected.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((acted.accepted.len(), left_out), (3, vec!["far"]), "{acted:#?}");
    assert_eq!(
        acted.rejected[0].problem,
        Problem::ClusterUnreachable {
            cluster: "lab".into()
        }
    );
    let parent = process.end(acted.task.unwrap()).await;
    assert_eq!(parent.task.state, TaskState::Completed, "{parent:#?}");
    process.stop().await;
}

#[tokio::test]
async fn what_can_be_done_to_none_of_them_makes_no_task() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    let guest = json!({"vmid": 500, "name": "dear", "config": {"protection": 1}});
    stage.lab.add_guest(guest).await.unwrap();
    let process = stage.process().await;
    process.seen(500).await;
    let none = act(&stage, &process, &[], GuestAction::Start).await;
    assert!(matches!(&none, Err(Error::Invalid(fields)) if fields["server_names"] == Problem::Required));
    let unknown = act(&stage, &process, &["nobody", "nothing"], GuestAction::Start).await;
    assert!(matches!(&unknown, Err(Error::NotFound(_))), "{unknown:?}");
    let acted = act(&stage, &process, &["dear", "nobody"], GuestAction::Delete)
        .await
        .unwrap();
    assert_eq!(
        (acted.task, acted.accepted.len(), acted.rejected.len()),
        (None, 0, 2)
    );
    let protected = |one: &drover_types::many::RejectedServer| one.problem == Problem::GuestProtected;
    assert!(acted.rejected.iter().any(protected), "{acted:#?}");
    let tasks = process
        .tasks
        .list(&stage.ctx, &TaskFilter::default())
        .await
        .unwrap();
    assert!(tasks.tasks.is_empty());
    process.stop().await;
}

#[tokio::test]
async fn five_hundred_are_accepted_at_once() {
    let stage = Stage::new(LabOptions {
        guests: 600,
        ..LabOptions::default()
    })
    .await;
    // Nothing is run, so that only the acceptance is looked at.
    let process = stage
        .process_with(TaskSettings {
            max_running: 0,
            ..settings()
        })
        .await;
    let holdings = stage.holdings().await;
    let stopped: Vec<String> = holdings
        .guests
        .iter()
        .filter(|(_, guest)| guest["template"] != true && guest["lock"].is_null())
        .map(|(vmid, _)| format!("lab:{vmid}"))
        .take(500)
        .collect();
    process
        .seen(holdings.guests.keys().next_back().unwrap().parse().unwrap())
        .await;
    let options = ActionOptions::default();
    let since = std::time::Instant::now();
    let acted = process
        .servers
        .act_on_many(&stage.ctx, &stopped, GuestAction::Start, options)
        .await
        .unwrap();
    println!("accepted {} in {:?}", acted.accepted.len(), since.elapsed());
    assert_eq!(acted.accepted.len(), 500, "{:#?}", acted.rejected);
    let parent = process.tasks.get(&stage.ctx, acted.task.unwrap()).await.unwrap();
    assert_eq!(parent.task.children.unwrap().queued, 500);
    process.stop().await;
}
