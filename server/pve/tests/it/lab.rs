//! A lab for one test, and clients of it.

use std::time::Duration;

use drover_lab::{Lab, LabOptions};
use pve_client::{Client, ClientConfig, Credentials, TaskOutcome, Trust, Upid};

pub async fn lab() -> Lab {
    Lab::start(LabOptions::default()).await.unwrap()
}

pub fn config(lab: &Lab) -> ClientConfig {
    let mut config = ClientConfig::new(lab.api.clone(), Credentials::token(&lab.token).unwrap());
    config.trust = Trust::Fingerprints(vec![lab.fingerprint.parse().unwrap()]);
    config
}

pub fn client(lab: &Lab) -> Client {
    Client::new(config(lab)).unwrap()
}

/// Waits for a task to end.
pub async fn ended(client: &Client, upid: &Upid) -> TaskOutcome {
    for _ in 0..1_000 {
        if let Some(outcome) = client.task_status(upid).await.unwrap().outcome() {
            return outcome;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{upid} doesn't end");
}

pub async fn done(client: &Client, upid: &Upid) {
    assert_eq!(ended(client, upid).await, TaskOutcome::Ok, "{upid}");
}
