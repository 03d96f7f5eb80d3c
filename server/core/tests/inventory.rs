//! The inventory and the streams over it, against the lab.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by panicking that something is wrong"
)]

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use drover_core::backups::{BackupCollector, Catalog};
use drover_core::cluster_info::ClusterInfo;
use drover_core::clusters::ClusterConfig;
use drover_core::context::Actor;
use drover_core::inventory::Inventory;
use drover_core::live::{LiveEvents, Wanted};
use drover_core::store::Db;
use drover_core::{Clock, Clusters, Events, OpContext};
use drover_lab::{Lab, LabOptions};
use drover_types::event::LiveEvent;
use drover_types::filter::Sort;
use drover_types::guest::{GuestKind, GuestRow, GuestStatus, LastBackup};
use drover_types::ids::GuestId;
use drover_types::inventory::{Picture, Snapshot};
use drover_types::permission::{Grants, UserRole};
use futures::StreamExt;
use pve_client::{ClientConfig, Credentials, Trust};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

struct World {
    lab: Lab,
    clusters: Clusters,
    events: Events,
    db: Db,
    inventory: Inventory,
    _folder: TempDir,
}

impl World {
    async fn new(options: LabOptions) -> Self {
        let lab = Lab::start(options).await.expect("a lab");
        let mut client = ClientConfig::new(lab.api.clone(), Credentials::token(&lab.token).expect("a token"));
        client.trust = Trust::CaFile(lab.ca_file.clone());
        let config = ClusterConfig {
            name: "lab".into(),
            client,
            node: None,
            hdd_storage: None,
            ssd_storage: None,
            templates: std::collections::BTreeMap::new(),
        };
        let clusters = Clusters::connect(vec![config]).expect("clusters");
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open_file(&folder.path().join("drover.db"))
            .await
            .expect("a database");
        let events = Events::new(db.clone(), Clock::system());
        let inventory = Inventory::new(clusters.clone(), db.clone(), events.clone(), Clock::system());
        Self {
            lab,
            clusters,
            events,
            db,
            inventory,
            _folder: folder,
        }
    }

    /// Runs the inventory beside `story`.
    fn during<'a>(&'a self, story: impl Future<Output = ()> + 'a) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(async move {
            let stop = CancellationToken::new();
            let running = self.inventory.run(stop.clone());
            tokio::join!(running, async {
                story.await;
                stop.cancel();
            });
        })
    }

    fn row(&self, vmid: u32) -> Option<GuestRow> {
        self.inventory.guest(&id(vmid))
    }

    /// Waits until the picture is as `wanted`.
    async fn until(&self, what: &str, wanted: impl Fn(&Snapshot) -> bool) {
        let mut deltas = self.inventory.subscribe();
        let waiting = async {
            while !wanted(&self.inventory.snapshot()) {
                deltas.recv().await.expect("a delta");
            }
        };
        let patience = Duration::from_mins(1);
        tokio::time::timeout(patience, waiting)
            .await
            .unwrap_or_else(|_| panic!("{what} after {patience:?}"));
    }

    async fn calls(&self) -> u64 {
        let calls = self.lab.calls().await.expect("calls");
        calls.get("GET /cluster/resources").copied().unwrap_or(0)
    }
}

fn id(vmid: u32) -> GuestId {
    GuestId::new("lab", vmid)
}

fn viewer() -> OpContext {
    let actor = Actor {
        must_change_password: false,
        origin: drover_core::context::Origin::default(),
        id: 1,
        username: "ada".into(),
        grants: Grants::of(UserRole::Viewer),
    };
    OpContext::session(actor, Uuid::nil(), Uuid::nil(), String::new())
}

#[tokio::test]
async fn however_many_look_the_cluster_is_asked_once_a_tick() {
    let world = World::new(LabOptions::default()).await;
    world
        .during(async {
            world.until("guests", |picture| picture.guests.len() > 40).await;
            let _watching: Vec<_> = (0..50).map(|_| world.inventory.watch()).collect();
            let readers: Vec<_> = (0..50).map(|_| world.inventory.subscribe()).collect();
            let first = world.calls().await;
            let mut seen = (first, Instant::now());
            let mut gaps = Vec::new();
            while gaps.len() < 3 {
                let count = world.calls().await;
                if count > seen.0 {
                    assert_eq!(count, seen.0 + 1, "more than one call between two looks");
                    gaps.push(seen.1.elapsed());
                    seen = (count, Instant::now());
                }
                assert!(
                    seen.1.elapsed() < Duration::from_secs(30),
                    "the cluster is not asked any more"
                );
                tokio::task::yield_now().await;
            }
            // The first gap began somewhere between two ticks.
            for gap in &gaps[1..] {
                assert!(*gap > Duration::from_millis(1500), "{gaps:?}");
            }
            let told = world.lab.calls().await.expect("calls");
            let per_guest = told
                .keys()
                .filter(|call| call.contains("status/current") || call.ends_with("/config"));
            assert_eq!(per_guest.count(), 0, "{told:?}");
            drop(readers);
        })
        .await;
}

#[tokio::test]
async fn a_browser_follows_what_happens_in_the_cluster() {
    let world = World::new(LabOptions::default()).await;
    let hours = TimeDelta::hours;
    let live = LiveEvents::new(
        world.db.clone(),
        Clock::system(),
        world.events.clone(),
        world.inventory.clone(),
        hours(8),
        hours(24),
    );
    world
        .during(async {
            world.until("guests", |picture| picture.guests.len() > 40).await;
            let mut items = Box::pin(
                live.subscribe(&viewer(), Wanted::ALL, None)
                    .await
                    .expect("a stream"),
            );
            let mut browser = Picture::from((*world.inventory.snapshot()).clone());
            world
                .lab
                .add_guest(json!({"vmid": 777, "name": "elsewhere", "node": "pve2", "status": "running"}))
                .await
                .expect("a guest");
            let mut follow = async |browser: &mut Picture, there: bool| {
                while browser.guest(&id(777)).is_some() != there {
                    let item = items.next().await.expect("an item");
                    let json = item.json().expect("JSON");
                    let LiveEvent::Inventory(delta) = serde_json::from_str(&json).expect("an event") else {
                        panic!("{json}");
                    };
                    browser.apply(&delta).expect("no gap");
                }
            };
            follow(&mut browser, true).await;
            let row = browser.guest(&id(777)).expect("the guest");
            assert_eq!(
                (row.name.as_str(), row.status, row.made_here),
                ("elsewhere", GuestStatus::Running, false)
            );
            world.lab.remove_guest(777).await.expect("no guest");
            follow(&mut browser, false).await;

            let mut servers = Box::pin(live.servers(&viewer()).expect("a stream"));
            let all = servers.next().await.expect("all servers");
            let count = browser.guests().iter().filter(|row| !row.template).count();
            assert_eq!((all.all, all.servers.len()), (true, count));
        })
        .await;
}

#[tokio::test]
async fn an_unreachable_cluster_keeps_its_picture() {
    let world = World::new(LabOptions::default()).await;
    world
        .during(async {
            let _watching = world.inventory.watch();
            world.until("the version", |picture| !picture.clusters[0].version.is_empty()).await;
            assert_eq!(world.inventory.snapshot().clusters[0].quorate, Some(true));
            let count = world.inventory.snapshot().guests.len();
            let rule = json!({"match": {"path": "^/cluster/resources"}, "action": "status", "status": 596, "count": null});
            world.lab.fault(rule).await.expect("a fault");
            world.until("unreachable", |picture| !picture.clusters[0].reachable).await;
            assert_eq!(world.inventory.snapshot().guests.len(), count);
            world.lab.clear_faults().await.expect("no fault");
            world.until("reachable", |picture| picture.clusters[0].reachable).await;

            world.lab.node_down("pve2").await.expect("a node down");
            world
                .until("unknown guests", |picture| {
                    let there = picture.guests.iter().filter(|row| row.node == "pve2");
                    there.clone().count() > 0 && there.clone().all(|row| row.status == GuestStatus::Unknown)
                })
                .await;
        })
        .await;
}

#[tokio::test]
async fn a_guest_that_was_asked_itself_is_shown_before_proxmox_catches_up() {
    let world = World::new(LabOptions {
        time_scale: 0.0,
        stats_lag: 3600.0,
        ..LabOptions::default()
    })
    .await;
    world
        .during(async {
            world.until("guests", |picture| picture.guests.len() > 40).await;
            let picture = world.inventory.snapshot();
            let stopped = |row: &&GuestRow| {
                row.status == GuestStatus::Stopped
                    && row.kind == GuestKind::Qemu
                    && !row.template
                    && row.lock.is_none()
            };
            let guest = picture
                .guests
                .iter()
                .find(stopped)
                .expect("a stopped guest")
                .clone();
            let client = &world.clusters.get("lab").expect("the lab").client;
            client
                .start_qemu(&guest.node, guest.id.vmid)
                .await
                .expect("a start");
            let _watching = world.inventory.watch();
            let asked = world.calls().await;
            world
                .until("another answer", |picture| picture.version.number > 0)
                .await;
            while world.calls().await < asked + 2 {
                tokio::task::yield_now().await;
            }
            assert_eq!(
                world.row(guest.id.vmid).map(|row| row.status),
                Some(GuestStatus::Stopped)
            );
            world.inventory.refresh(&guest.id).await.expect("an answer");
            assert_eq!(
                world.row(guest.id.vmid).map(|row| row.status),
                Some(GuestStatus::Running)
            );
            let asked = world.calls().await;
            while world.calls().await < asked + 2 {
                tokio::task::yield_now().await;
            }
            assert_eq!(
                world.row(guest.id.vmid).map(|row| row.status),
                Some(GuestStatus::Running)
            );
        })
        .await;
}

#[tokio::test]
async fn addresses_come_from_agents_and_forms_are_told_of_the_cluster() {
    let world = World::new(LabOptions::default()).await;
    let info = ClusterInfo::new(world.clusters.clone(), world.inventory.clone());
    world
        .during(async {
            let _watching = world.inventory.watch();
            world
                .until("addresses", |picture| {
                    picture
                        .guests
                        .iter()
                        .any(|row| row.addresses.iter().any(|address| address.starts_with("10.")))
                })
                .await;

            let templates = info.templates(&viewer(), None).await.expect("templates");
            let told: Vec<_> = templates
                .iter()
                .map(|row| (row.vmid, row.os_type.as_str(), row.any_node, row.disks[0].size_gb))
                .collect();
            let expected = [
                (8001, "centos", false, 12),
                (9001, "debian", true, 8),
                (8000, "rocky", true, 10),
                (9000, "ubuntu", false, 10),
            ];
            assert_eq!(told, expected);
            assert_eq!((templates[3].cores, templates[3].memory_mb), (2, 2048));
            world.lab.clear_calls().await.expect("no calls");
            info.templates(&viewer(), Some("lab")).await.expect("templates");
            let calls = world.lab.calls().await.expect("calls");
            assert!(!calls.keys().any(|call| call.ends_with("/config")), "{calls:?}");

            let bridges = info.bridges(&viewer(), None, "pve1").await.expect("bridges");
            assert_eq!(
                bridges.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
                ["vmbr0", "vmbr1"]
            );
            assert!(info.bridges(&viewer(), None, "pve9").await.is_err());
            assert!(info.bridges(&viewer(), Some("office"), "pve1").await.is_err());

            let overview = info.overview(&viewer()).expect("an overview");
            assert_eq!((overview.nodes.len(), overview.guests.templates), (3, 4));
            assert_eq!(overview.guests.total, 40);
            assert!(
                overview.storage.used_bytes > 0 && overview.storage.used_bytes < overview.storage.total_bytes
            );

            let page = world
                .inventory
                .page(&viewer(), "template:yes", Sort::default(), 1, 2)
                .expect("a page");
            assert_eq!((page.matched, page.total, page.rows.len()), (4, 44, 2));
            assert_eq!(page.rows[0].name, "debian-13");
            assert!(
                world
                    .inventory
                    .page(&viewer(), "colour:red", Sort::default(), 0, 1)
                    .is_err()
            );
            let nobody = OpContext::anonymous(Uuid::nil(), String::new());
            assert!(world.inventory.list(&nobody).is_err());
        })
        .await;
}

/// CPU time of this process so far, in seconds.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("/proc");
    // Behind the name, which may hold anything, utime and stime are the 12th and 13th field, in hundredths.
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let ticks = fields.split_ascii_whitespace().skip(11).take(2);
    ticks
        .map(|field| field.parse::<f64>().expect("a number"))
        .sum::<f64>()
        / 100.0
}

#[tokio::test]
#[ignore = "measures: run it with optimisation, on a machine that does nothing else"]
async fn ten_thousand_guests_stay_within_the_bars() {
    const TICKS: u32 = 15;
    let options = LabOptions {
        guests: 10_000,
        time_scale: 1.0,
        ..LabOptions::default()
    };
    let world = World::new(options).await;
    world
        .during(async {
            world.until("guests", |picture| picture.guests.len() > 10_000).await;
            let _watching = world.inventory.watch();
            let mut deltas = world.inventory.subscribe();
            let mut longest = 0;
            deltas.recv().await.expect("a delta");
            let before = cpu_seconds();
            for _ in 0..TICKS {
                let delta = deltas.recv().await.expect("a delta");
                longest = longest.max(delta.json().expect("JSON").len());
            }
            let tick = (cpu_seconds() - before) / f64::from(TICKS) * 1000.0;
            let picture = world.inventory.list(&viewer()).expect("a picture");
            let json = serde_json::to_string(&*picture).expect("JSON");
            let mut packed = Vec::new();
            let params = brotli::enc::BrotliEncoderParams {
                quality: 4,
                ..Default::default()
            };
            brotli::BrotliCompress(&mut json.as_bytes(), &mut packed, &params).expect("brotli");
            let began = Instant::now();
            let page = world.inventory.page(&viewer(), "web status:running cpu>5", Sort::default(), 0, 50);
            let page = (page.expect("a page").matched, began.elapsed());
            eprintln!(
                "tick {tick:.1} ms of CPU, longest delta {longest} B, snapshot {} B, {} B compressed, page {page:?}",
                json.len(),
                packed.len()
            );
            assert!(tick <= 60.0 && longest <= 60_000 && packed.len() <= 400_000);
        })
        .await;
}

#[tokio::test]
async fn the_newest_backup_is_shown_and_stays_while_its_storage_is_silent() {
    let world = World::new(LabOptions::default()).await;
    let clusters = world.clusters.clone();
    let cluster = clusters.first().expect("a cluster");
    let backups = BackupCollector::new(
        clusters.clone(),
        world.inventory.clone(),
        Catalog::default(),
        Clock::system(),
        Duration::from_hours(1),
    );
    assert!(
        !backups.collect(cluster).await,
        "nothing is known of its storages"
    );
    let shown = || -> Vec<LastBackup> {
        let picture = world.inventory.snapshot();
        picture.guests.iter().map(|row| row.last_backup).collect()
    };
    let failing = || -> BTreeSet<String> {
        let picture = world.inventory.snapshot();
        let failing = picture.storages.iter().filter(|row| row.backup_problem.is_some());
        failing.map(|row| row.name.clone()).collect()
    };
    let story = async {
        world
            .until("the cluster", |picture| !picture.storages.is_empty())
            .await;
        let silent = json!({
            "match": {"path": "/storage/nfs/content$"}, "action": "status", "status": 500, "count": null,
        });
        world.lab.fault(silent.clone()).await.expect("a fault");
        assert!(backups.collect(cluster).await);
        let part = shown();
        assert!(
            part.contains(&LastBackup::Unknown) && !part.contains(&LastBackup::Never),
            "one storage never told: {part:?}"
        );
        let problem = |picture: &Snapshot| {
            let nfs: Vec<_> = picture.storages.iter().filter(|row| row.name == "nfs").collect();
            assert_eq!(nfs.len(), 3);
            nfs.iter().all(|row| row.backup_problem.is_some())
        };
        assert!(problem(&world.inventory.snapshot()));
        world.lab.clear_faults().await.expect("no faults");

        assert!(backups.collect(cluster).await);
        let first = shown();
        assert!(
            first.contains(&LastBackup::Never) && first.iter().any(|last| last.at().is_some()),
            "{first:?}"
        );
        assert!(!first.contains(&LastBackup::Unknown) && !problem(&world.inventory.snapshot()));
        assert_eq!(failing(), BTreeSet::new());
        let calls = world.lab.calls().await.expect("calls");
        let asked = |path: &str| calls.get(path).copied().unwrap_or(0);
        assert_eq!(
            asked("GET /nodes/{node}/storage/{storage}/content"),
            8,
            "twice nfs once and local on each of three nodes: {calls:?}"
        );

        world.lab.fault(silent).await.expect("a fault");
        assert!(backups.collect(cluster).await);
        assert_eq!(shown(), first, "what was known stays");
        assert_eq!(failing(), BTreeSet::from(["nfs".to_owned()]));

        world.lab.clear_faults().await.expect("no faults");
        assert!(backups.collect(cluster).await);
        assert_eq!((shown(), failing().len()), (first, 0));
    };
    world.during(story).await;
}
