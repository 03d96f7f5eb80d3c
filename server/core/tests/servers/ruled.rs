//! Alert rules of single servers end with them.

use drover_lab::LabOptions;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::ids::GuestId;
use drover_types::monitoring::{Metric, RuleInput, RuleTarget};
use drover_types::task::TaskState;
use serde_json::json;

use crate::stage::{Process, Stage};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await
}

/// A machine of its own, with what it is known again by.
async fn add_machine(stage: &Stage, vmid: u32, uuid: u8) {
    let config = json!({"smbios1": format!("uuid=00000000-0000-4000-8000-0000000000{uuid:02}")});
    let guest = json!({"vmid": vmid, "name": "ruled", "node": "pve1", "status": "stopped", "config": config});
    stage.lab.add_guest(guest).await.unwrap();
}

async fn rule_for(stage: &Stage, process: &Process, id: &GuestId) {
    let rule = RuleInput {
        metric: Metric::Cpu,
        target: RuleTarget::Server(id.clone()),
        warning: Some(50),
        critical: None,
        hysteresis: 0,
        minutes: 0,
        enabled: true,
    };
    process.monitoring.create_rule(&stage.ctx, &rule).await.unwrap();
}

/// How many rules there are once they were looked at.
async fn rules(stage: &Stage, process: &Process) -> usize {
    process.monitoring.evaluate().await.unwrap();
    process.monitoring.rules(&stage.ctx).await.unwrap().len()
}

#[tokio::test]
async fn the_next_server_that_has_the_id_is_not_meant() {
    let stage = stage().await;
    let process = stage.process().await;
    add_machine(&stage, 700, 1).await;
    let id = process.seen(700).await;
    rule_for(&stage, &process, &id).await;
    assert_eq!(rules(&stage, &process).await, 1);
    process.stop().await;

    let process = stage.process().await;
    process.seen(700).await;
    assert_eq!(rules(&stage, &process).await, 1, "it is the same");
    stage.lab.remove_guest(700).await.unwrap();
    for _ in 0..2000 {
        if process.inventory.guest(&id).is_none() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(rules(&stage, &process).await, 1, "it may come back");
    add_machine(&stage, 700, 2).await;
    process.seen(700).await;
    assert_eq!(rules(&stage, &process).await, 0);
    process.stop().await;
}

#[tokio::test]
async fn whoever_deletes_a_server_deletes_its_rules() {
    let stage = stage().await;
    let process = stage.process().await;
    for vmid in [700, 701] {
        add_machine(&stage, vmid, 1).await;
        let id = process.seen(vmid).await;
        rule_for(&stage, &process, &id).await;
    }
    let gone = GuestId::new("lab", 700);
    let (action, options) = (GuestAction::Delete, ActionOptions::default());
    let task = process.servers.act(&stage.ctx, &gone, action, options).await;
    let ended = process.end(task.unwrap().id).await;
    assert_eq!(ended.task.state, TaskState::Completed, "{ended:#?}");
    let left = process.monitoring.rules(&stage.ctx).await.unwrap();
    let targets: Vec<_> = left.iter().map(|rule| &rule.rule.target).collect();
    assert_eq!(targets, [&RuleTarget::Server(GuestId::new("lab", 701))]);
    process.stop().await;
}
