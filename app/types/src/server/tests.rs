//! Each slip of an input names its field; checking never panics.

use super::*;
use proptest::prelude::*;

fn valid() -> CreateServer {
    CreateServer {
        name: "web-01".into(),
        cores: 2,
        memory_mb: 2048,
        disks: vec![DiskSpec {
            interface: "scsi0".into(),
            size_gb: 20,
            storage: None,
        }],
        nics: vec![NicSpec {
            bridge: "vmbr0".into(),
            address: "10.0.0.5".parse().ok(),
            prefix: 24,
            gateway: "10.0.0.1".parse().ok(),
        }],
        ..CreateServer::default()
    }
}

#[test]
fn each_slip_names_its_field() {
    type Change = fn(&mut CreateServer);
    let slips: &[(&str, Change)] = &[
        ("name", |s| s.name.clear()),
        ("name", |s| s.name = "web_01".into()),
        ("name", |s| s.name = "a".repeat(64)),
        ("name", |s| s.name = "status".into()),
        ("name", |s| s.name = "웹".into()),
        ("cpu", |s| s.cores = 0),
        ("memory", |s| s.memory_mb = 4),
        ("disks[0].interface", |s| s.disks[0].interface = "scsi31".into()),
        ("disks[1].interface", |s| s.disks.push(s.disks[0].clone())),
        ("disks[0].size", |s| s.disks[0].size_gb = 0),
        ("network_devices[0].ip_address", |s| {
            s.nics[0].address = "10.0.0.255".parse().ok();
        }),
        ("network_devices[0].ip_address", |s| {
            s.nics[0].address = "10.0.0.0".parse().ok();
        }),
        ("network_devices[1].ip_address", |s| {
            s.nics.push(s.nics[0].clone());
        }),
        ("network_devices[0].subnet", |s| s.nics[0].prefix = 33),
        ("network_devices[0].gateway", |s| {
            s.nics[0].gateway = "10.0.1.1".parse().ok();
        }),
        ("vm_username", |s| s.username = Some("Root".into())),
        ("ssh_keys", |s| s.ssh_keys = Some("hello".into())),
        ("tags", |s| s.tags = vec!["with space".into()]),
    ];
    assert!(valid().problems().is_empty());
    for (field, change) in slips {
        let mut server = valid();
        change(&mut server);
        let problems = server.problems();
        assert_eq!(problems.keys().map(String::as_str).collect::<Vec<_>>(), [*field]);
    }
}

#[test]
fn a_password_is_not_printed() {
    let server = CreateServer {
        password: Some("hunter2hunter2".into()),
        ..valid()
    };
    assert!(!format!("{server:?}").contains("hunter2"));
}

proptest! {
    #[test]
    fn checking_never_panics(name in ".*", prefix: u8, a: [u8; 4], b: [u8; 16], g: [u8; 16]) {
        let nic = |address| NicSpec { address: Some(address), prefix, gateway: Some(IpAddr::from(g)), ..NicSpec::default() };
        let server = CreateServer { name, nics: vec![nic(a.into()), nic(b.into())], ..CreateServer::default() };
        server.problems();
    }

    #[test]
    fn a_label_of_letters_digits_and_inner_hyphens_is_a_name(name in "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?") {
        prop_assert!(is_dns_name(&name));
    }
}
