//! The faults that only a whole cluster has.

use std::time::Duration;

use drover_lab::HoldState;
use pve_client::{
    Client, ClientConfig, CloneQemu, ConfigChange, ConfigView, Credentials, Error, GuestState, NodeState,
    Resource, ResourceType,
};
use secrecy::SecretString;
use serde_json::json;

use crate::lab::{client, config, lab};

#[tokio::test]
async fn a_password_outlives_its_ticket() {
    let lab = lab().await;
    let secret = SecretString::from(lab.password.clone());
    let credentials = Credentials::password(&lab.username, secret).unwrap();
    let client = Client::new(ClientConfig {
        credentials,
        ..config(&lab)
    })
    .unwrap();
    client.version().await.unwrap();
    client
        .update_qemu("pve1", 9000, &ConfigChange::new().set("description", "one"))
        .await
        .unwrap();
    lab.expire_tickets().await.unwrap();
    client
        .update_qemu("pve1", 9000, &ConfigChange::new().set("description", "two"))
        .await
        .unwrap();
    let config = client
        .qemu_config("pve1", 9000, ConfigView::Current)
        .await
        .unwrap();
    assert_eq!(config.description(), Some("two"));
    assert_eq!(lab.calls().await.unwrap().get("POST /access/ticket"), Some(&2));
}

#[tokio::test]
async fn a_node_goes_away_and_comes_back() {
    let lab = lab().await;
    let client = client(&lab);
    client.version().await.unwrap();
    lab.node_down("pve1").await.unwrap();
    let nodes = client.nodes().await.unwrap();
    let gone = nodes.iter().find(|node| node.node == "pve1").unwrap();
    assert_eq!(gone.status, NodeState::Offline);
    assert_eq!(client.endpoints()[0].failures, 1);
    let error = client.node_status("pve1").await.unwrap_err();
    assert!(
        matches!(error, Error::Upstream { .. }) && error.is_unavailable(),
        "{error:?}"
    );
    let guests = client.cluster_resources(Some(ResourceType::Vm)).await.unwrap();
    let unknown = guests.iter().any(|found| {
        matches!(found, Resource::Guest(guest) if guest.node == "pve1" && guest.status == GuestState::Unknown)
    });
    assert!(unknown);
    lab.node_up("pve1").await.unwrap();
    client.node_status("pve1").await.unwrap();
}

#[tokio::test]
async fn faults_are_told_apart() {
    let lab = lab().await;
    let client = client(&lab);
    let read = json!({"method": "GET", "path": "^/nodes/pve1/status$"});
    lab.fault(
        json!({"match": read, "action": "status", "status": 403, "message": "Permission check failed (x)"}),
    )
    .await
    .unwrap();
    assert!(matches!(
        client.node_status("pve1").await,
        Err(Error::Forbidden { .. })
    ));
    lab.fault(json!({"match": read, "action": "status", "status": 500, "message": "oops"}))
        .await
        .unwrap();
    assert!(matches!(
        client.node_status("pve1").await,
        Err(Error::Api { status: 500, .. })
    ));
    lab.fault(json!({"match": read, "action": "broken_json"}))
        .await
        .unwrap();
    assert!(matches!(
        client.node_status("pve1").await,
        Err(Error::Decode { .. })
    ));
    lab.fault(json!({"match": read, "action": "status", "status": 595, "message": "No route to host"}))
        .await
        .unwrap();
    client.node_status("pve1").await.unwrap();
    lab.fault(json!({"match": read, "action": "drop"})).await.unwrap();
    client.node_status("pve1").await.unwrap();
    lab.quorum(false).await.unwrap();
    let error = client.start_qemu("pve1", 9000).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_done_once() {
    let lab = lab().await;
    let client = client(&lab);
    let clone = CloneQemu {
        newid: 720,
        full: Some(true),
        ..CloneQemu::default()
    };
    lab.fault(json!({"match": {"method": "POST", "path": "/clone$"}, "action": "drop_after"}))
        .await
        .unwrap();
    let error = client.clone_qemu("pve1", 9000, &clone).await.unwrap_err();
    assert!(
        matches!(error, Error::Interrupted { .. }) && error.was_sent(),
        "{error:?}"
    );
    assert!(!client.vmid_is_free(720).await.unwrap());
    let sent = lab.requests("POST", "/clone$").await.unwrap();
    assert_eq!(sent.len(), 1, "{sent:?}");
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_connection() {
    let lab = lab().await;
    let mut config = config(&lab);
    config.timeouts.write = Duration::from_millis(500);
    let client = Client::new(config).unwrap();
    lab.fault(json!({"match": {"method": "POST", "path": "/start$"}, "action": "hold_before"}))
        .await
        .unwrap();
    let error = client.start_qemu("pve1", 100).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { sent: true, .. }), "{error:?}");
    let gone = lab
        .wait_for_hold("/start$", HoldState::Gone, Duration::from_secs(10))
        .await
        .unwrap();
    assert!(!gone[0].acted);
    assert_eq!(lab.requests("POST", "/start$").await.unwrap().len(), 1);
}
