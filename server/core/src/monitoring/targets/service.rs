//! Keeps the file as the servers are. Every replica writes its own.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use drover_types::ids::GuestId;
use drover_types::inventory::Delta;
use drover_types::role::{RoleKey, StandingState};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::file::{self, Entries, Exporter};
use crate::error::Result;
use crate::events::{Change, Events};
use crate::inventory::Inventory;
use crate::store::{Db, server_connections, server_roles};

/// What happens within so long is written at once.
const GATHER: Duration = Duration::from_secs(1);

/// How soon what could not be written is tried again.
const AGAIN: Duration = Duration::from_mins(1);

/// The file of targets. Cheap to clone.
#[derive(Clone)]
pub struct Targets {
    db: Db,
    events: Events,
    inventory: Inventory,
    file: Arc<PathBuf>,
}

/// What the file was last made from.
#[derive(Default)]
struct Written {
    entries: Entries,
    /// The servers that stand in it, or would if their address were known.
    guests: BTreeSet<GuestId>,
    /// Whether every cluster had been heard.
    is_whole: bool,
    /// Whether the last attempt failed.
    failed: bool,
}

impl Targets {
    /// Of the servers of this inventory, in this file.
    pub fn new(db: Db, events: Events, inventory: Inventory, file: PathBuf) -> Self {
        Self {
            db,
            events,
            inventory,
            file: Arc::new(file),
        }
    }

    /// Keeps the file up to date until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let _: Option<()> = stop.run_until_cancelled(self.follow()).await;
    }

    async fn follow(&self) {
        let mut told = self.events.subscribe();
        let (_, mut deltas) = self.inventory.follow();
        let mut written = Written {
            entries: file::read(&self.file),
            ..Written::default()
        };
        loop {
            match self.write(&mut written).await {
                Ok(()) => written.failed = false,
                Err(error) => {
                    if !written.failed {
                        tracing::warn!(%error, file = %self.file.display(), "Prometheus' targets can't be written");
                    }
                    written.failed = true;
                }
            }
            let again = Instant::now() + AGAIN;
            loop {
                let is_due = tokio::select! {
                    change = told.recv() => match change {
                        Ok(signal) => signal.change == Change::Roles,
                        Err(RecvError::Lagged(_)) => true,
                        Err(RecvError::Closed) => return,
                    },
                    delta = deltas.recv() => match delta {
                        Ok(published) => published.delta().is_some_and(|delta| written.is_touched_by(delta)),
                        Err(RecvError::Lagged(_)) => true,
                        Err(RecvError::Closed) => return,
                    },
                    () = tokio::time::sleep_until(again), if written.failed => true,
                };
                if is_due {
                    break;
                }
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    async fn write(&self, written: &mut Written) -> Result<()> {
        let mut by_hand: HashMap<GuestId, String> = server_connections::addresses(&self.db)
            .await?
            .into_iter()
            .collect();
        let exporters: Vec<Exporter> = server_roles::all(&self.db)
            .await?
            .into_iter()
            .filter(|record| record.role.as_str() == RoleKey::NODE_EXPORTER)
            .filter(|record| record.state == StandingState::Applied || !record.version.is_empty())
            .map(|record| Exporter {
                address: by_hand.remove(&record.guest),
                variables: record.variables,
                guest: record.guest,
            })
            .collect();
        let picture = self.inventory.snapshot();
        let entries = file::entries(&exporters, &picture, &written.entries);
        written.is_whole = picture.clusters.iter().all(|health| health.fetched_at > 0);
        written.guests = exporters.into_iter().map(|exporter| exporter.guest).collect();
        let (path, text) = (Arc::clone(&self.file), file::text(&entries));
        let done = tokio::task::spawn_blocking(move || file::write(&path, &text)).await;
        let failed = |error: &dyn std::fmt::Display| crate::Error::Internal(error.to_string());
        if done
            .map_err(|error| failed(&error))?
            .map_err(|error| failed(&error))?
        {
            tracing::info!(servers = entries.len(), "Prometheus' targets were written");
        }
        written.entries = entries;
        Ok(())
    }
}

impl Written {
    /// Whether the file may have to be another after this.
    fn is_touched_by(&self, delta: &Delta) -> bool {
        !self.is_whole && !delta.clusters.is_empty()
            || delta.upsert.iter().any(|row| self.guests.contains(&row.id))
            || delta.removed.iter().any(|id| self.guests.contains(id))
    }
}
