//! Keeps the number of calls under way to one node small: its API has few workers, and a node that is
//! slow must not take the places of the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places per node, and as many for what concerns the whole cluster.
#[derive(Debug)]
pub(crate) struct Limits {
    per_node: usize,
    nodes: Mutex<HashMap<String, Arc<Semaphore>>>,
    cluster: Arc<Semaphore>,
}

impl Limits {
    pub(crate) fn new(per_node: usize) -> Self {
        let per_node = per_node.max(1);
        Self {
            per_node,
            nodes: Mutex::default(),
            cluster: Arc::new(Semaphore::new(per_node)),
        }
    }

    /// Waits for a free place; it is given back when the permit is dropped.
    pub(crate) async fn enter(&self, node: Option<&str>) -> Option<OwnedSemaphorePermit> {
        let semaphore = match node {
            None => Arc::clone(&self.cluster),
            Some(node) => self.of(node),
        };
        // Only a closed semaphore gives none, and nothing closes these.
        semaphore.acquire_owned().await.ok()
    }

    fn of(&self, node: &str) -> Arc<Semaphore> {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = nodes.get(node) {
            return Arc::clone(semaphore);
        }
        let semaphore = Arc::new(Semaphore::new(self.per_node));
        nodes.insert(node.to_owned(), Arc::clone(&semaphore));
        semaphore
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_busy_node_does_not_hold_up_another() {
        let limits = Limits::new(2);
        let first = limits.enter(Some("pve1")).await;
        let _second = limits.enter(Some("pve1")).await;
        let wait = Duration::from_mins(1);
        assert!(timeout(wait, limits.enter(Some("pve1"))).await.is_err());
        assert!(timeout(wait, limits.enter(Some("pve2"))).await.is_ok());
        assert!(timeout(wait, limits.enter(None)).await.is_ok());
        drop(first);
        assert!(timeout(wait, limits.enter(Some("pve1"))).await.is_ok());
    }
}
