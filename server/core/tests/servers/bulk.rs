//! Many servers at once: planned row by row, made as parts of one task, and never by half.

use std::collections::BTreeSet;

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::bulk::{CreateServers, expand};
use drover_types::server::{CreateServer, DiskSpec, NicSpec};
use drover_types::task::{ChildCounts, Retry, TaskFilter, TaskState};
use drover_types::text::Problem;
use serde_json::json;

use crate::stage::{LOCAL, SHARED, Stage, address, shop};

async fn stage() -> Stage {
    Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await
}

/// Small servers with addresses that count up, whose disk grows.
fn rows(names: &str, template: u32) -> Vec<CreateServer> {
    let base = CreateServer {
        name: names.into(),
        template: Some(template),
        cores: 1,
        memory_mb: 512,
        disks: vec![DiskSpec {
            interface: "scsi0".into(),
            size_gb: 21,
            storage: None,
        }],
        nics: vec![NicSpec {
            bridge: "vmbr0".into(),
            address: Some(address(101)),
            prefix: 24,
            gateway: Some(address(1)),
        }],
        ..CreateServer::default()
    };
    expand(&base, 1).unwrap()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn fifty_servers_survive_what_fails_and_who_is_killed() {
    let stage = stage().await;
    let before = stage.holdings().await;
    let mut servers = rows("job-{01..50}", SHARED);
    for server in &mut servers {
        // So much that one node has not enough of it for all.
        server.memory_mb = 16 * 1024;
    }
    let request = CreateServers {
        servers,
        leave_out: false,
    };
    let process = stage.process().await;
    let plan = process.servers.plan_many(&stage.ctx, &request).await.unwrap();
    assert_eq!(plan.all_problems().len(), 0, "{:#?}", plan.all_problems());
    let nodes: BTreeSet<_> = plan.rows.iter().filter_map(|row| row.node.clone()).collect();
    assert!(nodes.len() > 1, "they are spread: {nodes:?}");
    let vmids: Vec<u32> = plan.rows.iter().filter_map(|row| row.vmid).collect();
    assert_eq!(vmids.iter().collect::<BTreeSet<_>>().len(), 50);
    let failing = [
        ("POST", "/clone$".to_owned(), "job-07", "no space"),
        (
            "PUT",
            format!("/qemu/{}/resize$", vmids[12]),
            "",
            "no room to grow",
        ),
        (
            "POST",
            format!("/qemu/{}/status/start$", vmids[20]),
            "",
            "no such CPU",
        ),
    ];
    for (method, path, body, message) in failing {
        let rule = json!({
            "match": {"method": method, "path": path, "body": body}, "action": "task_fail", "message": message,
        });
        stage.lab.fault(rule).await.unwrap();
    }
    let made = process.servers.create_many(&stage.ctx, request).await.unwrap();
    assert_eq!((made.accepted.len(), made.rejected.len()), (50, 0));
    let parent = made.task.id;
    let mut process = process;
    for ended in [5, 25] {
        let so_many = |counts: ChildCounts| counts.ended() >= ended;
        process
            .until(parent, |detail| detail.task.children.is_some_and(so_many))
            .await;
        process.kill().await;
        process = stage.process().await;
    }
    let detail = process.end(parent).await;
    assert_eq!(detail.task.state, TaskState::Partial);
    let sum = ChildCounts {
        completed: 47,
        partial: 1,
        failed: 2,
        ..ChildCounts::default()
    };
    assert_eq!(detail.task.children, Some(sum));
    for (row, state, cause) in [
        (6, TaskState::Failed, "no space"),
        (12, TaskState::Failed, "no room to grow"),
        (20, TaskState::Partial, "no such CPU"),
    ] {
        let child = process
            .tasks
            .get(&stage.ctx, made.accepted[row].task)
            .await
            .unwrap();
        assert_eq!((child.task.state, child.cause.as_deref()), (state, Some(cause)));
        assert!(child.task.problem.is_some());
    }
    let after = stage.holdings().await;
    let new: Vec<_> = after
        .guests
        .iter()
        .filter(|(vmid, _)| !before.guests.contains_key(*vmid))
        .collect();
    let running = new.iter().filter(|(_, guest)| guest["status"] == "running");
    assert_eq!((new.len(), running.count()), (48, 47));
    let of = |key: &str| -> BTreeSet<String> {
        let configs = new.iter().map(|(_, guest)| &guest["config"]);
        configs.map(|config| config[key].to_string()).collect()
    };
    assert_eq!((of("name").len(), of("ipconfig0").len()), (48, 48));
    for volume in after.volumes.difference(&before.volumes) {
        assert!(
            new.iter()
                .any(|(vmid, _)| volume.ends_with(&format!("of {vmid}"))),
            "{volume} is left over"
        );
    }
    for (table, rows) in [
        ("reservations", 48),
        ("reservation_addresses", 48),
        ("secrets", 0),
        ("task_slots", 0),
    ] {
        assert_eq!(process.count(table).await, rows, "{table}");
    }

    assert_eq!(detail.retry, Retry::Yes);
    let again = process.servers.retry(&stage.ctx, parent, None).await.unwrap();
    assert_eq!((again.task.id, again.task.state), (parent, TaskState::Running));
    let sum = ChildCounts {
        completed: 49,
        partial: 1,
        ..ChildCounts::default()
    };
    let detail = process.end(parent).await;
    assert_eq!((detail.task.children, detail.retry), (Some(sum), Retry::No));
    assert_eq!(process.count("reservations").await, 50);
    process.stop().await;
}

#[tokio::test]
async fn every_row_is_checked_against_the_others() {
    let stage = stage().await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let mut servers = rows("web-{1..6}", LOCAL);
    servers[1].name = "WEB-1".into();
    servers[2].nics[0].address = Some(address(101));
    servers[3].node = Some("pve77".into());
    servers[4].name = "web_5".into();
    let mut request = CreateServers {
        servers,
        leave_out: false,
    };
    let refused = process.servers.create_many(&stage.ctx, request.clone()).await;
    let Err(Error::Invalid(problems)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        problems.keys().collect::<Vec<_>>(),
        [
            "servers[1].name",
            "servers[2].network_devices[0].ip_address",
            "servers[3].node",
            "servers[4].name"
        ]
    );
    assert_eq!(problems["servers[1].name"], Problem::SameAsRow { row: 1 });
    let all = TaskFilter::default();
    assert_eq!(process.tasks.list(&stage.ctx, &all).await.unwrap().tasks, []);
    assert_eq!(stage.holdings().await, before);

    request.leave_out = true;
    let made = process.servers.create_many(&stage.ctx, request).await.unwrap();
    let accepted: Vec<usize> = made.accepted.iter().map(|one| one.row).collect();
    let rejected: Vec<usize> = made.rejected.iter().map(|one| one.row).collect();
    assert_eq!((accepted, rejected), (vec![0, 5], vec![1, 2, 3, 4]));
    assert_eq!(process.end(made.task.id).await.task.state, TaskState::Completed);

    for (count, wrong) in [(0, true), (100, false), (101, true)] {
        let names = format!("many-{{1..{}}}", count.max(1));
        let mut servers = rows(&names, LOCAL);
        for server in &mut servers {
            server.nics.clear();
        }
        servers.truncate(count);
        let request = CreateServers {
            servers,
            leave_out: true,
        };
        let plan = process.servers.plan_many(&stage.ctx, &request).await.unwrap();
        assert_eq!(plan.problems.contains_key("servers"), wrong, "{count}");
    }
    process.stop().await;
}

#[tokio::test]
async fn the_space_of_a_storage_is_added_up_over_the_rows() {
    let stage = stage().await;
    let process = stage.process().await;
    let mut servers = rows("big-{1..40}", LOCAL);
    for server in &mut servers {
        server.disks[0].size_gb = 100;
        server.nics.clear();
    }
    let request = CreateServers {
        servers,
        leave_out: false,
    };
    let plan = process.servers.plan_many(&stage.ctx, &request).await.unwrap();
    let fitting = plan.rows.iter().filter(|row| row.problems.is_empty()).count();
    assert!((1..40).contains(&fitting), "{fitting}");
    let (good, bad) = plan.rows.split_at(fitting);
    assert!(
        good.iter().all(|row| row.problems.is_empty()),
        "the first come first"
    );
    for row in bad {
        let problem = &row.problems["disks[0].size"];
        assert!(matches!(problem, Problem::NotEnoughSpace { .. }), "{problem:?}");
    }
    process.stop().await;
}

#[tokio::test]
async fn what_failed_alone_is_asked_for_again_with_its_password() {
    let stage = stage().await;
    let rule =
        json!({"match": {"method": "POST", "path": "/clone$"}, "action": "task_fail", "message": "no"});
    stage.lab.fault(rule).await.unwrap();
    let process = stage.process().await;
    let id = process.create(shop()).await;
    let detail = process.end(id).await;
    assert_eq!(
        (detail.task.state, detail.retry),
        (TaskState::Failed, Retry::WithPassword)
    );
    let without = process.servers.retry(&stage.ctx, id, None).await;
    assert!(matches!(&without, Err(Error::Invalid(fields)) if fields.contains_key("vm_password")));
    let again = process
        .servers
        .retry(&stage.ctx, id, Some("hush hush hush"))
        .await
        .unwrap();
    assert_eq!((again.task.parent, again.task.target.as_str()), (None, "shop"));
    assert_eq!(process.end(again.task.id).await.task.state, TaskState::Completed);
    let twice = process
        .servers
        .retry(&stage.ctx, id, Some("hush hush hush"))
        .await;
    assert!(matches!(twice, Err(Error::Conflict(Problem::TaskNotRetryable))));
    assert_eq!(process.count("secrets").await, 0);
    process.stop().await;
}
