//! Drover's record of a server that it made follows its name and its addresses.

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::configuration::{ConfigurationChange, NicAddresses};
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
    change(&shop, become_at("store", 6)).await.unwrap();
    assert_eq!(
        process.count("reservation_addresses").await,
        1,
        "the old one is back"
    );
    // The new address is promised, and the new name too.
    let late = servers.create(&stage.ctx, at("other", 6)).await;
    assert_eq!(fields(late), ["network_devices[0].ip_address"]);
    let late = servers.create(&stage.ctx, small("store", LOCAL)).await;
    assert_eq!(fields(late), ["name"]);
    process.shows(&shop, |row| row.name == "store").await;
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
