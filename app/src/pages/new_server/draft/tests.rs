//! The form's content, without a browser.

use drover_types::cluster::{TemplateDisk, TemplateRow};
use drover_types::role::{
    LocalText, RoleAssignment, RoleInfo, RoleKey, RoleSource, RoleValue, RoleVariable, VariableKind,
};

use super::rows::MOST;
use super::*;

/// The only server's request and its problems.
fn read(draft: &Draft) -> (CreateServer, FieldProblems) {
    let reading = draft.read(&StorageDefaults::default());
    assert!(reading.rows.is_empty());
    (reading.common, reading.problems)
}

fn template(vmid: u32, memory_mb: u64, size_gb: u64) -> TemplateRow {
    TemplateRow {
        cluster: "lab".into(),
        vmid,
        name: format!("template-{vmid}"),
        node: "pve1".into(),
        os_type: "debian".into(),
        cores: 2,
        memory_mb,
        disks: vec![TemplateDisk {
            interface: "scsi0".into(),
            storage: "local-lvm".into(),
            size_gb,
        }],
        any_node: false,
    }
}

fn role(key: &str) -> RoleInfo {
    let port = RoleVariable {
        name: "port".into(),
        kind: VariableKind::Port,
        label: LocalText::default(),
        help: None,
        default: None,
        secret: false,
        generated: false,
        optional: false,
        min: None,
        max: None,
        choices: Vec::new(),
        pattern: None,
    };
    RoleInfo {
        key: RoleKey::parse(key).unwrap(),
        name: LocalText::default(),
        description: LocalText::default(),
        version: String::new(),
        digest: String::new(),
        systems: Vec::new(),
        variables: if key == "web" { vec![port] } else { Vec::new() },
        ports: Vec::new(),
        uninstalls: false,
        source: RoleSource::Drover,
        tasks: 0,
    }
}

#[test]
fn every_server_of_a_series_gets_the_roles_that_can_be_installed() {
    let catalogue = [role("web"), role(RoleKey::NODE_EXPORTER)];
    let mut draft = Draft {
        name: "web-{1..2}".into(),
        role: "web".into(),
        is_measured: true,
        ..Draft::default()
    };
    let put = |draft: &Draft, catalogue: &[RoleInfo]| {
        let mut reading = draft.read(&StorageDefaults::default());
        draft.put_roles(catalogue, &mut reading);
        reading
    };
    let missing = put(&draft, &catalogue);
    assert_eq!(missing.problems["roles[0].variables.port"], Problem::Required);
    let web = &catalogue[0];
    draft.variables.set(&web.key, &web.variables[0], "80".into());
    let reading = put(&draft, &catalogue);
    assert!(!reading.problems.contains_key("roles[0].variables.port"));
    let names =
        |roles: &[RoleAssignment]| -> Vec<String> { roles.iter().map(|one| one.role.to_string()).collect() };
    for row in &reading.rows {
        assert_eq!(names(&row.request.roles), ["web", "node_exporter"]);
        assert_eq!(row.request.roles[0].variables["port"], RoleValue::Integer(80));
    }
    // What can't be installed is in nobody's way.
    let without = put(&draft, &[]);
    assert!(
        without.common.roles.is_empty()
            && without.problems == draft.read(&StorageDefaults::default()).problems
    );
}

#[test]
fn another_template_leaves_what_was_changed() {
    let (small, large) = (template(9000, 2048, 8), template(9001, 1536, 20));
    let mut draft = Draft::default();
    draft.choose_template(&small, None);
    assert_eq!(
        (draft.cores, draft.memory, draft.disks[0].size),
        (Some(2), Some(2), Some(8))
    );
    draft.cores = Some(4);
    draft.add_disk();
    assert_eq!(draft.disks[1].interface, "scsi1");
    draft.choose_template(&large, Some(&small));
    assert_eq!((draft.cores, draft.memory_mb()), (Some(4), Some(1536)));
    let disks: Vec<_> = draft
        .disks
        .iter()
        .map(|disk| (disk.interface.as_str(), disk.size))
        .collect();
    assert_eq!(disks, [("scsi0", Some(20)), ("scsi1", Some(10))]);
}

#[test]
fn what_is_no_address_is_named_with_its_field() {
    let mut draft = Draft::default();
    draft.choose_template(&template(9000, 2048, 8), None);
    draft.name = " web-01 ".into();
    assert!(read(&draft).1.is_empty());
    draft.nics[0].is_static = true;
    draft.nics[0].gateway = "10.0.0".into();
    let (request, problems) = read(&draft);
    assert_eq!(request.name, "web-01");
    assert_eq!(
        problems.get("network_devices[0].ip_address"),
        Some(&Problem::Required)
    );
    assert_eq!(
        problems.get("network_devices[0].gateway"),
        Some(&Problem::InvalidAddress)
    );
    draft.nics[0].address = "10.0.0.7".into();
    draft.nics[0].gateway = "10.0.1.1".into();
    let problems = read(&draft).1;
    assert_eq!(
        problems.get("network_devices[0].gateway"),
        Some(&Problem::GatewayNotInNetwork {
            network: "10.0.0.0/24".into()
        })
    );
}

#[test]
fn the_password_is_not_kept() {
    let draft = Draft {
        password: "secret".into(),
        name: "web-01".into(),
        ..Draft::default()
    };
    let kept = serde_json::to_string(&draft).unwrap();
    assert!(!kept.contains("secret"));
    let back: Draft = serde_json::from_str(&kept).unwrap();
    assert_eq!((back.name.as_str(), back.password.as_str()), ("web-01", ""));
}

#[test]
fn tags_stand_apart_by_commas_and_spaces() {
    let draft = Draft {
        tags: "web, prod  db".into(),
        ..Draft::default()
    };
    assert_eq!(read(&draft).0.tags, ["web", "prod", "db"]);
}

/// A draft of `count` servers with an address that counts up.
fn series(name: &str, count: i64) -> Draft {
    let mut draft = Draft::default();
    draft.choose_template(&template(9000, 2048, 8), None);
    draft.name = name.into();
    draft.count = Some(count);
    draft.nics[0].is_static = true;
    draft.nics[0].address = "10.0.0.10".into();
    draft
}

fn address(draft: &Draft) -> Cell {
    Cell::Address(draft.nics[0].key)
}

/// Each server's name and address, with the fields that are wrong.
fn rows(draft: &Draft) -> Vec<String> {
    let reading = draft.read(&StorageDefaults::default());
    let row = |row: &ReadRow| {
        let address = row.request.nics[0]
            .address
            .map_or_else(|| "-".to_owned(), |address| address.to_string());
        let mut words = vec![row.request.name.clone(), address];
        words.extend(row.problems.keys().map(|field| format!("!{field}")));
        words.join(" ")
    };
    reading.rows.iter().map(row).collect()
}

#[test]
fn a_series_counts_up_and_each_row_can_say_otherwise() {
    let mut draft = series("web-{01..04}", 1);
    assert_eq!(
        rows(&draft),
        [
            "web-01 10.0.0.10",
            "web-02 10.0.0.11",
            "web-03 10.0.0.12",
            "web-04 10.0.0.13"
        ]
    );
    draft.set_cell(1, Cell::Name, "mail");
    draft.set_cell(1, Cell::Cores, "8");
    draft.set_cell(3, address(&draft), "10.0.0.77");
    draft.leave_out(2);
    assert_eq!(
        rows(&draft),
        ["web-01 10.0.0.10", "mail 10.0.0.11", "web-04 10.0.0.77"]
    );
    assert_eq!(draft.read(&StorageDefaults::default()).rows[1].request.cores, 8);
    draft.set_cell(1, Cell::Name, "");
    draft.put_back();
    assert_eq!(rows(&draft)[1..3], ["web-02 10.0.0.11", "web-03 10.0.0.12"]);
}

#[test]
fn the_end_of_a_series_moves_with_its_rows() {
    let mut draft = series("web-{08..11}", 1);
    draft.set_total(6);
    assert_eq!((draft.name.as_str(), draft.total()), ("web-{08..13}", 6));
    draft.leave_out(4);
    assert_eq!(draft.total(), 6);
    draft.leave_out(5);
    assert_eq!((draft.name.as_str(), draft.total()), ("web-{08..11}", 4));
    let mut draft = series("web", 3);
    for at in [2, 1, 0] {
        draft.leave_out(at);
    }
    assert_eq!((draft.count, draft.places()), (Some(1), vec![0]));
    draft.count = None;
    assert_eq!(draft.total(), 1);
    draft.count = Some(99_999);
    assert_eq!(draft.total(), MOST);
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let mut draft = series("web-{1..3}", 1);
    draft.cores = Some(0);
    draft.set_cell(1, Cell::Memory, "much");
    draft.set_cell(2, Cell::Name, "WEB-1");
    let cell = address(&draft);
    draft.set_cell(2, cell, "nowhere");
    let reading = draft.read(&StorageDefaults::default());
    assert_eq!(reading.problems.keys().collect::<Vec<_>>(), ["cpu"]);
    let fields = |row: usize| reading.rows[row].problems.keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(0), [""; 0]);
    assert_eq!(fields(1), ["memory"]);
    assert_eq!(fields(2), ["name", "network_devices[0].ip_address"]);
}

#[test]
fn addresses_that_every_row_says_need_none_in_common() {
    let mut draft = series("", 2);
    draft.nics[0].address.clear();
    let reading = draft.read(&StorageDefaults::default());
    let fields: Vec<_> = reading.problems.keys().collect();
    assert_eq!(fields, ["name", "network_devices[0].ip_address"]);
    assert_eq!(draft.paste("a\t10.0.0.3\nb\t10.0.0.4/16\n", None), 2);
    assert_eq!(rows(&draft), ["a 10.0.0.3", "b 10.0.0.4"]);
    let reading = draft.read(&StorageDefaults::default());
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    assert_eq!(reading.rows[1].request.nics[0].prefix, 16);
}

#[test]
fn rows_are_pasted_by_their_headings_or_from_a_cell_on() {
    let mut draft = series("web-{1..2}", 1);
    draft.nics[0].is_static = false;
    let text = "Memory (MB)\tName\tIP\tOwner\r\n4096\tdb-1\t10.0.0.8\tkim\r\n\tdb-2\tdhcp\tlee\r\n";
    assert_eq!(draft.paste(text, None), 2);
    assert!(draft.nics[0].is_static);
    let reading = draft.read(&StorageDefaults::default());
    let memory: Vec<_> = reading.rows.iter().map(|row| row.request.memory_mb).collect();
    assert_eq!(memory, [4096, 2048]);
    assert_eq!(rows(&draft), ["db-1 10.0.0.8", "db-2 -"]);
    // From the second row's node on: a third row comes to be.
    assert_eq!(draft.paste("pve2\t6\npve3\t8", Some((1, Cell::Node))), 2);
    let reading = draft.read(&StorageDefaults::default());
    let placed = |row: usize| {
        (
            reading.rows[row].request.node.clone(),
            reading.rows[row].request.cores,
        )
    };
    assert_eq!(placed(1), (Some("pve2".to_owned()), 6));
    assert_eq!(placed(2), (Some("pve3".to_owned()), 8));
    assert_eq!(draft.name, "web-{1..3}");
    // One line is a table too, as it says something of one alone.
    assert_eq!(draft.paste("only", None), 1);
    assert!(draft.is_many());
    assert_eq!(draft.paste("\n", None), 0);
}

#[test]
fn disks_go_to_the_default_unless_something_is_chosen() {
    let mut draft = series("web", 1);
    let mut defaults = StorageDefaults::default();
    let storage =
        |draft: &Draft, defaults: &StorageDefaults| draft.read(defaults).common.disks[0].storage.clone();
    assert_eq!(storage(&draft, &defaults), None);
    defaults.hdd.set = Some("tank".into());
    defaults.ssd.configured = Some("fast".into());
    assert_eq!(storage(&draft, &defaults).as_deref(), Some("tank"));
    for (chosen, expected) in [(SSD, Some("fast")), (OF_TEMPLATE, None), ("ceph", Some("ceph"))] {
        draft.disks[0].storage = chosen.into();
        assert_eq!(storage(&draft, &defaults).as_deref(), expected);
    }
}
