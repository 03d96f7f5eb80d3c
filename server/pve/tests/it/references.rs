//! What names a guest, and how a guest and its volumes go.

use drover_lab::Lab;
use pve_client::{DeleteGuest, GuestKind, Resource, ResourceType};
use serde_json::json;

use crate::lab::{client, done, lab};
use crate::support::{data, server};

#[tokio::test]
async fn a_container_goes_with_its_volumes() {
    let lab: Lab = lab().await;
    let client = client(&lab);
    let all = client.cluster_resources(Some(ResourceType::Vm)).await.unwrap();
    let container = all
        .into_iter()
        .find_map(|one| match one {
            Resource::Guest(guest) if guest.kind == GuestKind::Lxc => Some(guest),
            _ => None,
        })
        .unwrap();
    let (node, vmid) = (container.node.as_str(), container.vmid);
    let rules = client.guest_firewall_rules(GuestKind::Lxc, node, vmid).await;
    assert_eq!(rules.unwrap(), []);
    if client.lxc_status(node, vmid).await.unwrap().status == pve_client::GuestState::Running {
        done(&client, &client.stop_lxc(node, vmid).await.unwrap()).await;
    }
    let how = DeleteGuest {
        purge: true,
        destroy_unreferenced_disks: true,
    };
    done(&client, &client.delete_lxc(node, vmid, how).await.unwrap()).await;
    assert!(client.lxc_status(node, vmid).await.unwrap_err().is_not_found());
    assert!(
        client
            .delete_lxc(node, vmid, how)
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn a_deletion_says_what_goes_with_the_guest() {
    let upid = "UPID:pve1:0003A9F2:0012B6C1:65A1B2C3:vzdestroy:106:drover@pve!main:";
    let server = server("DELETE", "/nodes/pve1/lxc/106", data(&json!(upid))).await;
    let how = DeleteGuest {
        purge: true,
        destroy_unreferenced_disks: false,
    };
    let client = crate::support::client(vec![server.uri()]);
    assert_eq!(client.delete_lxc("pve1", 106, how).await.unwrap().as_str(), upid);
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(sent.url.query(), Some("purge=1&destroy-unreferenced-disks=0"));
}

#[tokio::test]
async fn a_volume_is_deleted_at_once_or_by_a_task() {
    let path = "/nodes/pve1/storage/local/content/local%3A106%2Fvm-106-disk-0.qcow2";
    for (answer, started) in [
        (json!(null), false),
        (
            json!("UPID:pve1:0003A9F2:0012B6C1:65A1B2C3:imgdel:106@local:drover@pve!main:"),
            true,
        ),
    ] {
        let server = server("DELETE", path, data(&answer)).await;
        let client = crate::support::client(vec![server.uri()]);
        let upid = client
            .delete_volume("pve1", "local", "local:106/vm-106-disk-0.qcow2")
            .await
            .unwrap();
        assert_eq!(upid.is_some(), started);
    }
}

#[tokio::test]
async fn jobs_and_rules_are_read() {
    let jobs = json!([
        {"id": "night", "vmid": "100,101", "enabled": 1, "all": 0, "storage": "nfs"},
        {"id": "rest", "all": "1", "exclude": "100", "pool": null},
    ]);
    let at = server("GET", "/cluster/backup", data(&jobs)).await;
    let jobs = crate::support::client(vec![at.uri()])
        .backup_jobs()
        .await
        .unwrap();
    assert!(jobs.iter().all(|job| job.names(100)) && !jobs[1].names(101));

    let replications =
        json!([{"id": "100-0", "guest": "100", "target": "pve2", "jobnum": 0, "type": "local"}]);
    let at = server("GET", "/cluster/replication", data(&replications)).await;
    let found = crate::support::client(vec![at.uri()])
        .replication_jobs()
        .await
        .unwrap();
    assert_eq!(
        (found[0].guest, found[0].target.as_deref()),
        (Some(100), Some("pve2"))
    );

    let rules =
        json!([{"pos": 0, "type": "in", "action": "ACCEPT"}, {"pos": "1", "type": "group", "action": "web"}]);
    let at = server("GET", "/nodes/pve1/qemu/100/firewall/rules", data(&rules)).await;
    let found = crate::support::client(vec![at.uri()])
        .guest_firewall_rules(GuestKind::Qemu, "pve1", 100)
        .await
        .unwrap();
    assert_eq!(found[1].spec.direction.as_deref(), Some("group"));
    assert_eq!(found[1].pos, 1);
}
