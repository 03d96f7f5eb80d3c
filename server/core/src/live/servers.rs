//! Servers by name, for clients of the API: all of them first, then what changes.

use std::collections::HashMap;

use drover_types::event::LiveEvent;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::inventory::Delta;

use super::reader::Reader;
use crate::inventory::Inventory;

/// Servers that are new or changed, and names that no server has any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServersChanged {
    /// Whether these are all servers there are: what the reader knew before is void.
    pub all: bool,
    /// New and changed servers.
    pub servers: Vec<GuestRow>,
    /// Names that are gone.
    pub removed: Vec<String>,
}

pub(super) struct ServersReader {
    reader: Reader,
    inventory: Inventory,
    names: HashMap<GuestId, String>,
    started: bool,
}

impl ServersReader {
    pub(super) fn new(reader: Reader, inventory: &Inventory) -> Self {
        Self {
            reader,
            inventory: inventory.clone(),
            names: HashMap::new(),
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
                LiveEvent::Task { .. } | LiveEvent::Notification(_) | LiveEvent::NotificationsChanged => {}
            }
        }
    }

    fn all(&mut self) -> ServersChanged {
        let servers = self.inventory.snapshot().guests.clone();
        self.names = servers
            .iter()
            .map(|row| (row.id.clone(), row.name.clone()))
            .collect();
        ServersChanged {
            all: true,
            servers,
            removed: Vec::new(),
        }
    }

    fn changed(&mut self, delta: &Delta) -> ServersChanged {
        let mut servers = delta.upsert.clone();
        let loads = delta.gauges.iter().flat_map(|gauges| {
            let ids = gauges.guests.iter();
            ids.map(|gauge| GuestId::new(gauges.cluster.as_str(), gauge.vmid))
        });
        servers.extend(loads.filter_map(|id| self.inventory.guest(&id)));
        let mut gone: Vec<String> = delta
            .removed
            .iter()
            .filter_map(|id| self.names.remove(id))
            .collect();
        for row in &delta.upsert {
            let before = self.names.insert(row.id.clone(), row.name.clone());
            gone.extend(before.filter(|name| *name != row.name));
        }
        // Another guest may still have the name.
        gone.retain(|name| !self.names.values().any(|other| other == name));
        ServersChanged {
            all: false,
            servers,
            removed: gone,
        }
    }
}
