//! A server's configuration is changed: by two at once, with what waits for a start, and by a restart that applies it.

use drover_core::{Error, OpContext};
use drover_lab::LabOptions;
use drover_types::configuration::{
    Apply, CloudInitChange, ConfigurationChange, NicAddresses, NicEdit, NicSettings,
};
use drover_types::ids::GuestId;
use drover_types::permission::{Grants, Permission, UserRole};
use drover_types::scope::Scope;
use drover_types::task::TaskState;
use drover_types::text::Problem;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stage::{Process, Stage, shop};

/// A machine with a disk, a cloud-init drive and a NIC.
pub fn box_of(status: &str) -> Value {
    json!({
        "vmid": 500, "name": "box", "node": "pve1", "status": status,
        "config": {
            "cores": 2, "memory": "2048", "scsi0": "local-lvm:8", "ide2": "local-lvm:cloudinit,media=cdrom",
            "net0": "virtio=BC:24:11:00:05:00,bridge=vmbr0", "boot": "order=scsi0;net0",
            "description": "by hand\n\n<!-- drover task 7 -->", "vmgenid": "4f2d0a56-0000-0000-0000-000000000500",
        },
    })
}

pub async fn stage(status: &str) -> (Stage, Process, GuestId) {
    let stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    stage.lab.add_guest(box_of(status)).await.unwrap();
    let process = stage.process().await;
    let guest = process.seen(500).await;
    (stage, process, guest)
}

fn may(permissions: &[Permission]) -> OpContext {
    let grants = Grants {
        role: UserRole::Viewer,
        permissions: permissions.iter().copied().collect(),
        scope: Scope::EVERYTHING,
    };
    let actor = drover_core::Actor {
        must_change_password: false,
        origin: drover_core::context::Origin::default(),
        id: 1,
        username: "ann".into(),
        grants,
    };
    OpContext::session(actor, Uuid::nil(), Uuid::nil(), String::new())
}

async fn config(stage: &Stage) -> Value {
    stage.holdings().await.guests["500"]["config"].clone()
}

#[tokio::test]
async fn two_editors_do_not_overwrite_each_other() {
    let (stage, process, guest) = stage("running").await;
    let servers = &process.servers;
    let read = servers.configuration(&stage.ctx, &guest).await.unwrap();
    let change = |memory_mb| ConfigurationChange {
        memory_mb: Some(memory_mb),
        digest: Some(read.digest.clone()),
        ..ConfigurationChange::default()
    };
    let first = servers
        .change_configuration(&stage.ctx, &guest, &change(4096))
        .await
        .unwrap();
    assert!(first.reboot_required && first.digest != read.digest, "{first:?}");
    let late = servers
        .change_configuration(&stage.ctx, &guest, &change(1024))
        .await;
    assert!(
        matches!(late, Err(Error::Conflict(Problem::ConfigurationChanged))),
        "{late:?}"
    );
    // Somebody who is not Drover comes between Drover's reading and its writing.
    stage.hold("hold_before", "PUT", "/qemu/500/config$", 0).await;
    let unaware = ConfigurationChange {
        cores: Some(4),
        ..ConfigurationChange::default()
    };
    let (between, ()) = tokio::join!(
        servers.change_configuration(&stage.ctx, &guest, &unaware),
        async {
            let held = stage.held("/qemu/500/config$").await;
            let other = pve_client::ConfigChange::new().set("sockets", 2);
            stage.person().update_qemu("pve1", 500, &other).await.unwrap();
            stage.lab.release(held).await.unwrap();
        }
    );
    assert!(
        matches!(between, Err(Error::Conflict(Problem::ConfigurationChanged))),
        "{between:?}"
    );
    let after = servers.configuration(&stage.ctx, &guest).await.unwrap();
    let waiting: Vec<_> = after.pending.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(waiting, ["memory", "sockets"]);
    process.stop().await;
}

#[tokio::test]
async fn what_waits_is_told_and_applied_by_a_restart() {
    let (stage, process, guest) = stage("running").await;
    let servers = &process.servers;
    let change = ConfigurationChange {
        cores: Some(3),
        cpu_type: Some("host".into()),
        description: Some("a bar".into()),
        on_boot: Some(true),
        ..ConfigurationChange::default()
    };
    let changed = servers
        .change_configuration(&stage.ctx, &guest, &change)
        .await
        .unwrap();
    let waiting: Vec<_> = changed.pending.iter().map(|one| one.key.as_str()).collect();
    assert_eq!((waiting, changed.task), (vec!["cores", "cpu"], None));
    let now = config(&stage).await;
    assert_eq!((&now["cores"], &now["onboot"]), (&json!(2), &json!(1)));
    assert_eq!(now["description"], "a bar\n\n<!-- drover task 7 -->");
    let read = servers.configuration(&stage.ctx, &guest).await.unwrap();
    assert_eq!((read.cores, read.description.as_str()), (2, "a bar"));

    // Nothing more is changed, and still what waits is applied.
    let apply = ConfigurationChange {
        apply: Some(Apply::Now),
        ..ConfigurationChange::default()
    };
    let applied = servers
        .change_configuration(&stage.ctx, &guest, &apply)
        .await
        .unwrap();
    let task = applied.task.unwrap();
    let twice = servers.change_configuration(&stage.ctx, &guest, &change).await;
    assert!(
        matches!(twice, Err(Error::Conflict(Problem::TaskInTheWay { task: other })) if other == task.id),
        "{twice:?}"
    );
    assert_eq!(process.end(task.id).await.task.state, TaskState::Completed);
    let holdings = stage.holdings().await;
    assert_eq!(holdings.guests["500"]["status"], "running");
    assert_eq!(holdings.guests["500"]["config"]["cpu"], "host");
    let read = servers.configuration(&stage.ctx, &guest).await.unwrap();
    assert_eq!((read.cores, read.cpu_type.as_str()), (3, "host"));
    assert!(read.pending.is_empty(), "{:?}", read.pending);
    let none = servers
        .change_configuration(&stage.ctx, &guest, &apply)
        .await
        .unwrap();
    assert_eq!((none.task, none.reboot_required), (None, false));
    process.stop().await;
}

#[tokio::test]
async fn what_only_the_cloud_init_drive_takes_to_the_guest_waits_too() {
    let (stage, process, guest) = stage("running").await;
    let servers = &process.servers;
    let change = |cloud_init| ConfigurationChange {
        cloud_init,
        ..ConfigurationChange::default()
    };
    let first = change(CloudInitChange {
        user: Some("ops".into()),
        password: Some("hush hush".into()),
        ssh_keys: Some("ssh-ed25519 AAAA me\n".into()),
        nameserver: Some("192.0.2.53".into()),
        search_domain: Some("example.org".into()),
    });
    let all = ["cipassword", "ciuser", "nameserver", "searchdomain", "sshkeys"];
    let changed = servers
        .change_configuration(&stage.ctx, &guest, &first)
        .await
        .unwrap();
    let waiting: Vec<_> = changed.pending.iter().map(|one| one.key.as_str()).collect();
    assert_eq!((changed.reboot_required, waiting), (true, all.to_vec()));
    let text = format!("{:?}", changed.pending);
    assert!(!text.contains("hush") && !text.contains("$5$"), "{text}");

    // What is taken out again waits for nothing, and what only Proxmox's own tells of does not either.
    let person = stage.person();
    person
        .update_qemu(
            "pve1",
            500,
            &pve_client::ConfigChange::new()
                .delete("ciuser")
                .set("name", "crate"),
        )
        .await
        .unwrap();
    let read = servers.configuration(&stage.ctx, &guest).await.unwrap();
    let waiting: Vec<_> = read.pending.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(waiting, ["cipassword", "nameserver", "searchdomain", "sshkeys"]);

    let apply = ConfigurationChange {
        apply: Some(Apply::Now),
        ..ConfigurationChange::default()
    };
    let applied = servers
        .change_configuration(&stage.ctx, &guest, &apply)
        .await
        .unwrap();
    let detail = process.end(applied.task.unwrap().id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let read = servers.configuration(&stage.ctx, &guest).await.unwrap();
    assert_eq!(read.pending, []);
    process.stop().await;
}

#[tokio::test]
async fn one_that_does_not_shut_down_is_stopped() {
    let (stage, process, guest) = stage("running").await;
    stage
        .lab
        .patch_guest(500, json!({"shutdown_secs": 100_000}))
        .await
        .unwrap();
    let change = ConfigurationChange {
        cores: Some(8),
        apply: Some(Apply::Now),
        ..ConfigurationChange::default()
    };
    let servers = &process.servers;
    let changed = servers
        .change_configuration(&stage.ctx, &guest, &change)
        .await
        .unwrap();
    let detail = process.end(changed.task.unwrap().id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    assert_eq!(
        (
            &stage.holdings().await.guests["500"]["status"],
            &config(&stage).await["cores"]
        ),
        (&json!("running"), &json!(8))
    );
    process.stop().await;
}

#[tokio::test]
async fn a_stopped_one_takes_all_at_once() {
    let (stage, process, guest) = stage("stopped").await;
    let servers = &process.servers;
    let change = ConfigurationChange {
        name: Some("crate".into()),
        sockets: Some(2),
        balloon_mb: Some(1024),
        tags: Some(vec!["prod".into(), "a".into()]),
        protected: Some(true),
        boot_order: Some(vec!["net0".into(), "scsi0".into()]),
        nics: vec![
            NicEdit::Change {
                interface: "net0".into(),
                settings: NicSettings {
                    bridge: "vmbr1".into(),
                    vlan: Some(20),
                    firewall: true,
                    rate: Some(12.5),
                    ..NicSettings::default()
                },
            },
            NicEdit::Add {
                settings: NicSettings {
                    bridge: "vmbr0".into(),
                    ..NicSettings::default()
                },
            },
        ],
        addresses: vec![NicAddresses {
            interface: "net1".into(),
            ip: "192.0.2.77/24".into(),
            gateway: "192.0.2.1".into(),
            ..NicAddresses::default()
        }],
        cloud_init: CloudInitChange {
            user: Some("ops".into()),
            password: Some("hush hush".into()),
            ssh_keys: Some("ssh-ed25519 AAAA me\n".into()),
            nameserver: Some("192.0.2.53, 192.0.2.54".into()),
            search_domain: Some("example.org".into()),
        },
        ..ConfigurationChange::default()
    };
    let changed = servers
        .change_configuration(&stage.ctx, &guest, &change)
        .await
        .unwrap();
    assert!(!changed.reboot_required && changed.pending.is_empty());
    let read = servers.configuration(&stage.ctx, &guest).await.unwrap();
    assert_eq!(
        (read.name.as_str(), read.sockets, read.balloon_mb),
        ("crate", 2, Some(1024))
    );
    assert_eq!(
        (read.boot_order, read.protected),
        (vec!["net0".to_owned(), "scsi0".to_owned()], true)
    );
    assert_eq!(read.tags, ["a", "prod"]);
    assert_eq!(read.boot_disk.as_deref(), Some("scsi0"));
    assert_eq!(read.cloud_init_drive.unwrap().interface, "ide2");
    let nic = &read.nics[0];
    assert_eq!(
        (
            nic.mac.as_str(),
            nic.bridge.as_str(),
            nic.vlan,
            nic.firewall,
            nic.rate
        ),
        ("BC:24:11:00:05:00", "vmbr1", Some(20), true, Some(12.5))
    );
    assert!(!read.nics[1].mac.is_empty() && read.nics[1].ip == "192.0.2.77/24");
    assert_eq!(
        (read.cloud_init.user.as_str(), read.cloud_init.has_password),
        ("ops", true)
    );
    assert_eq!(read.cloud_init.nameserver, "192.0.2.53 192.0.2.54");
    assert_eq!(read.cloud_init.ssh_keys, ["ssh-ed25519 AAAA me"]);

    // A NIC and what was said about it go again.
    let less = ConfigurationChange {
        nics: vec![NicEdit::Remove {
            interface: "net1".into(),
        }],
        tags: Some(Vec::new()),
        cloud_init: CloudInitChange {
            password: Some(String::new()),
            ..CloudInitChange::default()
        },
        ..ConfigurationChange::default()
    };
    servers
        .change_configuration(&stage.ctx, &guest, &less)
        .await
        .unwrap();
    let left = config(&stage).await;
    for key in ["net1", "ipconfig1", "tags", "cipassword"] {
        assert_eq!(left.get(key), None, "{key}: {left}");
    }
    process.stop().await;
}

#[tokio::test]
async fn what_stands_against_it_is_said() {
    let (stage, process, guest) = stage("stopped").await;
    let servers = &process.servers;
    let before = config(&stage).await;
    let fields = async |change: ConfigurationChange| match servers
        .change_configuration(&stage.ctx, &guest, &change)
        .await
    {
        Err(Error::Invalid(fields)) => fields.into_keys().collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let of = |text: Value| serde_json::from_value::<ConfigurationChange>(text).unwrap();
    assert_eq!(fields(of(json!({"memory_mb": 4}))).await, ["memory.size_mb"]);
    assert_eq!(fields(of(json!({"balloon_mb": 4096}))).await, ["memory.balloon"]);
    assert_eq!(fields(of(json!({"boot_order": ["scsi9"]}))).await, ["boot_order"]);
    let nic = json!({"nics": [{"edit": "add", "bridge": "vmbr9"}]});
    assert_eq!(fields(of(nic)).await, ["nics[0].bridge"]);
    // A template's name is in use too.
    assert_eq!(fields(of(json!({"name": "ubuntu-24.04"}))).await, ["name"]);

    // What another server was given is not given again.
    let task = process.create(shop()).await;
    process.end(task).await;
    let address = json!({"addresses": [{"interface": "net0", "ip": "10.77.0.5/24"}]});
    assert_eq!(fields(of(address)).await, ["addresses[0].ip"]);

    let nothing = ConfigurationChange::default();
    let viewer = may(&[Permission::ViewAll, Permission::ManageStorage]);
    let denied = servers.change_configuration(&viewer, &guest, &nothing).await;
    assert!(matches!(denied, Err(Error::Denied(Permission::ManageServer))));
    let nobody = GuestId::new("lab", 777);
    let gone = servers.change_configuration(&stage.ctx, &nobody, &nothing).await;
    assert!(
        matches!(gone, Err(Error::NotFound(Problem::ServerNotFound { .. }))),
        "{gone:?}"
    );
    stage
        .lab
        .patch_guest(500, json!({"lock": "backup"}))
        .await
        .unwrap();
    let locked = servers.change_configuration(&stage.ctx, &guest, &nothing).await;
    let Err(Error::Conflict(Problem::GuestLocked { lock })) = locked else {
        panic!("{locked:?}")
    };
    assert_eq!(lock, "backup");
    stage.lab.patch_guest(500, json!({"lock": null})).await.unwrap();
    assert_eq!(config(&stage).await, before);
    process.stop().await;
}

#[tokio::test]
async fn a_container_is_changed_too() {
    let (stage, process, _) = stage("stopped").await;
    let holdings = stage.holdings().await;
    let container = holdings
        .guests
        .values()
        .find(|guest| guest["type"] == "lxc")
        .unwrap();
    let vmid = u32::try_from(container["vmid"].as_u64().unwrap()).unwrap();
    let guest = process.seen(vmid).await;
    let servers = &process.servers;
    let read = servers.configuration(&stage.ctx, &guest).await.unwrap();
    let change = ConfigurationChange {
        description: Some("a box".into()),
        memory_mb: Some(read.memory_mb + 256),
        tags: Some(vec!["boxed".into()]),
        digest: Some(read.digest.clone()),
        ..ConfigurationChange::default()
    };
    servers
        .change_configuration(&stage.ctx, &guest, &change)
        .await
        .unwrap();
    let after = servers.configuration(&stage.ctx, &guest).await.unwrap();
    assert_eq!(
        (after.description.as_str(), after.tags),
        ("a box", vec!["boxed".to_owned()])
    );
    assert_eq!(after.nics, read.nics);
    let late = servers.change_configuration(&stage.ctx, &guest, &change).await;
    assert!(matches!(
        late,
        Err(Error::Conflict(Problem::ConfigurationChanged))
    ));
    let unfit = ConfigurationChange {
        cpu_type: Some("host".into()),
        ..ConfigurationChange::default()
    };
    let unfit = servers.change_configuration(&stage.ctx, &guest, &unfit).await;
    let Err(Error::Invalid(fields)) = unfit else {
        panic!("{unfit:?}")
    };
    assert_eq!(fields["cpu.type"], Problem::ContainersUnsupported);
    process.stop().await;
}
