//! The plan names every field that is wrong, and touches nothing.

use std::collections::BTreeSet;

use drover_core::store::Db;
use drover_core::{Actor, Error, OpContext};
use drover_lab::LabOptions;
use drover_types::permission::{Grants, UserRole};
use drover_types::scope::Scope;
use drover_types::server::{CreateServer, DiskChange, DiskSpec};
use drover_types::text::Problem;
use uuid::Uuid;

use crate::stage::{LOCAL, Process, SHARED, Stage, address, shop};

#[tokio::test]
async fn a_good_request_is_planned_and_nothing_is_touched() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let before = stage.holdings().await;
    let process = stage.process().await;
    let plan = process.servers.plan(&stage.ctx, &shop()).await.unwrap();
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    assert_eq!(
        (plan.node.as_deref(), plan.template),
        (Some("pve1"), Some((LOCAL, "ubuntu-24.04".into())))
    );
    let disks: Vec<_> = plan
        .disks
        .iter()
        .map(|disk| (disk.interface.as_str(), disk.change))
        .collect();
    assert_eq!(disks, [("scsi0", DiskChange::Grow), ("scsi1", DiskChange::Add)]);
    assert!(
        plan.vmid
            .is_some_and(|vmid| !before.guests.contains_key(&vmid.to_string()))
    );
    assert_eq!(stage.holdings().await, before);
    let writes = stage.lab.requests("POST", "").await.unwrap();
    let changing = |request: &&serde_json::Value| !request["path"].as_str().unwrap_or("").contains("/agent/");
    assert_eq!(writes.iter().filter(changing).count(), 0, "{writes:?}");
    // On shared storage the node with most free memory is chosen.
    let anywhere = CreateServer {
        template: Some(SHARED),
        node: None,
        disks: vec![],
        ..shop()
    };
    let plan = process.servers.plan(&stage.ctx, &anywhere).await.unwrap();
    assert_eq!((plan.problems.len(), plan.node.as_deref()), (0, Some("pve3")));
    let by_system = CreateServer {
        template: None,
        os_type: Some("debian".into()),
        disks: vec![],
        ..shop()
    };
    let plan = process.servers.plan(&stage.ctx, &by_system).await.unwrap();
    assert_eq!(plan.template.map(|(vmid, _)| vmid), Some(SHARED));
    process.stop().await;
}

#[tokio::test]
async fn each_slip_names_its_field() {
    type Change = fn(&mut CreateServer);
    let slips: &[(&str, Change)] = &[
        ("name", |r| r.name = "web-01".into()),
        ("name", |r| r.name = "WEB-01".into()),
        ("name", |r| r.name = "a_b".into()),
        ("memory", |r| r.memory_mb = 4),
        ("cluster", |r| r.cluster = Some("other".into())),
        ("template_vm_id", |r| r.template = Some(4711)),
        ("template_vm_id", |r| r.template = None),
        ("template_vm_id", |r| {
            (r.template, r.os_type) = (None, Some("solaris".into()));
        }),
        ("node", |r| r.node = Some("pve9".into())),
        ("node", |r| r.node = Some("pve2".into())),
        ("disks[0].size", |r| r.disks[0].size_gb = 9),
        ("disks[1].size", |r| r.disks[1].size_gb = 100_000),
        ("disks[1].interface", |r| r.disks[1].interface = "ide2".into()),
        ("disks[0].datastore_id", |r| {
            r.disks[0].storage = Some("nowhere".into());
        }),
        ("disks[1].datastore_id", |r| {
            r.disks[1].storage = Some("local".into());
        }),
        ("network_devices[0].bridge", |r| r.nics[0].bridge = "vmbr9".into()),
        ("network_devices[0].ip_address", |r| {
            r.nics[0].address = Some(address(0));
        }),
        ("network_devices[0].gateway", |r| {
            r.nics[0].gateway = "10.78.0.1".parse().ok();
        }),
        ("vm_username", |r| r.username = Some("Root".into())),
    ];
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    for (field, change) in slips {
        let mut request = shop();
        change(&mut request);
        let plan = process.servers.plan(&stage.ctx, &request).await.unwrap();
        let fields: Vec<&str> = plan.problems.keys().map(String::as_str).collect();
        assert!(fields.contains(field), "{field}: {:?}", plan.problems);
        let refused = process.servers.create(&stage.ctx, request).await;
        assert!(
            matches!(&refused, Err(Error::Invalid(fields)) if fields.contains_key(*field)),
            "{refused:?}"
        );
    }
    let known = process
        .servers
        .plan(
            &stage.ctx,
            &CreateServer {
                template: None,
                ..shop()
            },
        )
        .await
        .unwrap();
    assert!(
        matches!(&known.problems["template_vm_id"], Problem::TemplateMissing { known } if known.len() == 4),
        "{:?}",
        known.problems
    );
    assert_eq!(process.count("reservations").await, 0);
    process.stop().await;
}

#[tokio::test]
async fn an_address_is_given_once() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let first = process.create(shop()).await;
    let mut second = CreateServer {
        name: "shop-2".into(),
        ..shop()
    };
    let refused = process.servers.create(&stage.ctx, second.clone()).await;
    let Err(Error::Invalid(fields)) = refused else {
        panic!("{refused:?}")
    };
    let taken = Problem::AddressTaken {
        address: "10.77.0.5".into(),
        by: "shop".into(),
    };
    assert_eq!(fields.get("network_devices[0].ip_address"), Some(&taken));
    process.end(first).await;

    // Once its server is gone, an address, a name and an id are free again.
    let vmid = process.until(first, |_| true).await.task.guest.unwrap().vmid;
    stage.lab.remove_guest(vmid).await.unwrap();
    second.name = "shop".into();
    second.disks = vec![DiskSpec {
        interface: "scsi0".into(),
        size_gb: 10,
        storage: None,
    }];
    for _ in 0..500 {
        if process
            .inventory
            .guest(&drover_types::ids::GuestId::new("lab", vmid))
            .is_none()
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let again = process.servers.create(&stage.ctx, second).await.unwrap();
    assert_eq!(again.task.guest.as_ref().map(|guest| guest.vmid), Some(vmid));
    process.end(again.task.id).await;
    process.stop().await;
}

/// Writes down that a task has taken something.
async fn taken(
    process: &Process,
    task: u128,
    cluster: &str,
    guest: (u32, &str),
    address: Option<&str>,
    ended: bool,
) {
    let Db::Sqlite { write, .. } = &process.db else {
        panic!("not SQLite")
    };
    let (id, at, far) = (
        Uuid::from_u128(task),
        "2026-01-01T00:00:00+00:00",
        "2999-01-01T00:00:00+00:00",
    );
    sqlx::query(
        "INSERT INTO tasks (id, kind, state, undoing, actor, target, input, progress, message, lease_until, \
         created_at, updated_at, ended_at) \
         VALUES ($1, 'create_server', $2, 0, 'ann', $3, '{}', 0, '\"queued\"', $4, $5, $5, $6)",
    )
    .bind(id)
    .bind(if ended { "completed" } else { "running" })
    .bind(guest.1)
    .bind((!ended).then_some(far))
    .bind(at)
    .bind(ended.then_some(at))
    .execute(write)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO reservations (task_id, cluster, vmid, name, node, os_type, made, created_at) \
         VALUES ($1, $2, $3, $4, 'pve1', '', 1, $5)",
    )
    .bind(id)
    .bind(cluster)
    .bind(guest.0)
    .bind(guest.1)
    .bind(at)
    .execute(write)
    .await
    .unwrap();
    if let Some(address) = address {
        sqlx::query("INSERT INTO reservation_addresses (cluster, address, task_id) VALUES ($1, $2, $3)")
            .bind(cluster)
            .bind(address)
            .bind(id)
            .execute(write)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn what_is_taken_is_taken_in_its_own_cluster_until_its_task_has_ended() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let guest = serde_json::json!({"vmid": 500, "name": "twin"});
    stage.lab.add_guest(guest).await.unwrap();
    let process = stage.process().await;
    // The one of the other cluster is gone, and tells nothing of the one here.
    taken(&process, 1, "lab", (500, "twin"), Some("10.77.0.5"), true).await;
    taken(&process, 2, "other", (900, "twin"), Some("10.77.0.6"), true).await;
    // This one's guest is gone, and its task does not know that yet.
    taken(&process, 3, "lab", (501, "ghost"), Some("10.77.0.7"), false).await;
    for (name, last, field, problem) in [
        (
            "shop",
            5,
            "network_devices[0].ip_address",
            Problem::AddressTaken {
                address: "10.77.0.5".into(),
                by: "twin".into(),
            },
        ),
        (
            "shop",
            7,
            "network_devices[0].ip_address",
            Problem::AddressTaken {
                address: "10.77.0.7".into(),
                by: "ghost".into(),
            },
        ),
        ("ghost", 8, "name", Problem::NameTaken { name: "ghost".into() }),
    ] {
        let mut request = CreateServer {
            name: name.into(),
            ..shop()
        };
        request.nics[0].address = Some(address(last));
        let refused = process.servers.create(&stage.ctx, request).await;
        let Err(Error::Invalid(fields)) = &refused else {
            panic!("{name} at {last}: {refused:?}")
        };
        assert_eq!(fields.get(field), Some(&problem));
    }
    process.stop().await;
}

#[tokio::test]
async fn of_two_at_once_one_gets_the_address_and_the_other_is_told_which() {
    let stage = Stage::new(LabOptions {
        guests: 12,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let make = |name: &str| {
        let request = CreateServer {
            name: name.into(),
            ..shop()
        };
        process.servers.create(&stage.ctx, request)
    };
    let (one, two) = tokio::join!(make("one"), make("two"));
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    let Err(Error::Invalid(fields)) = &lost else {
        panic!("{lost:?}")
    };
    let taken = Problem::AddressTaken {
        address: "10.77.0.5".into(),
        by: won.as_ref().unwrap().task.target.clone(),
    };
    assert_eq!(fields.get("network_devices[0].ip_address"), Some(&taken));
    process.end(won.unwrap().task.id).await;
    process.stop().await;
}

#[tokio::test]
async fn who_may_not_make_servers_is_told() {
    let stage = Stage::new(LabOptions {
        guests: 2,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let grants = Grants {
        role: UserRole::Operator,
        permissions: BTreeSet::new(),
        scope: Scope::EVERYTHING,
    };
    let actor = Actor {
        must_change_password: false,
        origin: drover_core::context::Origin::default(),
        id: 1,
        username: "bob".into(),
        grants,
    };
    let ctx = OpContext::session(actor, Uuid::nil(), Uuid::nil(), String::new());
    assert!(matches!(
        process.servers.create(&ctx, shop()).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        process.servers.plan(&ctx, &shop()).await,
        Err(Error::Denied(_))
    ));
    process.stop().await;
}
