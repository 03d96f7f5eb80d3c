//! What old clients send, and what becomes of it.

use drover_types::storage::DiskKind;
use drover_types::text::Problem;
use serde_json::{Value, json};

use super::read::{Open, Read, read};

fn of(body: Value) -> Read {
    let Value::Object(body) = body else {
        panic!("an object")
    };
    read(body)
}

#[test]
fn the_first_versions_sample_is_understood() {
    let read = of(json!({
        "name": "web-server-03", "cpu": 4, "memory": 8192, "role": "web", "ip_address": "192.168.1.103",
        "disks": [{"size": 100, "interface": "scsi0", "datastore_id": "local-lvm", "disk_type": "ssd"}],
        "network_devices": [
            {"bridge": "vmbr0", "ip_address": "192.168.1.103", "subnet": "24", "gateway": "192.168.1.1"},
        ],
        "template_vm_id": 9000, "vm_username": "rocky", "vm_password": " password123",
    }));
    assert!(read.notes.problems.is_empty(), "{:?}", read.notes);
    assert!(read.notes.ignored.is_empty(), "{:?}", read.notes);
    assert_eq!(read.server.roles[0].role.as_str(), "web");
    assert_eq!(read.open, [(0, Open { kind: DiskKind::Ssd })]);
    let server = read.server;
    assert_eq!(
        (server.cores, server.memory_mb, server.template),
        (4, 8192, Some(9000))
    );
    assert_eq!(
        (server.disks[0].size_gb, server.disks[0].storage.clone()),
        (100, None)
    );
    assert_eq!(
        (server.nics[0].prefix, server.nics[0].gateway),
        (24, "192.168.1.1".parse().ok())
    );
    assert_eq!(
        server.password.as_deref(),
        Some(" password123"),
        "kept to the letter"
    );
    assert!(server.problems().is_empty());
}

#[test]
fn texts_are_numbers_and_what_is_left_out_has_a_default() {
    let read = of(json!({
        "name": "web", "cpu": "2", "memory": "4096.0", "template_vm_id": "", "disk": 20,
        "disks": [{"size": "30"}, {"size": 5.0, "datastore_id": "ceph"}],
        "network_devices": [{"ip_address": "dhcp"}, {"ip_address": "10.0.0.5/16"}, {"subnet": "255.255.0.0"}],
    }));
    assert_eq!(read.notes.problems.keys().collect::<Vec<_>>(), ["memory"]);
    assert_eq!(read.notes.ignored, ["disk"]);
    let server = read.server;
    assert_eq!((server.cores, server.memory_mb, server.template), (2, 2048, None));
    let disks: Vec<_> = server
        .disks
        .iter()
        .map(|disk| (disk.interface.as_str(), disk.size_gb))
        .collect();
    assert_eq!(disks, [("scsi0", 30), ("scsi1", 5)]);
    assert_eq!(read.open.len(), 1);
    let prefixes: Vec<_> = server
        .nics
        .iter()
        .map(|nic| (nic.address.is_some(), nic.prefix))
        .collect();
    assert_eq!(prefixes, [(false, 24), (true, 16), (false, 16)]);
}

#[test]
fn what_is_wrong_names_its_field() {
    let read = of(json!({
        "name": ["web"], "cpu": -1, "memory": true, "ip_address": "10.0.0.9",
        "disks": [{"size": {}, "disk_type": "tape"}, 7],
        "network_devices": [{"ip_address": "10.0.0.500", "gateway": "x", "subnet": "255.0.255.0"}],
    }));
    assert_eq!(
        read.notes.problems.keys().collect::<Vec<_>>(),
        [
            "cpu",
            "disks[0].disk_type",
            "disks[0].size",
            "disks[1]",
            "memory",
            "name",
            "network_devices[0].gateway",
            "network_devices[0].ip_address",
            "network_devices[0].subnet",
        ]
    );
    let nowhere = of(json!({"name": "web", "ip_address": "10.0.0.9"}));
    assert_eq!(
        nowhere.notes.problems.get("ip_address"),
        Some(&Problem::AddressesDiffer)
    );
}

#[test]
fn what_nobody_asked_for_is_named_by_its_path() {
    let read = of(json!({
        "name": "web", "colour": "red", "role": "none", "firewall_group": "",
        "disks": [{"size": 10, "cache": "none", "file_format": "qcow2"}], "network_devices": [{"vlan": 7}],
    }));
    assert!(read.notes.problems.is_empty());
    assert_eq!(
        read.notes.ignored,
        [
            "disks[0].file_format",
            "disks[0].cache",
            "network_devices[0].vlan",
            "colour"
        ]
    );
}
