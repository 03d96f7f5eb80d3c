//! Servers by name, for clients of the API: all of them first, then what changes.

use std::collections::{HashMap, HashSet};

use drover_types::event::LiveEvent;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::inventory::{Delta, Snapshot};

use super::reader::Reader;
use crate::inventory::Keys;

/// Servers that are new or changed, and keys that no server has any more. Templates are no servers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServersChanged {
    /// Whether these are all servers there are: what the reader knew before is void.
    pub all: bool,
    /// New and changed servers, each with its key: see [`Keys`].
    pub servers: Vec<(String, GuestRow)>,
    /// Keys that are gone.
    pub removed: Vec<String>,
}

pub(super) struct ServersReader {
    reader: Reader,
    /// What the reader knows: each server's key.
    known: HashMap<GuestId, String>,
    started: bool,
}

impl ServersReader {
    pub(super) fn new(reader: Reader) -> Self {
        Self {
            reader,
            known: HashMap::new(),
            started: false,
        }
    }

    pub(super) async fn next(&mut self) -> Option<ServersChanged> {
        if !self.started {
            self.started = true;
            return Some(self.all());
        }
        loop {
            let item = self.reader.next().await?;
            match item.event() {
                LiveEvent::Inventory(delta) => {
                    let changed = self.changed(delta);
                    if !changed.servers.is_empty() || !changed.removed.is_empty() {
                        return Some(changed);
                    }
                }
                LiveEvent::Resync => return Some(self.all()),
                LiveEvent::SignedOut => return None,
                LiveEvent::Task { .. }
                | LiveEvent::Notification(_)
                | LiveEvent::NotificationsChanged
                | LiveEvent::AlertsChanged
                | LiveEvent::ChannelsChanged
                | LiveEvent::UserChanged => {}
            }
        }
    }

    fn all(&mut self) -> ServersChanged {
        let picture = self.reader.picture();
        let servers: Vec<(String, GuestRow)> = keyed(&picture).map(|(key, row)| (key, row.clone())).collect();
        self.known = servers
            .iter()
            .map(|(key, row)| (row.id.clone(), key.clone()))
            .collect();
        ServersChanged {
            all: true,
            servers,
            removed: Vec::new(),
        }
    }

    /// Told from the picture as it is now: it may be newer than the delta, never older.
    fn changed(&mut self, delta: &Delta) -> ServersChanged {
        let picture = self.reader.picture();
        let mut touched: HashSet<GuestId> = delta.upsert.iter().map(|row| row.id.clone()).collect();
        touched.extend(delta.gauges.iter().flat_map(|gauges| {
            let ids = gauges.guests.iter();
            ids.map(|gauge| GuestId::new(gauges.cluster.as_str(), gauge.vmid))
        }));
        let mut changed = ServersChanged::default();
        let mut before = std::mem::take(&mut self.known);
        for (key, row) in keyed(&picture) {
            // A server gets another's key when that one is gone.
            let same_key = before.remove(&row.id).is_some_and(|old| {
                let same = old == key;
                if !same {
                    changed.removed.push(old);
                }
                same
            });
            if !same_key || touched.contains(&row.id) {
                changed.servers.push((key.clone(), row.clone()));
            }
            self.known.insert(row.id.clone(), key);
        }
        changed.removed.extend(before.into_values());
        // What is gone as one server's key may be another's now.
        let taken: HashSet<&String> = changed.servers.iter().map(|(key, _)| key).collect();
        changed.removed.retain(|key| !taken.contains(key));
        changed.removed.sort_unstable();
        changed
    }
}

/// Each server with its key.
fn keyed(picture: &Snapshot) -> impl Iterator<Item = (String, &GuestRow)> {
    let keys = Keys::of(picture);
    let servers = picture.guests.iter().filter(|row| !row.template);
    servers.map(move |row| (keys.key(row), row))
}
