//! The client against the lab: every typed call once, and the faults that only a whole cluster has.

use std::time::Duration;

use drover_lab::{HoldState, Lab, LabOptions};
use pve_client::{
    Client, ClientConfig, CloneQemu, ConfigChange, ConfigView, Credentials, DeleteQemu, Error, GuestKind,
    GuestState, Nic, NodeState, Resource, ResourceType, Shutdown, TaskFilter, TaskOutcome, TaskSource,
    Timeframe, Trust, Upid,
};
use secrecy::SecretString;
use serde_json::json;

async fn lab() -> Lab {
    Lab::start(LabOptions::default()).await.unwrap()
}

fn config(lab: &Lab) -> ClientConfig {
    let mut config = ClientConfig::new(lab.api.clone(), Credentials::token(&lab.token).unwrap());
    config.trust = Trust::Fingerprints(vec![lab.fingerprint.parse().unwrap()]);
    config
}

fn client(lab: &Lab) -> Client {
    Client::new(config(lab)).unwrap()
}

/// Waits for a task to end.
async fn ended(client: &Client, upid: &Upid) -> TaskOutcome {
    for _ in 0..1_000 {
        if let Some(outcome) = client.task_status(upid).await.unwrap().outcome() {
            return outcome;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{upid} doesn't end");
}

async fn done(client: &Client, upid: &Upid) {
    assert_eq!(ended(client, upid).await, TaskOutcome::Ok, "{upid}");
}

#[tokio::test]
async fn a_certificate_has_to_be_vouched_for() {
    let lab = lab().await;
    let with = |trust: Trust| {
        Client::new(ClientConfig {
            trust,
            ..config(&lab)
        })
        .unwrap()
    };
    let plain = lab.fingerprint.replace(':', "").to_lowercase();
    with(Trust::Fingerprints(vec![plain.parse().unwrap()]))
        .version()
        .await
        .unwrap();
    with(Trust::CaFile(lab.ca_file.clone())).version().await.unwrap();

    let other = Trust::Fingerprints(vec!["00".repeat(32).parse().unwrap()]);
    let error = with(other).version().await.unwrap_err();
    assert!(
        matches!(&error, Error::Tls { reason, .. } if reason.contains(&lab.fingerprint)),
        "{error:?}"
    );
    assert!(!error.was_sent() && !error.is_retryable());
    let error = with(Trust::System).version().await.unwrap_err();
    assert!(
        matches!(&error, Error::Tls { reason, .. } if reason.contains("certificate")),
        "{error:?}"
    );
    let seen = lab.calls().await.unwrap();
    assert_eq!(
        seen.get("GET /version"),
        Some(&2),
        "a refused certificate gets no request: {seen:?}"
    );
}

#[tokio::test]
async fn the_cluster_is_read() {
    let lab = lab().await;
    let client = client(&lab);
    assert_eq!(client.version().await.unwrap().major(), Some(9));

    let all = client.cluster_resources(None).await.unwrap();
    let guests: Vec<_> = all
        .iter()
        .filter(|found| matches!(found, Resource::Guest(_)))
        .collect();
    assert_eq!(guests.len(), 44, "40 guests and 4 templates");
    let only = client.cluster_resources(Some(ResourceType::Vm)).await.unwrap();
    assert!(only.len() == 44 && only.iter().all(|found| matches!(found, Resource::Guest(_))));
    assert!(
        all.iter()
            .any(|found| matches!(found, Resource::Storage(storage) if storage.storage == "ceph"))
    );
    assert!(
        all.iter()
            .any(|found| matches!(found, Resource::Node(node) if node.status == NodeState::Online))
    );

    let status = client.cluster_status().await.unwrap();
    assert!(status.quorate && status.name.as_deref() == Some("lab") && status.nodes.len() == 3);
    let free = client.next_vmid().await.unwrap();
    assert!(client.vmid_is_free(free).await.unwrap());
    assert!(!client.vmid_is_free(9000).await.unwrap());
    assert!(matches!(client.vmid_is_free(1).await, Err(Error::Invalid { .. })));

    assert_eq!(client.nodes().await.unwrap().len(), 3);
    let node = client.node_status("pve1").await.unwrap();
    assert!(node.memory.total > 0 && node.cpuinfo.cpus > 0 && node.uptime > 0);
    let bridges = client.node_bridges("pve1").await.unwrap();
    let names: Vec<_> = bridges.iter().map(|bridge| bridge.iface.as_str()).collect();
    assert!(
        names.contains(&"vmbr0") && names.contains(&"vmbr1") && !names.contains(&"eno1"),
        "{names:?}"
    );
    assert!(
        !client
            .node_rrddata("pve1", Timeframe::Hour)
            .await
            .unwrap()
            .is_empty()
    );

    assert!(
        client
            .storages()
            .await
            .unwrap()
            .iter()
            .any(|storage| storage.storage == "nfs" && storage.shared)
    );
    let storages = client.node_storages("pve1").await.unwrap();
    let ceph = storages.iter().find(|storage| storage.storage == "ceph").unwrap();
    assert!(ceph.active && ceph.shared && ceph.avail.unwrap() > 0);
    let volumes = client
        .storage_content("pve1", "ceph", Some("images"), Some(8000))
        .await
        .unwrap();
    assert!(!volumes.is_empty() && volumes.iter().all(|volume| volume.vmid == Some(8000)));

    let held = client.permissions().await.unwrap();
    assert!(
        held.allows("/vms/100", "VM.Clone") && !held.allows("/", "Permissions.Modify"),
        "{held:?}"
    );
}

#[tokio::test]
async fn guests_are_read() {
    let lab = lab().await;
    let client = client(&lab);
    let template = client
        .qemu_config("pve1", 9000, ConfigView::Current)
        .await
        .unwrap();
    assert!(template.is_template() && template.agent_enabled());
    assert_eq!(
        (template.cores(), template.memory(), template.name()),
        (Some(2), Some(2048), Some("ubuntu-24.04"))
    );
    let boot = template.boot_disk().unwrap();
    assert_eq!((boot.key.as_str(), boot.size), ("scsi0", Some(10 << 30)));
    assert!(template.disks().iter().any(pve_client::Disk::is_cloud_init));
    assert_eq!(template.nics()[0].bridge.as_deref(), Some("vmbr0"));
    assert_eq!(template.ip_configs()[0].ip.as_deref(), Some("dhcp"));
    assert!(
        client
            .qemu_pending("pve1", 9000)
            .await
            .unwrap()
            .iter()
            .any(|value| value.key == "cores")
    );
    assert!(
        client
            .qemu_list("pve1")
            .await
            .unwrap()
            .iter()
            .any(|guest| guest.vmid == 9000 && guest.template)
    );
    assert_eq!(
        client.qemu_status("pve1", 9000).await.unwrap().status,
        GuestState::Stopped
    );
    for missing in [
        client.qemu_status("pve1", 4711).await.unwrap_err(),
        client
            .qemu_config("pve2", 9000, ConfigView::Current)
            .await
            .unwrap_err(),
        client.lxc_status("pve1", 4711).await.unwrap_err(),
    ] {
        assert!(missing.is_not_found(), "{missing:?}");
    }

    let resources = client.cluster_resources(Some(ResourceType::Vm)).await.unwrap();
    let container = resources.iter().find_map(|found| match found {
        Resource::Guest(guest) if guest.kind == GuestKind::Lxc => Some(guest),
        _ => None,
    });
    let (node, vmid) = container.map(|guest| (guest.node.as_str(), guest.vmid)).unwrap();
    let settings = client.lxc_config(node, vmid, ConfigView::Pending).await.unwrap();
    assert!(
        settings
            .disks()
            .iter()
            .any(|disk| disk.key == "rootfs" && disk.is_data())
    );
    assert!(settings.name().is_some() && settings.nics()[0].mac.is_some());
    assert!(
        client
            .lxc_list(node)
            .await
            .unwrap()
            .iter()
            .any(|guest| guest.vmid == vmid)
    );
    let before = client.lxc_status(node, vmid).await.unwrap().status;
    if before == GuestState::Stopped {
        done(&client, &client.start_lxc(node, vmid).await.unwrap()).await;
    }
    done(&client, &client.reboot_lxc(node, vmid, Some(30)).await.unwrap()).await;
    done(
        &client,
        &client
            .shutdown_lxc(node, vmid, Shutdown::default())
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(
        client.lxc_status(node, vmid).await.unwrap().status,
        GuestState::Stopped
    );
    done(&client, &client.start_lxc(node, vmid).await.unwrap()).await;
    done(&client, &client.stop_lxc(node, vmid).await.unwrap()).await;
}

#[tokio::test]
async fn a_virtual_machine_comes_and_goes() {
    let lab = lab().await;
    let client = client(&lab);
    let clone = CloneQemu {
        newid: 700,
        name: Some("web-700".into()),
        description: Some("task 0197".into()),
        full: Some(true),
        ..CloneQemu::default()
    };
    let upid = client.clone_qemu("pve1", 9000, &clone).await.unwrap();
    assert_eq!((upid.node(), upid.kind()), ("pve1", "qmclone"));
    let taken = client.clone_qemu("pve1", 9000, &clone).await.unwrap_err();
    assert!(taken.is_vmid_taken(), "{taken:?}");
    done(&client, &upid).await;

    let config = client
        .qemu_config("pve1", 700, ConfigView::Current)
        .await
        .unwrap();
    assert_eq!(config.description(), Some("task 0197"));
    let stale = ConfigChange::new()
        .set("cores", 4)
        .digest("0000000000000000000000000000000000000000");
    assert!(
        client
            .update_qemu("pve1", 700, &stale)
            .await
            .unwrap_err()
            .is_stale_digest()
    );
    let nic = Nic {
        tag: Some(20),
        ..Nic::virtio(1, "vmbr1")
    };
    let change = ConfigChange::new()
        .set("cores", 4)
        .set("memory", 4096)
        .set(nic.key(), nic.value().unwrap())
        .set("ipconfig1", "ip=198.51.100.7/24")
        .set("cipassword", "$6$salt$hash")
        .ssh_keys(["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA+b/c me@home"])
        .digest(config.digest().unwrap());
    client.update_qemu("pve1", 700, &change).await.unwrap();
    if let Some(upid) = client
        .update_qemu_async("pve1", 700, &ConfigChange::new().set("scsi1", "local-lvm:4"))
        .await
        .unwrap()
    {
        done(&client, &upid).await;
    }
    if let Some(upid) = client
        .resize_disk("pve1", 700, "scsi0", 20 << 30, None)
        .await
        .unwrap()
    {
        done(&client, &upid).await;
    }
    let config = client
        .qemu_config("pve1", 700, ConfigView::Current)
        .await
        .unwrap();
    assert_eq!((config.cores(), config.memory()), (Some(4), Some(4096)));
    assert_eq!(config.boot_disk().unwrap().size, Some(20 << 30));
    assert_eq!(
        config.ssh_keys(),
        ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA+b/c me@home"]
    );
    let second = &config.nics()[1];
    assert!(second.tag == Some(20) && second.mac.is_some(), "{second:?}");
    client.unlink_disks("pve1", 700, &["scsi1"], false).await.unwrap();
    let config = client
        .qemu_config("pve1", 700, ConfigView::Current)
        .await
        .unwrap();
    let unused = config.unused_disks();
    assert_eq!(unused.len(), 1);
    client
        .update_qemu("pve1", 700, &ConfigChange::new().delete(&unused[0].key))
        .await
        .unwrap();

    done(&client, &client.start_qemu("pve1", 700).await.unwrap()).await;
    assert!(
        client
            .agent_ping("pve1", 700)
            .await
            .is_err_and(|error| error.is_agent_unavailable())
    );
    lab.advance(60.0).await.unwrap();
    client.agent_ping("pve1", 700).await.unwrap();
    let interfaces = client.agent_interfaces("pve1", 700).await.unwrap();
    let addresses: Vec<_> = interfaces
        .iter()
        .flat_map(|found| &found.addresses)
        .map(|found| found.address.as_str())
        .collect();
    assert!(addresses.contains(&"198.51.100.7"), "{addresses:?}");
    let memory = client
        .agent_read_file("pve1", 700, "/proc/meminfo")
        .await
        .unwrap();
    assert!(memory.content.contains("MemAvailable") && !memory.truncated);
    client
        .guest_rrddata(GuestKind::Qemu, "pve1", 700, Timeframe::Day)
        .await
        .unwrap();

    done(&client, &client.suspend_qemu("pve1", 700, false).await.unwrap()).await;
    assert_eq!(
        client
            .qemu_status("pve1", 700)
            .await
            .unwrap()
            .qmpstatus
            .as_deref(),
        Some("paused")
    );
    done(&client, &client.resume_qemu("pve1", 700).await.unwrap()).await;
    done(&client, &client.reset_qemu("pve1", 700).await.unwrap()).await;
    done(&client, &client.reboot_qemu("pve1", 700, None).await.unwrap()).await;
    let how = Shutdown {
        timeout: Some(60),
        force_stop: true,
    };
    done(&client, &client.shutdown_qemu("pve1", 700, how).await.unwrap()).await;
    done(&client, &client.start_qemu("pve1", 700).await.unwrap()).await;
    done(&client, &client.stop_qemu("pve1", 700).await.unwrap()).await;
    let how = DeleteQemu {
        purge: true,
        destroy_unreferenced_disks: true,
    };
    done(&client, &client.delete_qemu("pve1", 700, how).await.unwrap()).await;
    assert!(client.qemu_status("pve1", 700).await.unwrap_err().is_not_found());
    assert!(client.vmid_is_free(700).await.unwrap());
}

#[tokio::test]
async fn tasks_are_listed_read_and_stopped() {
    let lab = lab().await;
    let client = client(&lab);
    let create = [("name", "made"), ("memory", "512"), ("scsi0", "local-lvm:1")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    done(
        &client,
        &client.create_qemu("pve2", 710, &create.into()).await.unwrap(),
    )
    .await;

    lab.time_scale(60.0).await.unwrap();
    let clone = CloneQemu {
        newid: 711,
        full: Some(true),
        ..CloneQemu::default()
    };
    let upid = client.clone_qemu("pve1", 9000, &clone).await.unwrap();
    let locked = client
        .update_qemu("pve1", 711, &ConfigChange::new().set("cores", 2))
        .await
        .unwrap_err();
    assert!(
        matches!(locked, Error::Locked { .. }) && locked.is_retryable(),
        "{locked:?}"
    );
    let filter = TaskFilter {
        vmid: Some(9000),
        typefilter: Some("qmclone".into()),
        userfilter: Some("drover@pve".into()),
        source: Some(TaskSource::Active),
        since: Some(upid.start_time()),
        limit: Some(10),
        ..TaskFilter::default()
    };
    let running = client.node_tasks("pve1", &filter).await.unwrap();
    assert_eq!(running.iter().map(|task| &task.upid).collect::<Vec<_>>(), [&upid]);
    assert_eq!(running[0].outcome(), None);
    assert!(
        client
            .cluster_tasks()
            .await
            .unwrap()
            .iter()
            .any(|task| task.upid == upid)
    );
    assert_eq!(client.task_status(&upid).await.unwrap().outcome(), None);

    client.stop_task(&upid).await.unwrap();
    lab.time_scale(0.01).await.unwrap();
    assert!(matches!(ended(&client, &upid).await, TaskOutcome::Failed(_)));
    let log = client.task_log(&upid, 0, 500).await.unwrap();
    assert!(!log.lines.is_empty() && log.lines[0].number == 1, "{log:?}");
    let rest = client.task_log(&upid, 1, 500).await.unwrap();
    assert_eq!(rest.lines.len(), log.lines.len() - 1);

    let unknown: Upid = "UPID:pve1:00000001:00000001:65A1B2C3:qmstart:100:drover@pve:"
        .parse()
        .unwrap();
    let error = client.task_status(&unknown).await.unwrap_err();
    assert!(
        matches!(error, Error::Invalid { .. } | Error::Api { .. }) || error.is_not_found(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_password_outlives_its_ticket() {
    let lab = lab().await;
    let secret = SecretString::from(lab.password.clone());
    let credentials = Credentials::password(&lab.username, secret).unwrap();
    let client = Client::new(ClientConfig {
        credentials,
        ..config(&lab)
    })
    .unwrap();
    client.version().await.unwrap();
    client
        .update_qemu("pve1", 9000, &ConfigChange::new().set("description", "one"))
        .await
        .unwrap();
    lab.expire_tickets().await.unwrap();
    client
        .update_qemu("pve1", 9000, &ConfigChange::new().set("description", "two"))
        .await
        .unwrap();
    let config = client
        .qemu_config("pve1", 9000, ConfigView::Current)
        .await
        .unwrap();
    assert_eq!(config.description(), Some("two"));
    assert_eq!(lab.calls().await.unwrap().get("POST /access/ticket"), Some(&2));
}

#[tokio::test]
async fn a_node_goes_away_and_comes_back() {
    let lab = lab().await;
    let client = client(&lab);
    client.version().await.unwrap();
    lab.node_down("pve1").await.unwrap();
    let nodes = client.nodes().await.unwrap();
    let gone = nodes.iter().find(|node| node.node == "pve1").unwrap();
    assert_eq!(gone.status, NodeState::Offline);
    assert_eq!(client.endpoints()[0].failures, 1);
    let error = client.node_status("pve1").await.unwrap_err();
    assert!(
        matches!(error, Error::Upstream { .. }) && error.is_unavailable(),
        "{error:?}"
    );
    let guests = client.cluster_resources(Some(ResourceType::Vm)).await.unwrap();
    let unknown = guests.iter().any(|found| {
        matches!(found, Resource::Guest(guest) if guest.node == "pve1" && guest.status == GuestState::Unknown)
    });
    assert!(unknown);
    lab.node_up("pve1").await.unwrap();
    client.node_status("pve1").await.unwrap();
}

#[tokio::test]
async fn faults_are_told_apart() {
    let lab = lab().await;
    let client = client(&lab);
    let read = json!({"method": "GET", "path": "^/nodes/pve1/status$"});
    lab.fault(
        json!({"match": read, "action": "status", "status": 403, "message": "Permission check failed (x)"}),
    )
    .await
    .unwrap();
    assert!(matches!(
        client.node_status("pve1").await,
        Err(Error::Forbidden { .. })
    ));
    lab.fault(json!({"match": read, "action": "status", "status": 500, "message": "oops"}))
        .await
        .unwrap();
    assert!(matches!(
        client.node_status("pve1").await,
        Err(Error::Api { status: 500, .. })
    ));
    lab.fault(json!({"match": read, "action": "broken_json"}))
        .await
        .unwrap();
    assert!(matches!(
        client.node_status("pve1").await,
        Err(Error::Decode { .. })
    ));
    lab.fault(json!({"match": read, "action": "status", "status": 595, "message": "No route to host"}))
        .await
        .unwrap();
    client.node_status("pve1").await.unwrap();
    lab.fault(json!({"match": read, "action": "drop"})).await.unwrap();
    client.node_status("pve1").await.unwrap();
    lab.quorum(false).await.unwrap();
    let error = client.start_qemu("pve1", 9000).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_done_once() {
    let lab = lab().await;
    let client = client(&lab);
    let clone = CloneQemu {
        newid: 720,
        full: Some(true),
        ..CloneQemu::default()
    };
    lab.fault(json!({"match": {"method": "POST", "path": "/clone$"}, "action": "drop_after"}))
        .await
        .unwrap();
    let error = client.clone_qemu("pve1", 9000, &clone).await.unwrap_err();
    assert!(
        matches!(error, Error::Interrupted { .. }) && error.was_sent(),
        "{error:?}"
    );
    assert!(!client.vmid_is_free(720).await.unwrap());
    let sent = lab.requests("POST", "/clone$").await.unwrap();
    assert_eq!(sent.len(), 1, "{sent:?}");
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_connection() {
    let lab = lab().await;
    let mut config = config(&lab);
    config.timeouts.write = Duration::from_millis(500);
    let client = Client::new(config).unwrap();
    lab.fault(json!({"match": {"method": "POST", "path": "/start$"}, "action": "hold_before"}))
        .await
        .unwrap();
    let error = client.start_qemu("pve1", 100).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { sent: true, .. }), "{error:?}");
    let gone = lab
        .wait_for_hold("/start$", HoldState::Gone, Duration::from_secs(10))
        .await
        .unwrap();
    assert!(!gone[0].acted);
    assert_eq!(lab.requests("POST", "/start$").await.unwrap().len(), 1);
}
