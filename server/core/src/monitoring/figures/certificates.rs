//! When the certificates of nodes end: asked of each node once in a while.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::clusters::Clusters;
use crate::inventory::Inventory;

/// How often a node is asked.
const EVERY: Duration = Duration::from_hours(6);
/// How soon one is asked again that did not answer.
const AGAIN: Duration = Duration::from_mins(10);
/// How often it is looked at whose turn it is.
const LOOK: Duration = Duration::from_secs(30);

/// What a node's web server and its neighbours see (`PVE::CertHelpers`); its cluster's authority is good for ten years.
const SHOWN: &[&str] = &["pve-ssl.pem", "pveproxy-ssl.pem"];

/// When certificates end, by cluster and node.
#[derive(Default)]
pub(in crate::monitoring) struct Certificates(Mutex<BTreeMap<(String, String), Asked>>);

struct Asked {
    due: Instant,
    /// When the first of them ends, in seconds since 1970.
    ends: Option<i64>,
}

impl Certificates {
    /// When the certificates end that are known.
    pub(in crate::monitoring) fn ends(&self) -> BTreeMap<(String, String), i64> {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked
            .iter()
            .filter_map(|(node, asked)| Some((node.clone(), asked.ends?)))
            .collect()
    }

    /// Asks nodes over and over.
    pub(in crate::monitoring) async fn keep(&self, clusters: &Clusters, inventory: &Inventory) {
        let mut ticks = tokio::time::interval(LOOK);
        loop {
            ticks.tick().await;
            self.ask(clusters, inventory).await;
        }
    }

    /// Asks those nodes whose turn it is, one after another.
    pub(in crate::monitoring) async fn ask(&self, clusters: &Clusters, inventory: &Inventory) {
        let picture = inventory.snapshot();
        for node in picture.nodes.iter().filter(|node| node.online) {
            let Some(cluster) = clusters.get(&node.cluster) else {
                continue;
            };
            let key = (node.cluster.clone(), node.name.clone());
            if !self.is_due(&key) {
                continue;
            }
            let answer = cluster.client.node_certificates(&node.name).await;
            let (pause, ends) = match answer {
                Ok(found) => {
                    let shown = found
                        .iter()
                        .filter(|one| one.filename.as_deref().is_some_and(|name| SHOWN.contains(&name)));
                    (EVERY, shown.filter_map(|one| one.notafter).min())
                }
                Err(error) => {
                    tracing::debug!(node = node.name, %error, "the node does not tell its certificates");
                    (AGAIN, None)
                }
            };
            let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let entry = asked.entry(key).or_insert(Asked {
                due: Instant::now(),
                ends: None,
            });
            entry.due = Instant::now() + pause;
            // One that does not answer has the certificate that it had.
            entry.ends = ends.or(entry.ends);
        }
    }

    fn is_due(&self, key: &(String, String)) -> bool {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(key).is_none_or(|asked| asked.due <= Instant::now())
    }
}
