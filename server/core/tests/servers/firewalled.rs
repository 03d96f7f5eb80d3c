//! The process is killed around every call that changes a server's firewall groups, before it is acted upon and after:
//! the next one ends with the groups that were asked for, each once, and what others have put there untouched.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::firewall::{Assignment, GroupDraft, GroupId, Renaming};
use drover_types::ids::GuestId;
use drover_types::task::TaskState;
use drover_types::text::Problem;
use pve_client::{ConfigChange, ConfigView, FirewallOf, FirewallRuleSpec, GuestKind, RulesOf};
use serde_json::json;

use crate::stage::{Process, Stage};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 4,
        ..LabOptions::default()
    })
    .await
}

/// The first machine of the lab, and where it is.
async fn machine(process: &Process) -> (GuestId, String) {
    let id = process.seen(100).await;
    let row = process.inventory.guest(&id).unwrap();
    assert_eq!(row.kind, drover_types::guest::GuestKind::Qemu);
    (id, row.node)
}

async fn names(stage: &Stage, node: &str, vmid: u32) -> Vec<String> {
    let client = stage.person();
    let rules = client
        .guest_firewall_rules(GuestKind::Qemu, node, vmid)
        .await
        .unwrap();
    rules
        .iter()
        .map(|rule| rule.spec.group_name().unwrap_or("-").to_owned())
        .collect()
}

fn assignment(groups: &[&str]) -> Assignment {
    Assignment::of(groups.iter().map(|&name| name.to_owned()).collect())
}

#[tokio::test]
async fn killed_around_every_call() {
    let mut stage = stage().await;
    // Two are to be replaced by two others, on a list that has rules of the guest's own, in front of them and behind,
    // and a group of somebody else's.
    let calls = [
        ("POST", "/firewall/rules$", 0),
        ("POST", "/firewall/rules$", 1),
        // Moved behind the guest's own rule, and switched on.
        ("PUT", r"/firewall/rules/\d+$", 0),
        ("PUT", r"/firewall/rules/\d+$", 2),
        ("DELETE", r"/firewall/rules/\d+$", 0),
        ("DELETE", r"/firewall/rules/\d+$", 1),
        ("PUT", "/firewall/options$", 0),
        ("PUT", "/config$", 0),
    ];
    for name in ["a", "b", "c", "d", "foreign"] {
        let name = format!("group-{name}");
        stage.person().create_firewall_group(&name, None).await.unwrap();
    }
    for (method, path, skip) in calls {
        for action in ["hold_before", "hold_after"] {
            println!("{action} {method} {path} {skip}");
            stage.reset().await;
            let process = stage.process().await;
            let (id, node) = machine(&process).await;
            let guest = FirewallOf::Guest {
                kind: GuestKind::Qemu,
                node: &node,
                vmid: id.vmid,
            };
            let of = RulesOf::Firewall(guest);
            let own = FirewallRuleSpec {
                direction: Some("in".into()),
                action: Some("ACCEPT".into()),
                ..FirewallRuleSpec::default()
            };
            let person = stage.person();
            let config = person
                .qemu_config(&node, id.vmid, ConfigView::Current)
                .await
                .unwrap();
            let nic = config.get("net0").unwrap().to_owned();
            person.add_firewall_rule(of, &own).await.unwrap();
            let foreign = FirewallRuleSpec::group("group-foreign");
            person.add_firewall_rule(of, &foreign).await.unwrap();
            let first = Assignment {
                enable: false,
                nics: false,
                ..assignment(&["group-a", "group-b"])
            };
            let task = process.firewall.assign(&stage.ctx, &id, &first).await.unwrap();
            assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
            person.add_firewall_rule(of, &own).await.unwrap();

            stage.hold(action, method, path, skip).await;
            let wanted = assignment(&["group-c", "group-d"]);
            let task = process.firewall.assign(&stage.ctx, &id, &wanted).await.unwrap();
            stage.held(path).await;
            process.kill().await;
            stage.lab.clear_faults().await.unwrap();
            let process = stage.process().await;
            let detail = process.end(task.id).await;
            assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
            assert_eq!(
                names(&stage, &node, id.vmid).await,
                ["-", "group-c", "group-d", "group-foreign", "-"]
            );
            let card = process.firewall.effective(&stage.ctx, &id).await.unwrap();
            assert!(
                card.guest_enabled && card.nics.iter().all(|nic| nic.enabled),
                "{card:#?}"
            );
            let none = assignment(&[]);
            let task = process.firewall.assign(&stage.ctx, &id, &none).await.unwrap();
            process.end(task.id).await;
            assert_eq!(names(&stage, &node, id.vmid).await, ["-", "group-foreign", "-"]);
            process.stop().await;
            // The lab keeps what a guest's firewall is, whatever becomes of the guest, as Proxmox does.
            let rules = person.firewall_rules(of).await.unwrap();
            for rule in rules.iter().rev() {
                person.delete_firewall_rule(of, rule.pos, None).await.unwrap();
            }
            let off = ConfigChange::new().set("enable", 0);
            person.change_firewall_options(guest, &off).await.unwrap();
            let nic = nic.replace(",firewall=1", "");
            let unfiltered = ConfigChange::new().set("net0", &nic);
            person.update_qemu(&node, id.vmid, &unfiltered).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_group_that_went_meanwhile_fails_the_task_and_one_in_use_stays() {
    let stage = stage().await;
    let process = stage.process().await;
    let (id, node) = machine(&process).await;
    let draft = GroupDraft {
        name: "web".into(),
        ..GroupDraft::default()
    };
    process.firewall.create_group(&stage.ctx, &draft).await.unwrap();
    let task = process
        .firewall
        .assign(&stage.ctx, &id, &assignment(&["web"]))
        .await
        .unwrap();
    assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    let group = GroupId::new("lab", "web");
    let refused = process.firewall.delete_group(&stage.ctx, &group, false).await;
    assert!(
        matches!(&refused, Err(Error::Conflict(Problem::FirewallGroupInUse { servers, .. })) if servers.len() == 1),
        "{refused:?}"
    );
    let gone = process
        .firewall
        .delete_group(&stage.ctx, &group, true)
        .await
        .unwrap();
    assert_eq!(gone.servers.len(), 1);
    assert_eq!(names(&stage, &node, id.vmid).await, Vec::<String>::new());
    let unknown = process
        .firewall
        .assign(&stage.ctx, &id, &assignment(&["web"]))
        .await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
    process.stop().await;
}

/// A machine of its own, with what it is known again by.
async fn add_machine(stage: &Stage, vmid: u32, uuid: u8) {
    let config = json!({
        "net0": "virtio=BC:24:11:00:07:01,bridge=vmbr0",
        "smbios1": format!("uuid=00000000-0000-4000-8000-0000000000{uuid:02}"),
    });
    let guest =
        json!({"vmid": vmid, "name": "walled", "node": "pve1", "status": "stopped", "config": config});
    stage.lab.add_guest(guest).await.unwrap();
}

/// A machine that has been given the group `web`.
async fn with_web(stage: &Stage, process: &Process) -> GuestId {
    stage.person().create_firewall_group("web", None).await.unwrap();
    add_machine(stage, 700, 1).await;
    let id = process.seen(700).await;
    give(stage, process, &id).await;
    assert_eq!(process.firewall.assigned_to(&id).await.unwrap(), ["web"]);
    id
}

async fn give(stage: &Stage, process: &Process, id: &GuestId) {
    let wanted = assignment(&["web"]);
    let task = process.firewall.assign(&stage.ctx, id, &wanted).await.unwrap();
    let detail = process.end(task.id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
}

#[tokio::test]
async fn a_new_name_is_followed_though_the_process_was_killed_before_it_was_recorded() {
    for (action, name) in [("hold_after", "www"), ("hold_before", "web")] {
        let stage = stage().await;
        let process = stage.process().await;
        let id = with_web(&stage, &process).await;
        stage.hold(action, "POST", "/cluster/firewall/groups$", 0).await;
        let change = Renaming {
            name: Some("www".into()),
            comment: None,
        };
        let group = GroupId::new("lab", "web");
        let renaming = process.firewall.change_group(&stage.ctx, &group, &change);
        // It ends with the process.
        tokio::select! {
            ended = renaming => panic!("{ended:?}"),
            _ = stage.held("/cluster/firewall/groups$") => {}
        }
        process.kill().await;
        stage.lab.clear_faults().await.unwrap();
        let process = stage.process().await;
        let groups = process.firewall.groups(&stage.ctx, None).await.unwrap();
        let held: Vec<_> = groups.iter().map(|group| &group.summary).collect();
        assert_eq!((held.len(), held[0].name.as_str()), (1, name), "{held:?}");
        process.seen(700).await;
        assert_eq!(process.firewall.assigned_to(&id).await.unwrap(), [name]);
        // What was taken up by the other name is taken off by it.
        let none = assignment(&[]);
        let task = process.firewall.assign(&stage.ctx, &id, &none).await.unwrap();
        assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
        assert_eq!(names(&stage, "pve1", 700).await, [""; 0]);
        process.stop().await;
    }
}

#[tokio::test]
async fn a_group_that_goes_leaves_nothing_on_record() {
    let stage = stage().await;
    let process = stage.process().await;
    let id = with_web(&stage, &process).await;
    let of = RulesOf::Firewall(FirewallOf::Guest {
        kind: GuestKind::Qemu,
        node: "pve1",
        vmid: 700,
    });
    // Somebody else has taken it off.
    stage.person().delete_firewall_rule(of, 0, None).await.unwrap();
    let group = GroupId::new("lab", "web");
    process
        .firewall
        .delete_group(&stage.ctx, &group, false)
        .await
        .unwrap();
    assert_eq!(process.firewall.assigned_to(&id).await.unwrap(), [""; 0]);
    process.stop().await;
}

#[tokio::test]
async fn another_guest_inherits_no_groups_with_the_id() {
    let stage = stage().await;
    let process = stage.process().await;
    let id = with_web(&stage, &process).await;
    let given = async || process.firewall.effective(&stage.ctx, &id).await.unwrap();
    assert_eq!(given().await.given, ["web"]);
    stage.lab.remove_guest(700).await.unwrap();
    add_machine(&stage, 700, 2).await;
    let card = given().await;
    assert_eq!((card.given.len(), card.assigned().len()), (0, 0), "{card:#?}");
    assert_eq!(process.firewall.assigned_to(&id).await.unwrap(), [""; 0]);
    // What was left in the list is not Drover's to take away.
    let none = assignment(&[]);
    let task = process.firewall.assign(&stage.ctx, &id, &none).await.unwrap();
    assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    assert_eq!(names(&stage, "pve1", 700).await, ["web"]);
    give(&stage, &process, &id).await;
    stage.lab.remove_guest(700).await.unwrap();
    assert_eq!(process.servers.forget_gone().await.unwrap(), 1);
    assert_eq!(process.firewall.assigned_to(&id).await.unwrap(), [""; 0]);
    process.stop().await;
}

#[tokio::test]
async fn a_group_does_not_go_while_it_is_given_nor_is_it_given_while_it_goes() {
    let stage = stage().await;
    let process = stage.process().await;
    stage.person().create_firewall_group("web", None).await.unwrap();
    add_machine(&stage, 700, 1).await;
    let id = process.seen(700).await;
    let group = GroupId::new("lab", "web");

    stage.hold("hold_before", "POST", "/700/firewall/rules$", 0).await;
    let wanted = assignment(&["web"]);
    let giving = process.firewall.assign(&stage.ctx, &id, &wanted).await.unwrap();
    let held = stage.held("/700/firewall/rules$").await;
    let refused = process.firewall.delete_group(&stage.ctx, &group, true).await;
    assert!(
        matches!(&refused, Err(Error::Conflict(Problem::TaskInTheWay { task })) if *task == giving.id),
        "{refused:?}"
    );
    stage.lab.release(held).await.unwrap();
    assert_eq!(process.end(giving.id).await.task.state, TaskState::Completed);
    let none = assignment(&[]);
    let off = process.firewall.assign(&stage.ctx, &id, &none).await.unwrap();
    assert_eq!(process.end(off.id).await.task.state, TaskState::Completed);

    stage
        .hold("hold_before", "DELETE", "/cluster/firewall/groups/web$", 0)
        .await;
    let going = process.firewall.delete_group(&stage.ctx, &group, false);
    let meanwhile = async {
        let held = stage.held("/cluster/firewall/groups/web$").await;
        let giving = process.firewall.assign(&stage.ctx, &id, &wanted).await.unwrap();
        let detail = process.end(giving.id).await;
        stage.lab.release(held).await.unwrap();
        detail
    };
    let (gone, detail) = tokio::join!(going, meanwhile);
    assert_eq!(detail.task.state, TaskState::Failed, "{detail:#?}");
    assert!(
        matches!(&detail.task.problem, Some(Problem::FirewallGroupInChange { name }) if name == "web"),
        "{detail:#?}"
    );
    gone.unwrap();
    assert_eq!(names(&stage, "pve1", 700).await, [""; 0]);
    assert_eq!(process.firewall.assigned_to(&id).await.unwrap(), [""; 0]);
    process.stop().await;
}
