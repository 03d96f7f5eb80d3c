//! How many calls are under way at once.

use pve_client::{Client, Error};
use tokio::task::JoinSet;

use crate::support::{Gate, token_config, until};

#[tokio::test]
async fn a_node_gets_so_many_calls_at_once_and_no_more() {
    let gate = Gate::closed();
    let mut config = token_config(vec![gate.url.clone()]);
    config.max_concurrent_per_node = 3;
    let client = Client::new(config).unwrap();
    let mut calls = JoinSet::new();
    for node in ["pve1"; 10].into_iter().chain(["pve2"; 2]) {
        let client = client.clone();
        calls.spawn(async move { client.qemu_status(node, 100).await });
    }
    until("three calls to pve1 and two to pve2 wait", || gate.waiting() == 5).await;
    gate.open();
    for answer in calls.join_all().await {
        answer.unwrap();
    }
    assert_eq!(gate.most(), 5);
}

#[tokio::test]
async fn waiting_for_a_place_ends_in_time_too() {
    let gate = Gate::closed();
    let mut config = token_config(vec![gate.url.clone()]);
    config.max_concurrent_per_node = 1;
    config.timeouts.read = std::time::Duration::from_millis(300);
    let client = Client::new(config).unwrap();
    let mut holder = JoinSet::new();
    let busy = client.clone();
    holder.spawn(async move { busy.start_qemu("pve1", 100).await });
    until("the first call waits", || gate.waiting() == 1).await;
    let error = client.qemu_status("pve1", 100).await.unwrap_err();
    assert!(
        matches!(error, Error::Timeout { sent: false, .. }) && !error.was_sent(),
        "{error:?}"
    );
    assert_eq!(gate.most(), 1);
    gate.open();
    holder.join_all().await;
}
