//! What storages tell of backups, on the rows of guests and storages.

use drover_types::guest::{GuestKind, GuestStatus, LastBackup};
use drover_types::ids::GuestId;
use pve_client::{GuestResource, GuestState};

use super::super::archives::Archives;
use super::super::overlay::{Doing, Noted};
use super::super::state::State;
use super::{Followed, collected, guest, now};

fn archives(newest: &[(u32, i64)], is_whole: bool) -> Archives {
    Archives {
        newest: newest
            .iter()
            .map(|(vmid, at)| ((GuestKind::Qemu, *vmid), *at))
            .collect(),
        is_whole,
        ..Archives::default()
    }
}

#[test]
fn the_time_of_a_backup_is_told_when_it_changes_and_only_then() {
    let mut followed = Followed::new(&["lab"]);
    let guests = [guest(100, GuestState::Stopped), guest(101, GuestState::Stopped)];
    followed.state.collected("lab", collected(&guests), now());
    followed.follow();
    let newest = [(100, 50), (101, 60), (999, 70)];
    followed.state.set_backups("lab", archives(&newest, true));
    assert!(!followed.state.show_backups("lab"));
    assert_eq!(followed.follow(), 1);
    assert_eq!(followed.row(101).unwrap().last_backup, LastBackup::At(60));
    followed.state.set_backups("lab", archives(&newest, true));
    followed.state.show_backups("lab");
    followed.state.collected("lab", collected(&guests), now());
    assert_eq!(followed.follow(), 0);

    followed
        .state
        .set_backups("lab", archives(&[(100, 80), (999, 70)], true));
    followed.state.show_backups("lab");
    assert_eq!(followed.follow(), 1);
    let last = |vmid: u32| followed.row(vmid).unwrap().last_backup;
    assert_eq!((last(100), last(101)), (LastBackup::At(80), LastBackup::Never));
}

#[test]
fn a_guest_was_never_backed_up_only_where_every_storage_has_said_so() {
    let mut followed = Followed::new(&["lab"]);
    let guests = [guest(100, GuestState::Stopped), guest(101, GuestState::Running)];
    followed.state.collected("lab", collected(&guests), now());
    let last = |followed: &mut Followed| {
        followed.follow();
        [100, 101].map(|vmid| followed.row(vmid).unwrap().last_backup)
    };
    assert_eq!(last(&mut followed), [LastBackup::Unknown; 2]);
    let mut part = archives(&[(100, 50)], false);
    part.failing
        .insert(("local".into(), Some("pve1".into())), "timeout".into());
    followed.state.set_backups("lab", part);
    followed.state.show_backups("lab");
    assert_eq!(last(&mut followed), [LastBackup::At(50), LastBackup::Unknown]);
    let problem = |followed: &Followed| followed.state.picture().storages[0].backup_problem.clone();
    assert_eq!(problem(&followed).as_deref(), Some("timeout"));
    followed.state.collected("lab", collected(&guests), now());
    assert_eq!(
        problem(&followed).as_deref(),
        Some("timeout"),
        "the collector leaves it"
    );
    // What lies over a row for a while leaves it too.
    let id = GuestId::new("lab", 100);
    let doing = Doing::Changing(GuestStatus::Starting);
    followed.state.doing(vec![(id.clone(), Some(doing))]);
    followed.state.set_backups("lab", archives(&[(100, 50)], true));
    followed.state.show_backups("lab");
    followed.state.doing(vec![(id, None)]);
    assert_eq!(last(&mut followed), [LastBackup::At(50), LastBackup::Never]);
    assert_eq!(problem(&followed), None);
    // One that came after the storages were asked.
    let more = [&guests[..], &[guest(102, GuestState::Stopped)]].concat();
    followed.state.collected("lab", collected(&more), now());
    followed.follow();
    assert_eq!(followed.row(102).unwrap().last_backup, LastBackup::Never);
}

#[test]
fn the_first_backups_of_ten_thousand_guests_come_in_parts() {
    let mut state = State::new(7, &["lab".to_owned()]);
    let guests: Vec<GuestResource> = (0..10_000)
        .map(|at| GuestResource {
            name: Some(format!("customer-{at}-production.example.org")),
            tags: vec!["production".into(), format!("team-{}", at % 40)],
            ..guest(1000 + at, GuestState::Running)
        })
        .collect();
    let mut told = state.subscribe();
    state.collected("lab", collected(&guests), now());
    assert!(told.try_recv().is_ok());
    let newest: Vec<(u32, i64)> = (1000..11_000)
        .map(|vmid| (vmid, i64::from(vmid) * 170_000))
        .collect();
    state.set_backups("lab", archives(&newest, true));
    let mut shown = 0;
    let mut is_more = true;
    while is_more {
        is_more = state.show_backups("lab");
        // The collector does not add the whole rest to what it tells.
        state.collected("lab", collected(&guests), now());
        while let Ok(part) = told.try_recv() {
            let length = part.json().expect("JSON").len();
            assert!(length <= 60_000, "{length} B");
            shown += part.delta().expect("a delta").upsert.len();
        }
    }
    assert_eq!(shown, 10_000);
    let rows = &state.picture().guests;
    assert!(rows.iter().all(|row| row.last_backup.at().is_some()));
}

#[test]
fn an_archive_of_who_had_the_id_before_is_not_the_guests_own() {
    let mut followed = Followed::new(&["lab"]);
    let guests = [
        guest(100, GuestState::Stopped),
        guest(101, GuestState::Stopped),
        GuestResource {
            kind: pve_client::GuestKind::Lxc,
            ..guest(102, GuestState::Stopped)
        },
    ];
    followed.state.collected("lab", collected(&guests), now());
    let asked = |at: i64| Noted::Reserved {
        made: true,
        maker: None,
        asked_at: Some(at),
        addresses: Vec::new(),
    };
    let read = |at: i64| Noted::Read {
        born_at: Some(at),
        protected: at == 65,
    };
    followed.state.note(vec![
        (GuestId::new("lab", 100), asked(60)),
        (GuestId::new("lab", 101), read(60)),
    ]);
    let shown = |followed: &mut Followed, newest: &[(u32, i64)]| {
        followed.state.set_backups("lab", archives(newest, true));
        followed.state.show_backups("lab");
        followed.follow();
        [100, 101, 102].map(|vmid| followed.row(vmid).unwrap().last_backup)
    };
    let old = [(100, 50), (101, 59), (102, 70)];
    assert_eq!(
        shown(&mut followed, &old),
        [LastBackup::Never; 3],
        "older, or of another kind"
    );
    let own = [LastBackup::At(60), LastBackup::At(61), LastBackup::Never];
    assert_eq!(shown(&mut followed, &[(100, 60), (101, 61)]), own);
    // What is found out later counts with the next answer of the collector.
    followed.state.note(vec![(GuestId::new("lab", 101), read(65))]);
    followed.state.collected("lab", collected(&guests), now());
    followed.follow();
    assert_eq!(followed.row(101).unwrap().last_backup, LastBackup::Never);
    assert!(followed.row(101).unwrap().protected && !followed.row(100).unwrap().protected);
}
