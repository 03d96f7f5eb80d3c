//! The picture in JSON and through deltas.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::{Delta, Gap, Picture, Snapshot, Version};
use crate::cluster::{ClusterHealth, NodeRow, StorageRow};
use crate::event::LiveEvent;
use crate::guest::{GuestKind, GuestRow, GuestStatus, LastBackup, MemorySource};
use crate::ids::GuestId;
use crate::role::RoleKey;

prop_compose! {
    fn guest()(
        name in "[a-zA-Z가-힣0-9 \"-]{0,8}",
        status in 0..GuestStatus::ALL.len(),
        node in "pve[1-3]",
        (cores, memory_bytes, disk_bytes) in (0u32..64, any::<u64>(), 0u64..4),
        (cpu_percent, memory_percent, of_guest, disk_percent) in (0u8..=100, 0u8..=100, any::<bool>(), proptest::option::of(0u8..=100)),
        started_at in prop_oneof![Just(0), 1_700_000_000i64..1_800_000_000],
        tags in vec("[a-z]{1,3}", 0..3),
        (pool, lock) in (option::of("[a-z ]{0,3}"), option::of("backup|clone")),
        addresses in vec("10\\.0\\.0\\.[1-9]", 0..3),
        (template, made_here, container, adopted, protected) in any::<(bool, bool, bool, bool, bool)>(),
        owner in option::of("ada|kim"),
        role in option::of("[a-z]{1,3}"),
        last_backup in prop_oneof![
            Just(LastBackup::Unknown), Just(LastBackup::Never),
            (1_700_000_000i64..1_800_000_000).prop_map(LastBackup::At),
        ],
    ) -> GuestRow {
        GuestRow {
            name,
            kind: if container { GuestKind::Lxc } else { GuestKind::Qemu },
            status: GuestStatus::ALL[status],
            node, cores, memory_bytes, disk_bytes, cpu_percent, memory_percent, disk_percent, started_at, tags, pool,
            memory_source: if of_guest { MemorySource::Guest } else { MemorySource::Host },
            template, lock, protected, addresses, made_here, adopted, owner, last_backup,
            role: role.and_then(|name| RoleKey::parse(&name)),
            ..GuestRow::unknown(GuestId::new("", 0))
        }
    }
}

prop_compose! {
    fn snapshot(number: u64)(
        guests in btree_map(("a|b", 100u32..120), guest(), 0..24),
        nodes in btree_map("pve[1-4]", (any::<bool>(), 0u8..3), 0..4),
        storages in btree_map(("pve[1-2]", "local|nfs"), 0u64..3, 0..4),
        quorate: bool,
    ) -> Snapshot {
        let guests = guests.into_iter().map(|((cluster, vmid), row)| GuestRow { id: GuestId::new(cluster, vmid), ..row });
        let nodes = nodes.into_iter().map(|(name, (online, cpu_percent))| NodeRow {
            cluster: "a".into(), name, online, cpu_percent, cores: 8, memory_bytes: 9, memory_used_bytes: 3, started_at: 7,
        });
        let storages = storages.into_iter().map(|((node, name), used_bytes)| StorageRow {
            cluster: "a".into(), node, name, used_bytes, kind: "dir".into(), content: vec!["images".into()],
            shared: false, active: true, total_bytes: 9, backup_problem: (used_bytes == 2).then(|| "timeout".into()),
        });
        let health = ClusterHealth {
            name: "a".into(), version: "9.0.3".into(), quorate: Some(quorate), reachable: true, fetched_at: 5,
        };
        Snapshot {
            version: Version { epoch: 1, number },
            guests: guests.collect(),
            nodes: nodes.collect(),
            storages: storages.collect(),
            clusters: vec![health],
        }
    }
}

proptest! {
    #[test]
    fn a_snapshot_is_read_back(snapshot in snapshot(3)) {
        let text = serde_json::to_string(&snapshot).unwrap();
        prop_assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), snapshot);
    }

    #[test]
    fn a_delta_through_json_makes_the_new_picture_of_the_old((old, new) in (snapshot(1), snapshot(2))) {
        let event = LiveEvent::Inventory(Delta::between(&old, &new));
        let text = serde_json::to_string(&event).unwrap();
        let LiveEvent::Inventory(delta) = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
        let before = old.guests.clone();
        let mut picture = Picture::from(old);
        let applied = picture.apply(&delta).unwrap();
        prop_assert_eq!(Snapshot::from(picture.clone()), new);
        let ids = |rows: &[GuestRow]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(applied.moved, ids(&before) != ids(picture.guests()));
        for (at, row) in picture.guests().iter().enumerate() {
            prop_assert_eq!(applied.changed.contains(&at), !before.contains(row), "{:?}", row.id);
        }
    }
}

fn small() -> Snapshot {
    let row = GuestRow {
        name: "web".into(),
        status: GuestStatus::Running,
        node: "pve1".into(),
        cores: 2,
        memory_bytes: 1,
        disk_bytes: 1,
        cpu_percent: 10,
        memory_percent: 10,
        started_at: 1_700_000_000,
        tags: vec!["prod".into()],
        addresses: vec!["10.0.0.5".into()],
        made_here: true,
        owner: Some("ada".into()),
        ..GuestRow::unknown(GuestId::new("lab", 100))
    };
    Snapshot {
        version: Version { epoch: 1, number: 1 },
        guests: vec![row],
        ..Snapshot::default()
    }
}

fn busier(number: u64) -> Snapshot {
    let mut new = small();
    new.version.number = number;
    new.guests[0].cpu_percent = 40;
    new
}

#[test]
fn load_alone_is_no_whole_row() {
    let delta = Delta::between(&small(), &busier(2));
    assert!(delta.upsert.is_empty());
    assert_eq!(delta.gauges[0].guests[0].cpu_percent, 40);
    let mut picture = Picture::from(small());
    let applied = picture.apply(&delta).unwrap();
    assert_eq!(
        (applied.changed.as_slice(), applied.load_only, applied.moved),
        (&[0][..], 1, false)
    );
}

#[test]
fn nothing_changed_is_empty() {
    let mut later = small();
    later.version.number = 2;
    assert!(Delta::between(&small(), &later).is_empty());
    assert!(!Delta::between(&small(), &busier(2)).is_empty());
}

#[test]
fn a_gap_is_noticed_and_a_repeated_delta_is_harmless() {
    let mut picture = Picture::from(small());
    let late = Delta::between(&small(), &busier(3));
    let gap = picture.apply(&late).unwrap_err();
    assert_eq!(
        gap,
        Gap {
            have: Version { epoch: 1, number: 1 },
            new: Version { epoch: 1, number: 3 }
        }
    );
    let mut foreign = Delta::between(&small(), &busier(2));
    foreign.version.epoch = 9;
    assert!(picture.apply(&foreign).is_err());
    assert_eq!(Snapshot::from(picture.clone()), small());
    let next = Delta::between(&small(), &busier(2));
    picture.apply(&next).unwrap();
    assert_eq!(picture.apply(&next), Ok(super::Applied::default()));
    assert_eq!(Snapshot::from(picture), busier(2));
}

#[test]
fn ten_thousand_guests_are_small() {
    let one = small().guests.remove(0);
    let guests: Vec<GuestRow> = (0u32..10_000)
        .map(|n| GuestRow {
            id: GuestId::new("lab", 100 + n),
            name: format!("web-{n}"),
            started_at: 1_700_000_000 + i64::from(n * 7919 % 90_000),
            ..one.clone()
        })
        .collect();
    let old = Snapshot { guests, ..small() };
    let mut new = old.clone();
    for row in &mut new.guests {
        row.cpu_percent = 50;
        row.memory_percent = 60;
    }
    let text = serde_json::to_string(&Delta::between(&old, &new)).unwrap();
    assert!(
        text.len() <= 60_000,
        "{} bytes where every load changed",
        text.len()
    );
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let text = serde_json::to_string(&small()).unwrap();
    for (from, to) in [
        ("[\"lab\",1]", "[\"lab\",2]"),
        ("\"web\"", "\"web\",\"x\""),
        ("\"rows\":\"A\"", "\"rows\":\"B\""),
    ] {
        assert!(text.contains(from), "{text}");
        assert!(
            serde_json::from_str::<Snapshot>(&text.replacen(from, to, 1)).is_err(),
            "{from}"
        );
    }
}
