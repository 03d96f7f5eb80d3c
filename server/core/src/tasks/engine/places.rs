//! Places for runs in this process: so many for each cluster, so that one whose Proxmox is away takes none from the
//! others. A run that only waits for a Proxmox that does not answer, or for a next try, stands aside: what could go
//! on of its own cluster is not kept waiting for it either.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// The places of one process. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// By cluster; tasks that are about none have places of their own.
    taken: Mutex<HashMap<Option<String>, Taken>>,
    freed: Notify,
}

/// How many runs a cluster has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Taken {
    /// Going on.
    running: usize,
    /// Standing aside.
    aside: usize,
}

impl Places {
    /// Whether another run of this cluster may begin: `running` go on at most, and `aside` more may stand aside.
    pub(super) fn has_room(&self, cluster: Option<&str>, running: usize, aside: usize) -> bool {
        let taken = self.taken_of(cluster);
        taken.running < running && taken.running + taken.aside < running + aside
    }

    /// Takes a place, for as long as it is kept.
    pub(super) fn take(&self, cluster: Option<String>) -> Place {
        let place = Place {
            places: self.clone(),
            cluster,
            asides: Mutex::new(0),
        };
        place.count(|taken| taken.running += 1);
        place
    }

    /// Waits until a place has become free.
    pub(super) async fn freed(&self) {
        self.0.freed.notified().await;
    }

    fn taken_of(&self, cluster: Option<&str>) -> Taken {
        let taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken
            .get(&cluster.map(str::to_owned))
            .copied()
            .unwrap_or_default()
    }
}

/// A run's place.
pub(crate) struct Place {
    places: Places,
    cluster: Option<String>,
    /// How many parts of the run stand aside: a wait may be within another.
    asides: Mutex<u32>,
}

impl Place {
    /// Stands aside, until [`Place::come_back`] was called as often. Who comes back has a place at once, though all
    /// were taken meanwhile: its next call is due.
    pub(crate) fn stand_aside(&self) {
        let mut asides = self.asides.lock().unwrap_or_else(PoisonError::into_inner);
        *asides += 1;
        if *asides == 1 {
            self.count(|taken| {
                taken.running = taken.running.saturating_sub(1);
                taken.aside += 1;
            });
            self.places.0.freed.notify_one();
        }
    }

    /// Ends what [`Place::stand_aside`] began.
    pub(crate) fn come_back(&self) {
        let mut asides = self.asides.lock().unwrap_or_else(PoisonError::into_inner);
        *asides = asides.saturating_sub(1);
        if *asides == 0 {
            self.count(|taken| {
                taken.aside = taken.aside.saturating_sub(1);
                taken.running += 1;
            });
        }
    }

    fn count(&self, change: impl FnOnce(&mut Taken)) {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.entry(self.cluster.clone()).or_default();
        change(own);
        if *own == Taken::default() {
            taken.remove(&self.cluster);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let aside = *self.asides.get_mut().unwrap_or_else(PoisonError::into_inner) > 0;
        self.count(|taken| {
            let own = if aside {
                &mut taken.aside
            } else {
                &mut taken.running
            };
            *own = own.saturating_sub(1);
        });
        self.places.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cluster_has_its_own_places_and_who_waits_leaves_one_free() {
        let places = Places::default();
        let room = |cluster| places.has_room(Some(cluster), 2, 1);
        let (first, second) = (places.take(Some("a".into())), places.take(Some("a".into())));
        assert!(!room("a") && room("b") && places.has_room(None, 2, 1));

        first.stand_aside();
        first.stand_aside();
        assert!(room("a"), "two go on, of which one may still begin");
        second.stand_aside();
        assert!(room("a"), "three may be there in all");
        let third = places.take(Some("a".into()));
        assert!(!room("a"), "one more would be too many, though only one goes on");

        first.come_back();
        assert_eq!(places.taken_of(Some("a")), Taken { running: 1, aside: 2 });
        first.come_back();
        assert_eq!(places.taken_of(Some("a")), Taken { running: 2, aside: 1 });
        drop((first, second, third));
        assert_eq!(places.taken_of(Some("a")), Taken::default());
        assert!(places.0.taken.lock().unwrap().is_empty());
    }
}
