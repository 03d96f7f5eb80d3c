//! What is asked for, and where its problems go.

use drover_types::{configuration::NicConfiguration, guest::GuestKind, guest::GuestStatus, ids::GuestId};

use super::*;

fn configuration() -> ServerConfiguration {
    let nic = |interface: &str| NicConfiguration {
        interface: interface.to_owned(),
        model: "virtio".to_owned(),
        mac: "BC:24:11:00:00:01".to_owned(),
        bridge: "vmbr0".to_owned(),
        rate: Some(10.0),
        ..NicConfiguration::default()
    };
    ServerConfiguration {
        id: GuestId::new("main", 100),
        kind: GuestKind::Qemu,
        name: "web-01".to_owned(),
        node: "pve1".to_owned(),
        status: GuestStatus::Running,
        cores: 2,
        sockets: 1,
        cpu_type: "host".to_owned(),
        memory_mb: 2048,
        balloon_mb: Some(1024),
        disks: Vec::new(),
        unused: Vec::new(),
        boot_disk: None,
        cloud_init_drive: None,
        boot_order: Vec::new(),
        bootable: Vec::new(),
        nics: vec![nic("net0"), nic("net2")],
        cloud_init: drover_types::configuration::CloudInit::default(),
        description: String::new(),
        tags: vec!["web".to_owned()],
        on_boot: false,
        protected: false,
        lock: None,
        digest: "d0".to_owned(),
        pending: Vec::new(),
    }
}

fn asked(change: impl Fn(&mut Values)) -> Request {
    let configuration = configuration();
    let base = read::values(&configuration);
    let mut typed = base.clone();
    change(&mut typed);
    of(&configuration, &typed, &typed.differing(&base))
}

#[test]
fn only_what_was_changed_is_asked_for() {
    let request = asked(|typed| {
        typed.set(Field::Tags, "web, prod  new");
        typed.set(Field::Name, " web-02 ");
        typed.set(Field::OnBoot, "1");
        typed.set(Field::Balloon, "");
    });
    let tags = ["web", "prod", "new"].map(str::to_owned).to_vec();
    let expected = ConfigurationChange {
        tags: Some(tags),
        name: Some("web-02".to_owned()),
        on_boot: Some(true),
        balloon_mb: Some(2048),
        digest: Some("d0".to_owned()),
        ..ConfigurationChange::default()
    };
    assert_eq!(request.change, expected);
    assert_eq!(request.problems, Problems::new());
}

#[test]
fn what_is_wrong_finds_its_field() {
    let request = asked(|typed| {
        typed.set(Field::Cores, "");
        typed.set(Field::Memory, "64");
        typed.set(Field::Name, "web_01");
        typed.set(Field::Nic(2, NicPart::Rate), "fast");
        typed.set(Field::Nic(2, NicPart::Vlan), "5000");
        typed.set(Field::Address(2, AddressPart::V4), "nonsense");
    });
    let wrong: Vec<Field> = request.problems.into_keys().collect();
    let vlan = Field::Nic(2, NicPart::Vlan);
    let address = Field::Address(2, AddressPart::V4);
    let rate = Field::Nic(2, NicPart::Rate);
    assert_eq!(
        wrong,
        [Field::Name, Field::Cores, Field::Memory, vlan, rate, address]
    );
}

#[test]
fn nics_come_change_and_go() {
    let request = asked(|typed| {
        typed.remove(|field| matches!(field, Field::Nic(0, _) | Field::Address(0, _)));
        typed.set(Field::Nic(1, NicPart::Bridge), "vmbr1");
        typed.set(Field::Nic(1, NicPart::Model), "e1000");
        typed.set(Field::Address(1, AddressPart::V4), "dhcp");
        typed.set(Field::Nic(2, NicPart::Firewall), "1");
        typed.set(Field::Nic(2, NicPart::Link), "0");
    });
    let settings = |bridge: &str, model: &str| NicSettings {
        bridge: bridge.to_owned(),
        model: model.to_owned(),
        ..NicSettings::default()
    };
    let changed = NicSettings {
        firewall: true,
        rate: Some(10.0),
        link_down: true,
        ..settings("vmbr0", "virtio")
    };
    let expected = [
        NicEdit::Add {
            settings: settings("vmbr1", "e1000"),
        },
        NicEdit::Remove {
            interface: "net0".to_owned(),
        },
        NicEdit::Change {
            interface: "net2".to_owned(),
            settings: changed,
        },
    ];
    assert_eq!(request.change.nics, expected);
    let given: Vec<_> = request
        .change
        .addresses
        .iter()
        .map(|one| one.interface.as_str())
        .collect();
    assert_eq!(given, ["net1"]);
}

#[test]
fn a_new_nic_takes_a_number_that_nobody_has_or_had() {
    let configuration = configuration();
    let mut typed = read::values(&configuration);
    assert_eq!(free_nic(&configuration, &typed), Some(1));
    typed.remove(|field| matches!(field, Field::Nic(0, _)));
    assert_eq!(free_nic(&configuration, &typed), Some(1));
}
