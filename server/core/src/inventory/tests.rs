//! The picture, told by hand what clusters, tasks and agents say.

mod backups;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::inventory::{Picture, Snapshot};
use drover_types::role::RoleKey;
use pve_client::{GuestResource, GuestState, NodeResource, NodeState, Resource, StorageResource};

use super::overlay::{Doing, Fresh, Noted};
use super::state::State;
use super::translate::Collected;
use crate::store::adopted::Adopted;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn guest(vmid: u32, state: GuestState) -> GuestResource {
    GuestResource {
        kind: pve_client::GuestKind::Qemu,
        vmid,
        node: "pve1".into(),
        name: Some(format!("web-{vmid}")),
        status: state,
        template: false,
        lock: None,
        pool: Some(String::new()),
        tags: vec!["b".into(), "a".into()],
        hastate: None,
        cpu: 0.254,
        maxcpu: 2.0,
        mem: 1 << 30,
        maxmem: 4 << 30,
        disk: 0,
        maxdisk: 10 << 30,
        diskread: 1,
        diskwrite: 1,
        netin: 1,
        netout: 1,
        uptime: 100,
    }
}

fn node(state: NodeState) -> NodeResource {
    NodeResource {
        node: "pve1".into(),
        status: state,
        cpu: Some(0.5),
        maxcpu: Some(8.0),
        mem: Some(1),
        maxmem: Some(2),
        disk: None,
        maxdisk: None,
        uptime: Some(1000),
    }
}

fn collected(guests: &[GuestResource]) -> Collected {
    of("lab", guests, NodeState::Online)
}

fn of(cluster: &str, guests: &[GuestResource], state: NodeState) -> Collected {
    let mut resources = vec![
        Resource::Node(node(state)),
        Resource::Storage(StorageResource {
            storage: "local".into(),
            node: "pve1".into(),
            available: true,
            plugintype: Some("dir".into()),
            content: vec!["images".into()],
            shared: false,
            disk: Some(1),
            maxdisk: Some(1000),
        }),
    ];
    resources.extend(guests.iter().cloned().map(Resource::Guest));
    Collected::of(cluster, resources, now().timestamp())
}

/// A state together with a browser that follows it.
struct Followed {
    state: State,
    told: tokio::sync::broadcast::Receiver<std::sync::Arc<super::Published>>,
    browser: Picture,
}

impl Followed {
    fn new(clusters: &[&str]) -> Self {
        let names: Vec<String> = clusters.iter().map(|name| (*name).to_owned()).collect();
        let state = State::new(7, &names);
        let browser = Picture::from((**state.picture()).clone());
        Self {
            told: state.subscribe(),
            browser,
            state,
        }
    }

    /// Applies what was told, and holds the browser's copy against the server's.
    fn follow(&mut self) -> usize {
        let mut count = 0;
        while let Ok(published) = self.told.try_recv() {
            self.browser.apply(published.delta().unwrap()).unwrap();
            count += 1;
        }
        assert_eq!(&Snapshot::from(self.browser.clone()), &**self.state.picture());
        count
    }

    fn row(&self, vmid: u32) -> Option<&GuestRow> {
        self.browser.guest(&id(vmid))
    }

    fn status(&self, vmid: u32) -> Option<GuestStatus> {
        self.row(vmid).map(|row| row.status)
    }
}

fn id(vmid: u32) -> GuestId {
    GuestId::new("lab", vmid)
}

#[test]
fn a_guest_becomes_a_row() {
    let mut followed = Followed::new(&["lab"]);
    followed
        .state
        .collected("lab", collected(&[guest(100, GuestState::Running)]), now());
    followed.follow();
    let row = followed.row(100).unwrap();
    assert_eq!(
        (row.kind, row.status, row.cores),
        (GuestKind::Qemu, GuestStatus::Running, 2)
    );
    assert_eq!((row.cpu_percent, row.memory_percent), (25, 25));
    assert_eq!(row.started_at, now().timestamp() - 100);
    assert_eq!(row.tags, ["a", "b"]);
    assert_eq!(row.pool, None);
    assert_eq!(followed.browser.nodes()[0].cpu_percent, 50);
    assert_eq!(followed.browser.storages()[0].kind, "dir");
    assert!(followed.browser.clusters()[0].reachable);
}

#[test]
fn nothing_is_told_where_nothing_changed() {
    let mut followed = Followed::new(&["lab"]);
    let mut resource = guest(100, GuestState::Running);
    followed
        .state
        .collected("lab", collected(&[resource.clone()]), now());
    assert_eq!(followed.follow(), 1);
    resource.netin += 5000;
    resource.cpu += 0.008;
    resource.uptime += 9;
    followed.state.collected(
        "lab",
        collected(&[resource.clone()]),
        now() + TimeDelta::seconds(2),
    );
    assert_eq!(followed.follow(), 0);
    resource.cpu += 0.05;
    followed
        .state
        .collected("lab", collected(&[resource]), now() + TimeDelta::seconds(4));
    assert_eq!(followed.follow(), 1);
    assert_eq!(followed.row(100).map(|row| row.cpu_percent), Some(31));
}

#[test]
fn a_silent_cluster_keeps_its_picture_and_the_other_goes_on() {
    let mut followed = Followed::new(&["lab", "office"]);
    followed
        .state
        .collected("lab", collected(&[guest(100, GuestState::Running)]), now());
    followed.state.collected(
        "office",
        of("office", &[guest(100, GuestState::Stopped)], NodeState::Online),
        now(),
    );
    followed.state.unreachable("lab");
    followed.state.unreachable("lab");
    followed
        .state
        .collected("office", of("office", &[], NodeState::Online), now());
    assert_eq!(followed.follow(), 4);
    assert_eq!(followed.status(100), Some(GuestStatus::Running));
    let lab = &followed.browser.clusters()[0];
    assert_eq!((lab.reachable, lab.fetched_at), (false, now().timestamp()));
    assert_eq!(followed.browser.guests().len(), 1);
}

#[test]
fn guests_of_a_silent_node_are_unknown() {
    let mut followed = Followed::new(&["lab"]);
    let guests = [guest(100, GuestState::Running)];
    followed
        .state
        .collected("lab", of("lab", &guests, NodeState::Offline), now());
    followed.follow();
    assert_eq!(followed.status(100), Some(GuestStatus::Unknown));
    assert!(!followed.browser.storages()[0].active);
}

#[test]
fn a_server_being_made_is_shown_before_proxmox_knows_it() {
    let mut followed = Followed::new(&["lab"]);
    followed.state.collected("lab", collected(&[]), now());
    let creating = Doing::Creating {
        name: "new-1".into(),
        node: "pve2".into(),
        tags: vec!["web".into()],
    };
    followed.state.doing(vec![(id(105), Some(creating))]);
    let addresses = vec!["10.0.0.5".to_owned()];
    followed.state.note(vec![(
        id(105),
        Noted::Reserved {
            made: false,
            maker: Some("ada".into()),
            asked_at: None,
            addresses: addresses.clone(),
        },
    )]);
    followed.follow();
    let row = followed.row(105).unwrap();
    assert_eq!((row.name.as_str(), row.node.as_str()), ("new-1", "pve2"));
    assert_eq!((row.status, &row.addresses), (GuestStatus::Creating, &addresses));

    // Proxmox shows the clone, still without its name.
    let clone = GuestResource {
        name: None,
        ..guest(105, GuestState::Stopped)
    };
    followed
        .state
        .collected("lab", collected(std::slice::from_ref(&clone)), now());
    followed.follow();
    let row = followed.row(105).unwrap();
    assert_eq!(
        (row.name.as_str(), row.status, row.cores),
        ("new-1", GuestStatus::Creating, 2)
    );

    followed.state.note(vec![(
        id(105),
        Noted::Reserved {
            made: true,
            maker: Some("ada".into()),
            asked_at: None,
            addresses,
        },
    )]);
    followed.state.doing(vec![(id(105), None)]);
    followed.follow();
    assert_eq!(followed.status(105), Some(GuestStatus::Stopped));
    let row = followed.row(105).unwrap();
    assert!(row.made_here && row.is_managed());
    assert_eq!(row.owner.as_deref(), Some("ada"));
}

#[test]
fn a_row_whose_task_failed_goes() {
    let mut followed = Followed::new(&["lab"]);
    followed.state.collected("lab", collected(&[]), now());
    let creating = Doing::Creating {
        name: "new-1".into(),
        node: String::new(),
        tags: Vec::new(),
    };
    followed.state.doing(vec![(id(105), Some(creating))]);
    followed.state.doing(vec![(id(105), None)]);
    followed.follow();
    assert_eq!(followed.row(105), None);
}

#[test]
fn what_a_guest_says_itself_holds_until_the_collector_agrees_or_is_out_of_date() {
    let stopped = [guest(100, GuestState::Stopped)];
    let running = [guest(100, GuestState::Running)];
    for believed in [true, false] {
        let mut followed = Followed::new(&["lab"]);
        followed.state.collected("lab", collected(&stopped), now());
        let mut row = followed.state.picture().guests[0].clone();
        row.status = GuestStatus::Running;
        let until = now() + TimeDelta::seconds(30);
        followed.state.refreshed(
            id(100),
            Fresh {
                row: Some(row),
                until,
            },
        );
        followed.follow();
        assert_eq!(followed.status(100), Some(GuestStatus::Running));
        followed
            .state
            .collected("lab", collected(&stopped), now() + TimeDelta::seconds(10));
        followed.follow();
        assert_eq!(followed.status(100), Some(GuestStatus::Running));
        if believed {
            // It agrees, so that from now on its word counts alone.
            followed
                .state
                .collected("lab", collected(&running), now() + TimeDelta::seconds(12));
            followed.follow();
            assert_eq!(followed.status(100), Some(GuestStatus::Running));
            followed
                .state
                .collected("lab", collected(&stopped), now() + TimeDelta::seconds(14));
        } else {
            followed
                .state
                .collected("lab", collected(&stopped), now() + TimeDelta::seconds(30));
        }
        followed.follow();
        assert_eq!(followed.status(100), Some(GuestStatus::Stopped));
    }
}

#[test]
fn a_guest_that_is_gone_does_not_come_back_from_an_older_answer() {
    let mut followed = Followed::new(&["lab"]);
    let guests = [guest(100, GuestState::Stopped)];
    followed.state.collected("lab", collected(&guests), now());
    let until = now() + TimeDelta::seconds(30);
    followed.state.refreshed(id(100), Fresh { row: None, until });
    followed.state.collected("lab", collected(&guests), now());
    followed.follow();
    assert_eq!(followed.row(100), None);
}

#[test]
fn an_agents_addresses_come_before_the_reserved_ones() {
    let mut followed = Followed::new(&["lab"]);
    let guests = [guest(100, GuestState::Running)];
    let reserved = Noted::Reserved {
        made: true,
        maker: Some("ada".into()),
        asked_at: None,
        addresses: vec!["10.0.0.5".into()],
    };
    followed.state.note(vec![(id(100), reserved)]);
    followed.state.collected("lab", collected(&guests), now());
    followed.follow();
    assert_eq!(followed.row(100).unwrap().addresses, ["10.0.0.5"]);
    followed
        .state
        .note(vec![(id(100), Noted::Sampled(Some(vec!["10.0.0.9".into()])))]);
    followed.state.collected("lab", collected(&guests), now());
    followed.follow();
    assert_eq!(followed.row(100).unwrap().addresses, ["10.0.0.9"]);
    assert_eq!(followed.state.reserved(), [id(100)]);
    followed
        .state
        .note(vec![(id(100), Noted::Free), (id(100), Noted::Sampled(None))]);
    followed.follow();
    let row = followed.row(100).unwrap();
    assert_eq!((row.made_here, row.addresses.len()), (false, 0));
}

#[test]
fn a_guest_made_elsewhere_is_its_owners_from_its_adoption_on() {
    let mut followed = Followed::new(&["lab"]);
    let guests = [guest(100, GuestState::Stopped), guest(101, GuestState::Stopped)];
    followed.state.collected("lab", collected(&guests), now());
    followed.follow();
    assert!(followed.row(100).unwrap().is_foreign());
    let by = |vmid: u32, owner: Option<&str>| Adopted {
        guest: id(vmid),
        name: String::new(),
        owner: owner.map(str::to_owned),
        role: owner.map(|_| RoleKey::parse("db").unwrap()),
    };
    followed
        .state
        .set_adopted(vec![by(100, Some("ada")), by(101, None)]);
    assert_eq!(followed.follow(), 1, "in one delta");
    let row = followed.row(100).unwrap();
    assert_eq!(
        (
            row.is_foreign(),
            row.made_here,
            row.owner.as_deref(),
            row.role.clone()
        ),
        (false, false, Some("ada"), Some(RoleKey::parse("db").unwrap()))
    );
    assert!(followed.row(101).unwrap().is_managed());
    followed.state.collected("lab", collected(&guests), now());
    assert_eq!(followed.follow(), 0, "the collector leaves it");

    followed.state.set_adopted(vec![by(101, None)]);
    followed.follow();
    let row = followed.row(100).unwrap();
    assert_eq!(
        (row.is_foreign(), row.owner.as_deref(), row.role.clone()),
        (true, None, None)
    );
    assert!(followed.row(101).unwrap().is_managed());
}
