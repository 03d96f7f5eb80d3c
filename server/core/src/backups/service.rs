//! What the service is made of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::time::Instant;

use super::catalog::Catalog;
use super::collect::BackupCollector;
use crate::clock::Clock;
use crate::clusters::Clusters;
use crate::events::Events;
use crate::inventory::Inventory;
use crate::servers::Servers;
use crate::settings::Settings;
use crate::store::Db;
use crate::tasks::Tasks;

/// Backups. Cheap to clone.
#[derive(Clone)]
pub struct Backups(pub(super) Arc<Parts>);

/// The jobs of a cluster, and when they were read.
pub(super) type ReadJobs = (Instant, Arc<[pve_client::BackupJob]>);

/// What the service works with.
pub(super) struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub events: Events,
    pub clusters: Clusters,
    pub inventory: Inventory,
    pub settings: Settings,
    pub servers: Servers,
    pub tasks: Tasks,
    pub catalog: Catalog,
    pub collector: BackupCollector,
    /// The jobs of each cluster as they were read last.
    pub jobs: Mutex<HashMap<String, ReadJobs>>,
    /// The time zones of each cluster's nodes, and when they were asked for them.
    pub zones: Mutex<HashMap<String, (Instant, Vec<String>)>>,
}

impl Backups {
    /// The backups of these clusters.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is put together once, from the services of the process"
    )]
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        clusters: Clusters,
        inventory: Inventory,
        settings: Settings,
        servers: Servers,
        tasks: Tasks,
        catalog: Catalog,
        collector: BackupCollector,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            events,
            clusters,
            inventory,
            settings,
            servers,
            tasks,
            catalog,
            collector,
            jobs: Mutex::default(),
            zones: Mutex::default(),
        }))
    }
}
