//! What the client reads from the lab.

use pve_client::{
    Client, ClientConfig, ConfigView, Error, GuestKind, GuestState, NodeState, Resource, ResourceType,
    Shutdown, Timeframe, Trust,
};

use crate::lab::{client, config, done, lab};

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
