//! What of the inventory's changes a reader is told who is limited to some servers. A guest that comes into their
//! reach is new to them, and one that leaves it is gone.

use std::collections::HashSet;
use std::sync::Arc;

use drover_types::event::LiveEvent;
use drover_types::ids::GuestId;
use drover_types::inventory::{ClusterGauges, Delta, Snapshot};
use drover_types::scope::Scope;

use super::item::LiveItem;
use crate::inventory::Published;

/// The guests that such a reader knows of.
pub(super) struct Reach {
    scope: Scope,
    known: HashSet<GuestId>,
}

impl Reach {
    /// From `picture` on, which the first delta that is told changes; `None` where all is reached.
    pub(super) fn of(scope: &Scope, picture: &Snapshot) -> Option<Self> {
        let covered = picture.guests.iter().filter(|row| scope.covers(row));
        (!scope.is_everything()).then(|| Self {
            scope: scope.clone(),
            known: covered.map(|row| row.id.clone()).collect(),
        })
    }

    /// What is told of a delta: always something, since the reader counts them.
    pub(super) fn told(&mut self, published: &Published) -> LiveItem {
        match published.event() {
            LiveEvent::Inventory(delta) => LiveItem::own(None, LiveEvent::Inventory(self.part(delta))),
            other => LiveItem::own(None, other.clone()),
        }
    }

    fn part(&mut self, delta: &Delta) -> Delta {
        let mut removed: Vec<GuestId> = delta.removed.clone();
        removed.retain(|id| self.known.remove(id));
        let mut upsert = Vec::new();
        for row in &delta.upsert {
            if self.scope.covers(row) {
                self.known.insert(row.id.clone());
                upsert.push(row.clone());
            } else if self.known.remove(&row.id) {
                removed.push(row.id.clone());
            }
        }
        removed.sort_unstable();
        let gauges = delta.gauges.iter().map(|of| self.part_of_gauges(of));
        Delta {
            upsert,
            removed,
            gauges: gauges.filter(|of| !of.guests.is_empty()).collect(),
            ..delta.clone()
        }
    }

    fn part_of_gauges(&self, of: &ClusterGauges) -> ClusterGauges {
        let is_known = |vmid: u32| self.known.contains(&GuestId::new(of.cluster.as_str(), vmid));
        ClusterGauges {
            cluster: of.cluster.clone(),
            guests: of
                .guests
                .iter()
                .filter(|gauge| is_known(gauge.vmid))
                .copied()
                .collect(),
        }
    }
}

/// What is told of a delta to somebody who reaches what `reach` does, or everything.
pub(super) fn told(reach: Option<&mut Reach>, published: Arc<Published>) -> LiveItem {
    match reach {
        Some(reach) => reach.told(&published),
        None => LiveItem::shared(published),
    }
}

#[cfg(test)]
mod tests {
    use drover_types::guest::GuestRow;
    use drover_types::inventory::Gauge;

    use super::*;

    fn row(vmid: u32, tag: &str) -> GuestRow {
        GuestRow {
            tags: vec![tag.to_owned()],
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        }
    }

    fn ids(rows: &[GuestRow]) -> Vec<u32> {
        rows.iter().map(|row| row.id.vmid).collect()
    }

    #[test]
    fn guests_come_into_reach_and_leave_it() {
        let picture = Snapshot {
            guests: vec![row(100, "web"), row(101, "db"), row(102, "web")],
            ..Snapshot::default()
        };
        let scope = Scope::read(&["tag:web".to_owned()]).unwrap();
        let mut reach = Reach::of(&scope, &picture).unwrap();
        let gauge = |vmid| Gauge {
            vmid,
            cpu_percent: 1,
            memory_percent: 1,
        };
        let delta = Delta {
            // One was retagged out of reach, one into it, one was never in it.
            upsert: vec![row(100, "db"), row(101, "web"), row(103, "db")],
            removed: vec![GuestId::new("lab", 90), GuestId::new("lab", 102)],
            gauges: vec![ClusterGauges {
                cluster: "lab".to_owned(),
                guests: [100, 101, 103].map(gauge).into(),
            }],
            ..Delta::default()
        };
        let part = reach.part(&delta);
        assert_eq!(ids(&part.upsert), [101]);
        let gone: Vec<u32> = part.removed.iter().map(|id| id.vmid).collect();
        assert_eq!(gone, [100, 102]);
        assert_eq!(part.gauges[0].guests, [gauge(101)]);
        // What is not known can't be gone twice.
        assert!(reach.part(&delta).removed.is_empty());
        assert!(Reach::of(&Scope::EVERYTHING, &picture).is_none());
    }
}
