//! What others do while Drover is away.

use drover_lab::LabOptions;
use drover_types::action::GuestAction;
use drover_types::task::TaskState;
use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn what_a_person_does_meanwhile_is_not_taken_for_an_answer() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    let guest = json!({"vmid": 500, "name": "mine", "status": "running"});
    stage.lab.add_guest(guest).await.unwrap();
    stage.hold("hold_before", "POST", "/status/reboot$", 0).await;
    let process = stage.process().await;
    let guest = process.seen(500).await;
    let reboot = GuestAction::Reboot;
    let options = drover_types::action::ActionOptions::default();
    let task = process
        .servers
        .act(&stage.ctx, &guest, reboot, options)
        .await
        .unwrap();
    stage.held("/status/reboot$").await;
    process.kill().await;
    // Drover's own call never arrives; somebody else reboots the guest before Drover is back.
    let node = stage.holdings().await.guests["500"]["node"]
        .as_str()
        .unwrap()
        .to_owned();
    let person = stage.person();
    let theirs = person.reboot_qemu(&node, 500, None).await.unwrap();
    for _ in 0..500 {
        if person.task_status(&theirs).await.unwrap().outcome().is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let process = stage.process().await;
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let tasks = stage.lab.state().await.unwrap()["tasks"].clone();
    let of_it = tasks
        .as_array()
        .unwrap()
        .iter()
        .filter(|task| task["id"] == "500");
    let users: Vec<&str> = of_it.filter_map(|task| task["user"].as_str()).collect();
    assert_eq!(users.len(), 2, "{users:?}");
    assert_ne!(users[0], users[1], "{users:?}");
    process.stop().await;
}

#[tokio::test]
async fn a_server_that_somebody_moves_meanwhile_is_found_where_it_is() {
    let stage = Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await;
    let guest = |node: &str| json!({"vmid": 500, "name": "mine", "node": node, "status": "stopped"});
    stage.lab.add_guest(guest("pve1")).await.unwrap();
    let process = stage.process().await;
    let id = process.seen(500).await;
    let moved = async |node: &str| {
        stage.lab.remove_guest(500).await.unwrap();
        stage.lab.add_guest(guest(node)).await.unwrap();
    };
    // Asked itself, it does not go from the picture.
    moved("pve2").await;
    process.inventory.refresh(&id).await.unwrap();
    let row = process.inventory.guest(&id).unwrap();
    assert_eq!((row.node.as_str(), row.name.as_str()), ("pve2", "mine"));
    // Nor is it unknown to who wants something of it.
    moved("pve3").await;
    let options = drover_types::action::ActionOptions::default();
    let start = process.servers.act(&stage.ctx, &id, GuestAction::Start, options);
    let detail = process.end(start.await.unwrap().id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert_eq!(stage.holdings().await.guests["500"]["status"], "running");
    // One that is gone is.
    stage.lab.remove_guest(500).await.unwrap();
    process.inventory.refresh(&id).await.unwrap();
    assert_eq!(process.inventory.guest(&id), None);
    process.stop().await;
}
