//! The life of a virtual machine in the lab, and the tasks it is made of.

use pve_client::{
    CloneQemu, ConfigChange, ConfigView, DeleteGuest, Error, GuestKind, Nic, Shutdown, TaskFilter,
    TaskOutcome, TaskSource, Timeframe, Upid,
};

use crate::lab::{client, done, ended, lab};

#[tokio::test]
async fn a_virtual_machine_is_cloned_and_changed() {
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
}

#[tokio::test]
async fn a_virtual_machine_runs_and_goes() {
    let lab = lab().await;
    let client = client(&lab);
    let clone = CloneQemu {
        newid: 700,
        full: Some(true),
        ..CloneQemu::default()
    };
    done(&client, &client.clone_qemu("pve1", 9000, &clone).await.unwrap()).await;
    let address = ConfigChange::new().set("ipconfig0", "ip=198.51.100.7/24");
    client.update_qemu("pve1", 700, &address).await.unwrap();

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
    let other = ConfigChange::new().set("ipconfig0", "ip=198.51.100.8/24");
    client.update_qemu("pve1", 700, &other).await.unwrap();
    let drive = client.qemu_cloud_init("pve1", 700).await.unwrap();
    let address = drive.iter().find(|one| one.key == "ipconfig0").unwrap();
    assert_eq!(
        (address.value.as_deref(), address.pending.as_deref()),
        (Some("ip=198.51.100.7/24"), Some("ip=198.51.100.8/24"))
    );
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
    let how = DeleteGuest {
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
