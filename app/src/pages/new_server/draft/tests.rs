//! The form's content, without a browser.

use drover_types::cluster::{TemplateDisk, TemplateRow};

use super::*;

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
    assert!(draft.read().1.is_empty());
    draft.nics[0].is_static = true;
    draft.nics[0].gateway = "10.0.0".into();
    let (request, problems) = draft.read();
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
    let problems = draft.read().1;
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
    assert_eq!(draft.read().0.tags, ["web", "prod", "db"]);
}
