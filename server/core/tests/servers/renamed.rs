//! Drover's record of a server that it made follows its name and its addresses.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::configuration::{Apply, ConfigurationChange, NicAddresses};
use drover_types::ids::GuestId;
use drover_types::server::CreateServer;
use drover_types::task::TaskState;
use serde_json::json;

use crate::replicas::{at, small, with_replicas};
use crate::stage::{LOCAL, Process, Stage, address};

fn become_at(name: &str, last: u8) -> ConfigurationChange {
    ConfigurationChange {
        name: Some(name.into()),
        addresses: vec![NicAddresses {
            interface: "net0".into(),
            ip: format!("{}/24", address(last)),
            gateway: address(1).to_string(),
            ..NicAddresses::default()
        }],
        ..ConfigurationChange::default()
    }
}

fn named(name: &str) -> ConfigurationChange {
    ConfigurationChange {
        name: Some(name.into()),
        ..ConfigurationChange::default()
    }
}

async fn make(process: &Process, request: CreateServer) -> GuestId {
    let detail = process.end(process.create(request).await).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let guest = detail.task.guest.unwrap();
    // Another replica may have made it: then the picture follows a moment later.
    process.shows(&guest, |_| true).await;
    guest
}

fn fields<T: std::fmt::Debug>(answer: Result<T, Error>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(fields)) => fields.into_keys().collect(),
        other => panic!("{other:?}"),
    }
}

async fn story(stage: &Stage, process: &Process) {
    let servers = &process.servers;
    let change = async |guest: &GuestId, change: ConfigurationChange| {
        servers.change_configuration(&stage.ctx, guest, &change).await
    };
    let shop = make(process, at("shop", 5)).await;
    let changed = change(&shop, become_at("store", 6)).await.unwrap();
    let waiting: Vec<_> = changed.pending.iter().map(|one| one.key.as_str()).collect();
    assert_eq!((changed.reboot_required, waiting), (true, vec!["ipconfig0"]));
    // The new address is promised, and the new name too; the guest runs with the old address until it is restarted.
    for last in [5, 6] {
        let late = servers.create(&stage.ctx, at("other", last)).await;
        assert_eq!(fields(late), ["network_devices[0].ip_address"], "{last}");
    }
    assert_eq!(process.count("reservation_addresses").await, 2);
    // Afterwards another replica may have restarted it, of which this one hears late.
    process.shows(&shop, |row| row.name == "store").await;
    let apply = ConfigurationChange {
        apply: Some(Apply::Now),
        ..ConfigurationChange::default()
    };
    let applied = change(&shop, apply).await.unwrap();
    let detail = process.end(applied.task.unwrap().id).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    process.comes_to("reservation_addresses", 1).await;
    assert_eq!(process.count("unsettled").await, 0);
    let read = servers.configuration(&stage.ctx, &shop).await.unwrap();
    assert_eq!(read.pending, []);
    for name in ["store", "Store"] {
        let late = servers.create(&stage.ctx, small(name, LOCAL)).await;
        assert_eq!(fields(late), ["name"], "{name}");
    }
    let second = make(process, at("shop", 7)).await;
    assert_eq!(fields(change(&shop, named("shop")).await), ["name"]);
    assert_eq!(
        fields(change(&shop, become_at("store", 7)).await),
        ["addresses[0].ip"]
    );

    // What Proxmox refuses is given back.
    let refuse = json!({"match": {"method": "PUT", "path": "/config$"}, "action": "status", "status": 500});
    stage.lab.fault(refuse).await.unwrap();
    change(&second, become_at("third", 8)).await.unwrap_err();
    stage.lab.clear_faults().await.unwrap();
    assert_eq!(process.count("reservation_addresses").await, 2);
    let refused = address(8).to_string();
    process
        .shows(&second, |row| !row.addresses.contains(&refused))
        .await;
    make(process, at("third", 8)).await;
    let late = servers.create(&stage.ctx, small("shop", LOCAL)).await;
    assert_eq!(fields(late), ["name"], "it kept its own");

    // Nobody knows whether a change came through whose answer was lost: the old and the new stay taken.
    let lose = json!({"match": {"method": "PUT", "path": "/config$"}, "action": "drop"});
    stage.lab.fault(lose).await.unwrap();
    change(&second, become_at("fourth", 9)).await.unwrap_err();
    stage.lab.clear_faults().await.unwrap();
    for (name, last) in [("fifth", 7), ("sixth", 9)] {
        let late = servers.create(&stage.ctx, at(name, last)).await;
        assert_eq!(fields(late), ["network_devices[0].ip_address"], "{name}");
    }
}

#[tokio::test]
async fn a_new_name_and_address_are_taken_and_the_old_ones_given_back() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    Box::pin(story(&stage, &process)).await;
    process.stop().await;
}

#[tokio::test]
async fn what_could_not_be_read_at_the_change_is_read_later() {
    let stage = Stage::new(LabOptions {
        guests: 8,
        ..LabOptions::default()
    })
    .await;
    let process = stage.process().await;
    let shop = make(&process, at("shop", 5)).await;
    let (stop, how) = (GuestAction::Stop, ActionOptions::default());
    let stopping = process.servers.act(&stage.ctx, &shop, stop, how).await.unwrap();
    process.end(stopping.id).await;
    // Proxmox takes the change, and then tells nothing more.
    stage.hold("hold_after", "PUT", "/config$", 0).await;
    let change = become_at("store", 6);
    let (changed, ()) = tokio::join!(
        process.servers.change_configuration(&stage.ctx, &shop, &change),
        async {
            let held = stage.held("/config$").await;
            let silence =
                json!({"match": {"method": "GET", "path": "/qemu/"}, "action": "drop", "count": null});
            stage.lab.fault(silence).await.unwrap();
            stage.lab.release(held).await.unwrap();
        }
    );
    changed.unwrap_err();
    assert_eq!(process.count("reservation_addresses").await, 2);
    stage.lab.clear_faults().await.unwrap();
    process.comes_to("reservation_addresses", 1).await;
    assert_eq!(process.count("unsettled").await, 0);

    // One that is killed leaves it to the next.
    stage.hold("hold_before", "PUT", "/config$", 0).await;
    let servers = process.servers.clone();
    let ctx = stage.ctx.clone();
    let change = become_at("last", 7);
    tokio::select! {
        _ = servers.change_configuration(&ctx, &shop, &change) => panic!("it is held"),
        _ = stage.held("/config$") => {}
    }
    process.kill().await;
    stage.lab.clear_faults().await.unwrap();
    let process = stage.process().await;
    process.shows(&shop, |row| row.name == "store").await;
    assert_eq!(
        process.count("reservation_addresses").await,
        2,
        "it may still come"
    );
    process.a_minute_after_the_change().await;
    process.comes_to("reservation_addresses", 1).await;
    let late = process.servers.create(&stage.ctx, at("other", 6)).await;
    assert_eq!(fields(late), ["network_devices[0].ip_address"]);
    // The picture follows the record a moment later.
    let given_back = address(7).to_string();
    process
        .shows(&shop, |row| !row.addresses.contains(&given_back))
        .await;
    make(&process, at("last", 7)).await;
    process.stop().await;
}

#[tokio::test]
async fn so_they_are_on_postgres_and_one_of_two_gets_them() {
    Box::pin(with_replicas(async |stage, one, two| {
        story(stage, one).await;
        let guest = make(one, at("mine", 20)).await;
        two.shows(&guest, |row| row.name == "mine").await;
        let wanted = become_at("same", 21);
        let (edited, made) = tokio::join!(
            two.servers.change_configuration(&stage.ctx, &guest, &wanted),
            one.servers.create(&stage.ctx, at("same", 21)),
        );
        assert!(edited.is_ok() != made.is_ok(), "{edited:?} {made:?}");
    }))
    .await;
}
